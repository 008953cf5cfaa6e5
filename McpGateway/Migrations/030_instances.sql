-- Which processes run, as each of them reports. Redis has the same at a faster beat; this is the copy that survives it.

CREATE TABLE gateway.instances (
    id text PRIMARY KEY,
    service text NOT NULL,
    address text NOT NULL,
    metrics_address text NOT NULL,
    version text NOT NULL,
    state text NOT NULL,
    started_at timestamptz NOT NULL,
    last_heartbeat timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_instances_service ON gateway.instances (service, last_heartbeat);

GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.instances TO mcp_app;
GRANT SELECT ON gateway.instances TO mcp_backup;
