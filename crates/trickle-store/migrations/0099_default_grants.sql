-- A grant is of one client, or of all that others run (`default_for`), which then has no client. PostgreSQL has no key with an empty
-- column, and SQLite takes no column's NOT NULL away: the table is made anew, with two unique indexes in the place of the key.
CREATE TABLE client_grants_of_all (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    client_id TEXT,
    default_for TEXT, -- `third_party_clients`
    audience TEXT NOT NULL,
    subject_type TEXT NOT NULL DEFAULT 'client', -- `client`, `user` or `anonymous_user`
    scopes TEXT NOT NULL, -- JSON list
    id TEXT,
    settings TEXT NOT NULL DEFAULT '{}', -- JSON object: everything but client, default_for, audience and scopes
    CHECK ((client_id IS NULL) <> (default_for IS NULL)),
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO client_grants_of_all (tenant_id, client_id, audience, subject_type, scopes, id, settings)
SELECT tenant_id, client_id, audience, subject_type, scopes, id, settings
FROM client_grants;
DROP TABLE client_grants;
ALTER TABLE client_grants_of_all RENAME TO client_grants;
-- The code before names these columns where it adds a grant.
CREATE UNIQUE INDEX client_grants_client ON client_grants (tenant_id, client_id, audience, subject_type);
CREATE UNIQUE INDEX client_grants_default ON client_grants (tenant_id, default_for, audience, subject_type);
CREATE INDEX client_grants_id ON client_grants (tenant_id, id);
