-- Documents, their passages, and how both are searched (S-143, S-144, S-309).

-- The text search configuration of an ISO 639-1 language; words of other languages are matched as they stand.
-- IMMUTABLE holds because every name is spelled out: generated columns may use it, and a dump restores.
CREATE FUNCTION search_config(language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE language
    WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
    WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
    WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
    WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
    WHEN 'da' THEN 'pg_catalog.danish'::regconfig
    WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
    WHEN 'en' THEN 'pg_catalog.english'::regconfig
    WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig
    WHEN 'fr' THEN 'pg_catalog.french'::regconfig
    WHEN 'de' THEN 'pg_catalog.german'::regconfig
    WHEN 'el' THEN 'pg_catalog.greek'::regconfig
    WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
    WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig
    WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
    WHEN 'ga' THEN 'pg_catalog.irish'::regconfig
    WHEN 'it' THEN 'pg_catalog.italian'::regconfig
    WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig
    WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig
    WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
    WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
    WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
    WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
    WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
    WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig
    WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
    WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig
    WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
    ELSE 'pg_catalog.simple'::regconfig
END;

CREATE TABLE media (
    id         uuid PRIMARY KEY,
    content    text NOT NULL,
    title      text NOT NULL,
    media_type text NOT NULL,
    tags       text[] NOT NULL DEFAULT '{}',
    language   text NOT NULL DEFAULT 'en',
    owner_id   text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    search     tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector(search_config(language), title), 'A')
        || setweight(to_tsvector(search_config(language), content), 'C')) STORED
);

CREATE INDEX idx_media_created ON media (created_at DESC);
CREATE INDEX idx_media_type ON media (media_type);
CREATE INDEX idx_media_language ON media (language);
CREATE INDEX idx_media_owner ON media (owner_id);
CREATE INDEX idx_media_search ON media USING gin (search);

-- What retrieval finds: a section of a document, or a part of a long one.
CREATE TABLE chunks (
    media_id uuid NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    position integer NOT NULL,
    heading  text NOT NULL,
    content  text NOT NULL,
    language text NOT NULL,
    search   tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector(search_config(language), heading), 'B')
        || setweight(to_tsvector(search_config(language), content), 'C')) STORED,
    PRIMARY KEY (media_id, position)
);

CREATE INDEX idx_chunks_language ON chunks (language);
CREATE INDEX idx_chunks_search ON chunks USING gin (search);

GRANT SELECT, INSERT, UPDATE, DELETE ON media, chunks TO mcp_app;
GRANT SELECT ON media, chunks TO mcp_backup;
