-- What a bulk import leaves open until the person's first login.

-- 1: the hash came with an import. A later import may replace it as long as nobody has logged in with it.
ALTER TABLE credentials ADD COLUMN imported BIGINT NOT NULL DEFAULT 0;
-- 1: the import named no id, so that one was made up. The legacy store may know the person by another.
ALTER TABLE identities ADD COLUMN made_up BIGINT NOT NULL DEFAULT 0;
