-- Migrations that the tenant has ended: what was there before, and until when it can come back.
CREATE TABLE endings (
    connection_id TEXT NOT NULL PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    ending TEXT NOT NULL, -- `native` or `no-ops`
    ended_at BIGINT NOT NULL,
    reversible_until BIGINT NOT NULL,
    options TEXT NOT NULL, -- JSON object: `options` before the end, without `configuration`
    destroyed_at BIGINT -- when the values of `configuration` were destroyed
);
CREATE INDEX endings_until ON endings (reversible_until);
