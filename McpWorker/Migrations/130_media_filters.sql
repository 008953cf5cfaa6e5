-- Documents and passages by their labels (S-143, S-144).

CREATE INDEX idx_media_tags ON media USING gin (tags);
