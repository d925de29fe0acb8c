-- Every script that was ever saved. What runs is the live version; what `options.customScripts` shows is what was saved last, which
-- is another one where that does not compile.
CREATE TABLE script_versions (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    action TEXT NOT NULL,
    version BIGINT NOT NULL, -- from 1
    text TEXT NOT NULL,
    author TEXT, -- who saved it: a client's id
    note TEXT,
    defect TEXT, -- why it does not compile
    live BIGINT NOT NULL CHECK (live IN (0, 1)),
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, action, version)
);
CREATE UNIQUE INDEX script_versions_live ON script_versions (connection_id, action) WHERE live = 1;
