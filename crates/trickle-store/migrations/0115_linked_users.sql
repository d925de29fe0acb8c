-- Users who are ways in of another user; their rows stay as they are.
ALTER TABLE users ADD COLUMN linked_to TEXT; -- the other user's id in the same tenant, who is linked to nobody; null for users of their own
CREATE INDEX users_linked ON users (tenant_id, linked_to, id) WHERE linked_to IS NOT NULL;
