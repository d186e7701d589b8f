-- Emoji that were taken away or got another picture stay for the posts that were written with them. There are none yet.
DROP TABLE custom_emojis;
CREATE TABLE custom_emojis (
	id @ID,
	site_id BIGINT NOT NULL,
	shortcode TEXT NOT NULL,
	file TEXT NOT NULL,                 -- name of a blob, HASH.EXTENSION
	still TEXT NOT NULL,                -- the same where it does not move
	category TEXT NOT NULL,             -- "": none
	visible BOOLEAN NOT NULL,           -- in pickers
	created_at BIGINT NOT NULL,
	removed_at BIGINT NOT NULL          -- 0: is there
);
CREATE UNIQUE INDEX custom_emojis_there ON custom_emojis (site_id, shortcode) WHERE removed_at = 0;
CREATE INDEX custom_emojis_by_file ON custom_emojis (substr(file, 1, 64));
CREATE INDEX custom_emojis_by_still ON custom_emojis (substr(still, 1, 64));
