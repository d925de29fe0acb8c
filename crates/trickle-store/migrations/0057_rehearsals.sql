-- What was found by running scripts beside a login, without any effect on it.
CREATE TABLE rehearsals (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id TEXT NOT NULL, -- sorts by time
    at BIGINT NOT NULL,
    kind TEXT NOT NULL, -- `import`, `shadow` or `profiles`
    action TEXT NOT NULL,
    script_version BIGINT, -- of the script beside the live one
    live_outcome TEXT NOT NULL,
    other_outcome TEXT NOT NULL,
    differences TEXT NOT NULL, -- JSON list of field names; no values
    PRIMARY KEY (connection_id, id)
);
CREATE INDEX rehearsals_at ON rehearsals (at);
