-- Conversations and their messages (S-310).

CREATE TABLE conversations (
    id         uuid PRIMARY KEY,
    title      text NOT NULL,
    owner_id   text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_conversations_owner ON conversations (owner_id, updated_at DESC);

CREATE TABLE messages (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('system', 'user', 'assistant', 'tool')),
    content         text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_messages_conversation ON messages (conversation_id, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON conversations, messages TO mcp_app;
GRANT SELECT ON conversations, messages TO mcp_backup;
