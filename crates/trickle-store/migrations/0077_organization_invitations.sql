-- Whom an organization has invited. The ticket is shown again and again, so that it is kept, sealed.
CREATE TABLE organization_invitations (
    tenant_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    ticket_sha256 TEXT NOT NULL,
    sealed_ticket TEXT NOT NULL,
    client_id TEXT NOT NULL,
    email TEXT NOT NULL,
    settings TEXT NOT NULL, -- JSON object: everything else, as the API shows it
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, organization_id, id),
    UNIQUE (tenant_id, ticket_sha256),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE
);

-- Which rights of clients to tokens for APIs count for an organization.
CREATE TABLE organization_client_grants (
    tenant_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, organization_id, grant_id),
    FOREIGN KEY (tenant_id, organization_id) REFERENCES organizations (tenant_id, id) ON DELETE CASCADE
);
