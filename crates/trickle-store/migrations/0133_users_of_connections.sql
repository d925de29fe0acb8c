-- All users of a connection are found by an index: the foreign key looks for them when a connection goes, and would read all users of all
-- tenants. Users without an address are in it too, by null, which is not equal to itself.
DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (connection_id, email_key);
