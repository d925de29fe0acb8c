-- Of which origins pages may call for a client, as it lists them, so that a preflight looks into an index and not at all clients. Rows
-- from before get theirs when the store opens. Whether a pattern counts is judged when it is found: the list of suffixes changes.
CREATE TABLE client_origins (
    tenant_id TEXT NOT NULL,
    origin TEXT NOT NULL, -- plain ones in lower case, those with a mark as listed
    client_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, origin, client_id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX client_origins_client ON client_origins (tenant_id, client_id);
ALTER TABLE api_clients ADD COLUMN origins_written BIGINT; -- 1; null until looked at
