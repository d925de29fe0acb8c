-- Lists of clients are narrowed and read in their order without reading what clients say of themselves. Rows from before get theirs when
-- the store opens, with their origins; what is due is found without looking at all clients and connections.
ALTER TABLE api_clients ADD COLUMN app_type TEXT; -- what `settings` say; null where they say nothing
ALTER TABLE api_clients ADD COLUMN is_first_party BIGINT; -- what `settings` say; null until looked at
ALTER TABLE api_clients ADD COLUMN external_id TEXT; -- `external_client_id` of `settings`
CREATE INDEX api_clients_age ON api_clients (tenant_id, created_at, id, app_type, is_first_party);
CREATE INDEX api_clients_external ON api_clients (tenant_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX api_clients_due ON api_clients (tenant_id, id) WHERE is_first_party IS NULL OR origins_written IS NULL;
CREATE INDEX connections_due ON connections (id) WHERE is_active IS NULL OR takes_passwords IS NULL;
CREATE INDEX resource_servers_age ON resource_servers (tenant_id, created_at, id);
