-- Where an answer is from, so that history can tell it too (S-145).

ALTER TABLE messages ADD COLUMN citations jsonb NOT NULL DEFAULT '[]';
