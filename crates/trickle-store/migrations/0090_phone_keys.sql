-- Telephone numbers by which people log in. Rows from before get theirs when the store opens: only the program reads options.
ALTER TABLE users ADD COLUMN phone_key TEXT; -- E.164; null where numbers are no identifiers of the connection, or somebody else has it
CREATE UNIQUE INDEX users_phone ON users (connection_id, phone_key) WHERE phone_key IS NOT NULL;
ALTER TABLE connections ADD COLUMN phone_is_identifier BIGINT; -- what `options` say, and what phone_key follows; null until looked at
