-- What people hold after they have proven who they are. Of every token only its SHA-256 is kept, hexadecimal.

-- Tokens that work once: codes of the login page, tickets of logins from other origins, passwords that wait for a second factor.
CREATE TABLE one_time_tokens (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose TEXT NOT NULL, -- `authorization-code`, `login-ticket` or `second-factor`
    user_id TEXT NOT NULL,
    details TEXT NOT NULL, -- sealed JSON object
    expires_at BIGINT NOT NULL,
    used_at BIGINT, -- kept until it expires, so that a second use is noticed
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (tenant_id, user_id);
CREATE INDEX one_time_tokens_expires ON one_time_tokens (expires_at);

-- All refresh tokens that go back to one login.
CREATE TABLE refresh_families (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    origin TEXT, -- id of the authorization code; a code that comes twice ends the family
    details TEXT NOT NULL, -- JSON object: what the tokens are for
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_families_user ON refresh_families (tenant_id, user_id);
CREATE INDEX refresh_families_client ON refresh_families (tenant_id, client_id);
CREATE INDEX refresh_families_origin ON refresh_families (tenant_id, origin);
CREATE INDEX refresh_families_expires ON refresh_families (expires_at);

CREATE TABLE refresh_tokens (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    family_id TEXT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    used_at BIGINT, -- exchanged for another one; who comes with it later has stolen it, or was robbed of it
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, family_id) REFERENCES refresh_families (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (tenant_id, family_id);
CREATE INDEX refresh_tokens_expires ON refresh_tokens (idle_expires_at);

-- Browsers that the login page knows.
CREATE TABLE login_sessions (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    details TEXT NOT NULL, -- JSON object
    authenticated_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX login_sessions_user ON login_sessions (tenant_id, user_id);
CREATE INDEX login_sessions_expires ON login_sessions (idle_expires_at);

-- Assertions by which clients proved who they are (RFC 7523), so that none is taken twice.
CREATE TABLE used_assertions (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    id TEXT NOT NULL, -- SHA-256 of `jti`, hexadecimal
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, client_id, id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX used_assertions_expires ON used_assertions (expires_at);
