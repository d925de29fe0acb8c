-- Second factors that people brought from elsewhere; those of a user are asked for after the password.
CREATE TABLE second_factors (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL, -- `totp`, `phone` or `email`
    value TEXT NOT NULL, -- sealed
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    last_step BIGINT, -- a one-time password of this time or before was used
    failures BIGINT NOT NULL DEFAULT 0, -- attempts since the last success
    last_attempt_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
