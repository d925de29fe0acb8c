-- By which realms logins name a connection, so that an unknown one costs one look into an index. Rows from before get theirs when the
-- store opens: what a connection lists is inside its attributes. Not unique: from before realms were checked, two may share one.
CREATE TABLE connection_realms (
    tenant_id TEXT NOT NULL,
    realm_key TEXT NOT NULL, -- in lower case
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    PRIMARY KEY (tenant_id, realm_key, connection_id)
);
CREATE INDEX connection_realms_connection ON connection_realms (connection_id);
-- The oldest connection of a client through which people log in is found without reading what connections say of themselves.
ALTER TABLE connections ADD COLUMN is_active BIGINT; -- what `attributes` say; null until looked at, for realms too
ALTER TABLE connections ADD COLUMN takes_passwords BIGINT; -- what `options` say; null until looked at
CREATE INDEX connections_age ON connections (tenant_id, created_at, id, is_active, takes_passwords);
