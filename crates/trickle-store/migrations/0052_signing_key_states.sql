-- Keys come one after another: published before they sign, and still accepted after they did.
ALTER TABLE signing_keys ADD COLUMN active_from BIGINT; -- none: not yet
ALTER TABLE signing_keys ADD COLUMN retired_at BIGINT; -- another signs since
ALTER TABLE signing_keys ADD COLUMN revoked_at BIGINT; -- not accepted any more
-- Until now every tenant had one.
UPDATE signing_keys SET active_from = created_at;
