-- Who did what, when, with which outcome; never arguments or secrets. The services may add and read, nothing else.

CREATE TABLE gateway.audit_log (
    id uuid PRIMARY KEY,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    event_type text NOT NULL,
    user_name text,
    key_id text,
    action text NOT NULL,
    resource text NOT NULL DEFAULT '',
    result text NOT NULL,
    ip_address text,
    user_agent text,
    request_id text,
    trace_id text,
    duration_ms double precision,
    instance text NOT NULL
);

COMMENT ON COLUMN gateway.audit_log.id IS 'Made where the event happened, so that a replay after a crash adds nothing twice';

CREATE UNIQUE INDEX idx_audit_log_sequence ON gateway.audit_log (sequence);
CREATE INDEX idx_audit_log_time ON gateway.audit_log (occurred_at DESC);
CREATE INDEX idx_audit_log_type ON gateway.audit_log (event_type, occurred_at DESC);
CREATE INDEX idx_audit_log_user ON gateway.audit_log (user_name, occurred_at DESC);
CREATE INDEX idx_audit_log_request ON gateway.audit_log (request_id);

GRANT SELECT, INSERT ON gateway.audit_log TO mcp_app;
GRANT SELECT ON gateway.audit_log TO mcp_backup;
