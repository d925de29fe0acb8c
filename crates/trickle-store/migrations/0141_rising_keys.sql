-- What an import adds goes to the end of its indexes wherever that is possible: each entry elsewhere is a page of its own that is read
-- and written (docs/decisions/0124).

-- One index by address in the place of two, and users of a connection by one of their own.
DROP INDEX users_email;
DROP INDEX users_tenant_email;
CREATE UNIQUE INDEX users_email ON users (tenant_id, email_key, connection_id);
CREATE INDEX users_connection ON users (connection_id);

-- Keys rise with time. They were 64 bits of SHA-256 of tenant and id, and stay so for users who have one.
DROP INDEX users_search_key;
CREATE UNIQUE INDEX users_search_key ON users (search_key);

-- Users with keys whose terms are not written yet: all that were imported together.
CREATE TABLE due_terms (
    first_key BIGINT NOT NULL PRIMARY KEY,
    last_key BIGINT NOT NULL,
    is_outdated BIGINT NOT NULL CHECK (is_outdated IN (0, 1)) -- 1: one of them was changed or removed meanwhile
);
