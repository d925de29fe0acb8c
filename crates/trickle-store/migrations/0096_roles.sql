-- Who has which role. Roles themselves are in `kept`, whose key has their kind: a constant here, so that they take their rows along.
CREATE TABLE user_roles (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    role_kind TEXT NOT NULL DEFAULT 'role' CHECK (role_kind = 'role'),
    PRIMARY KEY (tenant_id, user_id, role_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, role_kind, role_id) REFERENCES kept (tenant_id, kind, id) ON DELETE CASCADE
);
CREATE INDEX user_roles_role ON user_roles (tenant_id, role_id, user_id);

-- Roles that count only when the member logs in for the organization.
CREATE TABLE organization_member_roles (
    tenant_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    role_kind TEXT NOT NULL DEFAULT 'role' CHECK (role_kind = 'role'),
    PRIMARY KEY (tenant_id, organization_id, user_id, role_id),
    FOREIGN KEY (tenant_id, organization_id, user_id)
        REFERENCES organization_members (tenant_id, organization_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, role_kind, role_id) REFERENCES kept (tenant_id, kind, id) ON DELETE CASCADE
);
CREATE INDEX organization_member_roles_role ON organization_member_roles (tenant_id, role_id);

-- What users may do at an API without a role.
CREATE TABLE user_permissions (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    server_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, server_id, name),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, server_id) REFERENCES resource_servers (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX user_permissions_server ON user_permissions (tenant_id, server_id);
