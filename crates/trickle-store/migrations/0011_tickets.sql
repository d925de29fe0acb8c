-- Links in mails, and the passwords that people had before.

CREATE TABLE tickets (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL, -- SHA-256 of the token in the link, hexadecimal; the token itself is not kept
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL, -- `password-change` or `email-verification`
    subject TEXT NOT NULL, -- the user's id, or the normalised address of somebody who is not here yet
    details TEXT NOT NULL, -- sealed JSON object
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX tickets_subject ON tickets (connection_id, purpose, subject);
CREATE INDEX tickets_expires ON tickets (expires_at);

CREATE TABLE password_history (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    password_hash TEXT NOT NULL, -- PHC string
    PRIMARY KEY (tenant_id, user_id, replaced_at),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- Ids of users who were deleted here and must not come back from the legacy store. The id says nothing of the person.
CREATE TABLE tombstones (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    raw_id TEXT NOT NULL,
    buried_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, raw_id)
);
