-- Who may call: users, roles, what roles may do, and the API keys people and programs present.

GRANT USAGE ON SCHEMA gateway TO mcp_app, mcp_backup;

CREATE TABLE gateway.users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
    display_name text NOT NULL DEFAULT '',
    password_hash text,
    permissions text[] NOT NULL DEFAULT '{}',
    rate_per_minute integer CHECK (rate_per_minute BETWEEN 1 AND 1000000),
    burst integer CHECK (burst BETWEEN 1 AND 1000000),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    CHECK ((rate_per_minute IS NULL) = (burst IS NULL))
);

COMMENT ON COLUMN gateway.users.rate_per_minute IS 'Limit over all of the user''s keys together; null: none beyond that of each key';

CREATE TABLE gateway.roles (
    name text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    description text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gateway.role_permissions (
    role text NOT NULL REFERENCES gateway.roles (name) ON DELETE CASCADE,
    permission text NOT NULL CHECK (length(permission) BETWEEN 1 AND 200),
    PRIMARY KEY (role, permission)
);

CREATE TABLE gateway.user_roles (
    user_id uuid NOT NULL REFERENCES gateway.users (id) ON DELETE CASCADE,
    role text NOT NULL REFERENCES gateway.roles (name) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role)
);

CREATE INDEX idx_user_roles_role ON gateway.user_roles (role);

CREATE TABLE gateway.api_keys (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-Za-z]{8}$'),
    user_id uuid NOT NULL REFERENCES gateway.users (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    last4 text NOT NULL CHECK (length(last4) = 4),
    roles text[] NOT NULL DEFAULT '{}',
    permissions text[] NOT NULL DEFAULT '{}',
    rate_per_minute integer CHECK (rate_per_minute BETWEEN 1 AND 1000000),
    burst integer CHECK (burst BETWEEN 1 AND 1000000),
    bootstrap boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CHECK ((rate_per_minute IS NULL) = (burst IS NULL))
);

COMMENT ON COLUMN gateway.api_keys.hash IS 'HMAC-SHA256 of the whole key under a key derived from MCP_API_KEY_SALT';

CREATE INDEX idx_api_keys_user ON gateway.api_keys (user_id);

-- The bootstrap key is the one a development installation writes to a file; there is one at a time.
CREATE UNIQUE INDEX idx_api_keys_bootstrap ON gateway.api_keys (bootstrap) WHERE bootstrap AND revoked_at IS NULL;

INSERT INTO gateway.roles (name, description) VALUES
    ('admin', 'May do everything'),
    ('reader', 'May list every tool and call those that only read');

INSERT INTO gateway.role_permissions (role, permission) VALUES
    ('admin', '*'),
    ('reader', 'tool:*/*:list'),
    ('reader', 'tool:media/get:call'),
    ('reader', 'tool:media/list:call'),
    ('reader', 'tool:media/search:call'),
    ('reader', 'tool:rag/query:call');

GRANT SELECT, INSERT, UPDATE, DELETE
    ON gateway.users, gateway.roles, gateway.role_permissions, gateway.user_roles, gateway.api_keys
    TO mcp_app;

GRANT SELECT
    ON gateway.users, gateway.roles, gateway.role_permissions, gateway.user_roles, gateway.api_keys
    TO mcp_backup;
