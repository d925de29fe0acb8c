-- The tenant's list of the users of a legacy store, to see who has not moved. They are people who may never come.
CREATE TABLE rolls (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL, -- as logins compare it
    last_seen BIGINT, -- when the legacy store saw the person last, as the tenant says
    PRIMARY KEY (connection_id, identifier)
);
