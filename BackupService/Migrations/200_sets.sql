-- Every backup run, whatever became of it. What a restore relies on is the manifest beside the files, never this table.

CREATE TABLE backup.sets (
    run_id uuid PRIMARY KEY,
    set_id text NOT NULL CHECK (set_id ~ '^[0-9]{8}_[0-9]{6}(-[0-9]{1,4})?$'),
    repository_id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL CHECK (status IN ('Running', 'Completed', 'Verified', 'Failed')),
    actor text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    plain_bytes bigint CHECK (plain_bytes > 0),
    stored_bytes bigint CHECK (stored_bytes > 0),
    product_version text NOT NULL,
    schema_version integer,
    key_id text NOT NULL,
    verified_at timestamptz,
    fault text,
    CHECK ((status = 'Running') = (finished_at IS NULL))
);

COMMENT ON COLUMN backup.sets.repository_id IS 'Id in repository.json of the backup directory: two directories may hold sets of one name';
COMMENT ON COLUMN backup.sets.fault IS 'Why the run failed, or what the newest verification found';

CREATE INDEX idx_sets_started ON backup.sets (started_at DESC);
CREATE INDEX idx_sets_set ON backup.sets (repository_id, set_id);

GRANT SELECT, INSERT, UPDATE ON backup.sets TO mcp_app;

-- A dump needs every table and every sequence, those of migrations to come too: one that is forgotten fails every backup.
GRANT SELECT ON ALL TABLES IN SCHEMA gateway, worker, backup TO mcp_backup;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA gateway, worker, backup TO mcp_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA gateway, worker, backup GRANT SELECT ON TABLES TO mcp_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA gateway, worker, backup GRANT SELECT ON SEQUENCES TO mcp_backup;
