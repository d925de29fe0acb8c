-- The secret of a client whose ID tokens are signed with it (HS256), sealed; the others' are not kept.
ALTER TABLE api_clients ADD COLUMN sealed_secret TEXT;
