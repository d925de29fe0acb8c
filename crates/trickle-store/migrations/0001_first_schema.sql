-- The first schema: all that logins, lazy migration and the two APIs need.
-- One text for SQLite and PostgreSQL, so only what both take: times are BIGINT milliseconds since 1970, flags BIGINT 0 or 1,
-- objects and lists JSON in TEXT, bytes hexadecimal or sealed text. Columns named *_key hold the lower-cased text by which rows
-- are looked up and kept unique.

-- Facts about this database itself.
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE tenants (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    default_directory TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE tenant_domains (
    domain TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    position BIGINT NOT NULL
);
CREATE INDEX tenant_domains_tenant ON tenant_domains (tenant_id);

CREATE TABLE api_clients (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_sha256 TEXT NOT NULL, -- hexadecimal; the secret itself is not kept
    grants TEXT NOT NULL, -- JSON list of grant types
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE client_grants (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    audience TEXT NOT NULL,
    scopes TEXT NOT NULL, -- JSON list
    PRIMARY KEY (tenant_id, client_id, audience),
    FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE signing_keys (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kid TEXT NOT NULL,
    private_pkcs8 TEXT NOT NULL, -- sealed
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kid)
);

CREATE TABLE connections (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    options TEXT NOT NULL, -- JSON object without `configuration`
    attributes TEXT NOT NULL, -- JSON object
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (tenant_id, name_key)
);

-- Values of `options.configuration`.
CREATE TABLE secrets (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (connection_id, name)
);

-- No foreign key to api_clients: deployment tools enable clients that are made later.
CREATE TABLE connection_clients (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    PRIMARY KEY (connection_id, client_id)
);

CREATE TABLE users (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    email TEXT,
    email_key TEXT,
    email_verified BIGINT NOT NULL CHECK (email_verified IN (0, 1)),
    username TEXT,
    username_key TEXT,
    blocked BIGINT NOT NULL CHECK (blocked IN (0, 1)),
    attributes TEXT NOT NULL, -- JSON object
    user_metadata TEXT NOT NULL, -- JSON object
    app_metadata TEXT NOT NULL, -- JSON object
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_login BIGINT,
    last_ip TEXT,
    logins_count BIGINT NOT NULL,
    last_password_reset BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX users_email ON users (connection_id, email_key) WHERE email_key IS NOT NULL;
CREATE UNIQUE INDEX users_username ON users (connection_id, username_key) WHERE username_key IS NOT NULL;
CREATE INDEX users_tenant_email ON users (tenant_id, email_key);
CREATE INDEX users_tenant_created ON users (tenant_id, created_at, id);

-- Ways in which a user logs in; today one per user.
CREATE TABLE identities (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    raw_id TEXT NOT NULL, -- the legacy store's id
    user_id TEXT NOT NULL,
    PRIMARY KEY (connection_id, raw_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX identities_user ON identities (tenant_id, user_id);

-- Apart from users, so that no list of users ever reads a hash.
CREATE TABLE credentials (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    password_hash TEXT NOT NULL, -- PHC string
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- The log outlives what it speaks of: no foreign key but the tenant's.
CREATE TABLE events (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    code TEXT NOT NULL,
    description TEXT NOT NULL,
    connection_id TEXT,
    client_id TEXT,
    user_id TEXT,
    user_name TEXT,
    ip TEXT,
    user_agent TEXT,
    details TEXT NOT NULL, -- JSON object
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX events_newest ON events (tenant_id, at, id);
