-- A client has one grant for an API for each kind of subject of tokens: the client itself, its users, or nobody known. What grants
-- said of that was kept in their settings and stays there; the column makes it part of the key, which SQLite needs a new table for.
CREATE TABLE client_grants_by_subject (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    audience TEXT NOT NULL,
    subject_type TEXT NOT NULL DEFAULT 'client', -- `client`, `user` or `anonymous_user`
    scopes TEXT NOT NULL, -- JSON list
    id TEXT,
    settings TEXT NOT NULL DEFAULT '{}', -- JSON object: everything but client, audience and scopes
    PRIMARY KEY (tenant_id, client_id, audience, subject_type),
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO client_grants_by_subject (tenant_id, client_id, audience, subject_type, scopes, id, settings)
SELECT tenant_id, client_id, audience,
    CASE
        WHEN settings LIKE '%"subject_type":"user"%' THEN 'user'
        WHEN settings LIKE '%"subject_type":"anonymous_user"%' THEN 'anonymous_user'
        ELSE 'client'
    END,
    scopes, id, settings
FROM client_grants;
DROP TABLE client_grants;
ALTER TABLE client_grants_by_subject RENAME TO client_grants;
CREATE INDEX client_grants_id ON client_grants (tenant_id, id);
