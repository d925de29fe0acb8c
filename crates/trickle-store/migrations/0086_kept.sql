-- Things that callers wrote and nothing here follows: they are shown again as they are.
CREATE TABLE kept (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    parent TEXT NOT NULL, -- id of the thing that it is a part of; empty where it stands alone
    name_key TEXT, -- in lower case, unique among those of its kind and parent
    body TEXT NOT NULL, -- JSON object, as the API shows it
    parts TEXT NOT NULL, -- JSON object: what the API shows under paths of its own
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, id),
    UNIQUE (tenant_id, kind, parent, name_key)
);
CREATE INDEX kept_parent ON kept (tenant_id, parent);
