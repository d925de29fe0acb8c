-- Every attempt to log in, with how it ended and how long its parts took; it names nobody but users who are here.
CREATE TABLE ledger (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id TEXT NOT NULL, -- sorts by time
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL, -- `native`, `migrated`, `legacy`, or the name of a failure
    reason TEXT, -- one sentence, for failures
    user_id TEXT,
    execution_id TEXT,
    revision BIGINT NOT NULL, -- of the connection: which scripts ran
    worker BIGINT, -- process id
    queue_ms BIGINT NOT NULL,
    boot_ms BIGINT NOT NULL,
    script_ms BIGINT NOT NULL,
    rest_ms BIGINT NOT NULL, -- hashing, the store, waiting for others
    PRIMARY KEY (connection_id, id)
);
CREATE INDEX ledger_at ON ledger (at);

-- Attempts by day; they outlive the ledger.
CREATE TABLE ledger_days (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    day BIGINT NOT NULL, -- days since 1970, UTC
    outcome TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (connection_id, day, outcome)
);
