-- Emoji of a site: files of blobs, by name (HASH.EXTENSION).
CREATE TABLE custom_emojis (
	id @ID,
	site_id BIGINT NOT NULL,
	shortcode TEXT NOT NULL,
	file TEXT NOT NULL,
	still TEXT NOT NULL,                -- the same where it does not move
	category TEXT NOT NULL,             -- "": none
	visible BOOLEAN NOT NULL,           -- in pickers
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	UNIQUE (site_id, shortcode)
);
CREATE INDEX custom_emojis_by_file ON custom_emojis (substr(file, 1, 64));
CREATE INDEX custom_emojis_by_still ON custom_emojis (substr(still, 1, 64));
