-- What a server of translations made of posts, kept for a day.

CREATE TABLE translations (
	status_id BIGINT NOT NULL,          -- 0: the list of languages
	language TEXT NOT NULL,             -- to
	source TEXT NOT NULL,               -- digest of what was translated
	body TEXT NOT NULL,                 -- JSON
	created_at BIGINT NOT NULL,
	PRIMARY KEY (status_id, language)
);
CREATE INDEX translations_by_age ON translations (created_at);
