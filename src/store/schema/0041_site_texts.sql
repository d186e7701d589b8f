-- What a site says of itself, and to its people.

ALTER TABLE sites ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;

-- Long texts: extended_description privacy_policy terms_of_service custom_css.
CREATE TABLE site_texts (
	site_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	text TEXT NOT NULL,                 -- as typed
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (site_id, name)
);

CREATE TABLE announcements (
	id @ID,
	site_id BIGINT NOT NULL,
	text TEXT NOT NULL,                 -- Markdown, as typed
	content TEXT NOT NULL,              -- HTML
	starts_at BIGINT NOT NULL,          -- of what is announced; 0: not said
	ends_at BIGINT NOT NULL,
	all_day BOOLEAN NOT NULL,
	published_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE INDEX announcements_by_site ON announcements (site_id, id);

CREATE TABLE announcement_reads (
	announcement_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	PRIMARY KEY (announcement_id, account_id)
);

CREATE TABLE announcement_reactions (
	announcement_id BIGINT NOT NULL,
	name TEXT NOT NULL,                 -- an emoji character, or the shortcode of a custom emoji
	account_id BIGINT NOT NULL,
	PRIMARY KEY (announcement_id, name, account_id)
);
