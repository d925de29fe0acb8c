-- Users are found by the connections of those who are linked to them; a connection without any is told from others at once.
CREATE INDEX users_linked_home ON users (tenant_id, connection_id, linked_to) WHERE linked_to IS NOT NULL;
