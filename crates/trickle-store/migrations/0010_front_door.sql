-- What is counted before any script runs, and the tenants' settings for it. Failures are counted by identifier whether or not
-- there is such a user.

-- Settings of a tenant by name, such as `brute-force-protection`.
CREATE TABLE tenant_settings (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL, -- JSON object
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE login_failures (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL, -- normalised
    ip TEXT NOT NULL, -- empty where failures of all addresses are counted together
    failures BIGINT NOT NULL, -- without a success in between
    last_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, identifier, ip)
);
CREATE INDEX login_failures_last ON login_failures (last_at);

-- One leaky bucket for each address; it is empty once the time in `empty_at` has come.
CREATE TABLE throttles (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    stage TEXT NOT NULL, -- `pre-login` or `pre-user-registration`
    ip TEXT NOT NULL,
    empty_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, stage, ip)
);
CREATE INDEX throttles_empty ON throttles (empty_at);
