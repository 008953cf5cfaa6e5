-- Misspelt words and meanings (S-144).

-- The owner of the tables may not create extensions, whoever migrates may: pg_trgm is trusted, so CREATE on the database is
-- enough. It comes with PostgreSQL's contrib package.
RESET ROLE;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA worker;
SET LOCAL ROLE mcp_owner;
SET LOCAL search_path = worker, public;

CREATE INDEX idx_chunks_trigrams ON chunks USING gin ((heading || ' ' || content) gin_trgm_ops);

-- What an embedding provider made of a passage, of length 1, so that the product of two is their cosine.
CREATE TABLE passage_vectors (
    media_id uuid NOT NULL,
    position integer NOT NULL,
    model    text NOT NULL,
    vector   real[] NOT NULL,
    PRIMARY KEY (media_id, position, model),
    FOREIGN KEY (media_id, position) REFERENCES chunks (media_id, position) ON DELETE CASCADE
);

CREATE FUNCTION vector_product(one real[], other real[]) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT sum(a::double precision * b) FROM unnest(one, other) AS pair (a, b));

GRANT SELECT, INSERT, UPDATE, DELETE ON passage_vectors TO mcp_app;
GRANT SELECT ON passage_vectors TO mcp_backup;
