-- Which node is importing whom: of several nodes on one database one at a time runs a script for a person.
CREATE TABLE claims (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL, -- normalised
    holder TEXT NOT NULL, -- the login that holds it
    expires_at BIGINT NOT NULL, -- a node that died holds nothing for ever
    PRIMARY KEY (connection_id, identifier)
);
