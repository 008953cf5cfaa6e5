-- Logins: one row a session, and the refresh tokens that keep it alive. Tokens are stored as hashes only.

CREATE TABLE gateway.sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES gateway.users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    ip_address inet,
    user_agent text
);

CREATE INDEX idx_sessions_user ON gateway.sessions (user_id);
CREATE INDEX idx_sessions_expires ON gateway.sessions (expires_at);

CREATE TABLE gateway.refresh_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES gateway.sessions (id) ON DELETE CASCADE,
    parent_id uuid REFERENCES gateway.refresh_tokens (id) ON DELETE SET NULL,
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    issued_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE INDEX idx_refresh_tokens_session ON gateway.refresh_tokens (session_id);
CREATE INDEX idx_refresh_tokens_parent ON gateway.refresh_tokens (parent_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON gateway.sessions, gateway.refresh_tokens TO mcp_app;
GRANT SELECT ON gateway.sessions, gateway.refresh_tokens TO mcp_backup;
