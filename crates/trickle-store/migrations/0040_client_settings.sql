-- What clients say of themselves besides name and secret, and their public keys. Grants of clients and the APIs that they are for
-- become resources with ids of their own.
ALTER TABLE api_clients ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'; -- JSON object, as the API shows it

CREATE TABLE client_credentials (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT,
    kid TEXT NOT NULL, -- RFC 7638 thumbprint, or what the tenant chose
    alg TEXT NOT NULL, -- `RS256`, `RS384` or `PS256`
    public_pem TEXT NOT NULL, -- SubjectPublicKeyInfo
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, client_id, id),
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE
);

ALTER TABLE client_grants ADD COLUMN id TEXT;
ALTER TABLE client_grants ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'; -- JSON object: everything but client, audience and scopes
-- Until now a client had one grant, for the Management API.
UPDATE client_grants SET id = 'cgr_' || substr(client_id, 1, 16);
CREATE INDEX client_grants_id ON client_grants (tenant_id, id);

-- APIs that clients get tokens for.
CREATE TABLE resource_servers (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    identifier TEXT NOT NULL, -- the audience of tokens
    settings TEXT NOT NULL, -- JSON object: everything else, as the API shows it
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, identifier)
);
