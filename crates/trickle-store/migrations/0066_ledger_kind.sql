-- The ledger has other flows than logins, too, and tells hashes from the rest.
ALTER TABLE ledger ADD COLUMN kind TEXT NOT NULL DEFAULT 'login';
ALTER TABLE ledger ADD COLUMN hash_ms BIGINT NOT NULL DEFAULT 0;
