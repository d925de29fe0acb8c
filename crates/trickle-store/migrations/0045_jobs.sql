-- Work that goes on after its order was answered. What was uploaded is kept in chunks until its rows are in; each chunk goes in the
-- transaction that takes its rows over, so that a crash neither loses a row nor takes one twice.

CREATE TABLE jobs (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL, -- `users_import`, `users_export` or `verification_email`
    status TEXT NOT NULL, -- `receiving`, `pending`, `completed` or `failed`
    connection_id TEXT, -- no foreign key: a job outlives its connection
    details TEXT NOT NULL, -- JSON object: what was ordered
    reason TEXT, -- why it failed
    rows_total BIGINT NOT NULL,
    rows_inserted BIGINT NOT NULL,
    rows_updated BIGINT NOT NULL,
    rows_failed BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    turn_at BIGINT NOT NULL, -- jobs take turns: the one that waited longest is next
    holder TEXT, -- the node that receives it or works on it
    held_until BIGINT NOT NULL, -- a node that died holds nothing for ever
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_turn ON jobs (status, turn_at);

CREATE TABLE job_chunks (
    tenant_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    sealed TEXT NOT NULL, -- rows with password hashes
    PRIMARY KEY (tenant_id, job_id, number),
    FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id) ON DELETE CASCADE
);

-- Rows that were not taken over; secrets in them are redacted.
CREATE TABLE job_errors (
    tenant_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    position BIGINT NOT NULL, -- in the file, from 1
    entry TEXT NOT NULL, -- JSON object
    PRIMARY KEY (tenant_id, job_id, position),
    FOREIGN KEY (tenant_id, job_id) REFERENCES jobs (tenant_id, id) ON DELETE CASCADE
);
