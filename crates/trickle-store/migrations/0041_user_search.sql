-- Searches of users. A term stands for one value of one field of one user (64 bits of SHA-256), so that equal values are found
-- whatever the field; it tells nothing by itself.
ALTER TABLE users ADD COLUMN search_key BIGINT; -- 64 bits of SHA-256 of tenant and id; null until the user's terms are written
CREATE INDEX users_search_key ON users (search_key);
CREATE INDEX users_blocked ON users (tenant_id, created_at, id) WHERE blocked = 1;

CREATE TABLE user_terms (
    term BIGINT NOT NULL,
    user_key BIGINT NOT NULL, -- users.search_key; no foreign key: it would want an index as large as the table
    PRIMARY KEY (term, user_key)
);

-- The log by what it is searched for.
CREATE INDEX events_code ON events (tenant_id, code, at, id);
CREATE INDEX events_user ON events (tenant_id, user_id, at, id);
