-- Preview cards: what pages that posts link to say of themselves. One row a page, however many link to it.

CREATE TABLE cards (
	id @ID,
	url TEXT NOT NULL UNIQUE,           -- as the page calls itself, once it was read
	state BIGINT NOT NULL DEFAULT 0,    -- 0 not read yet, 1 there, 2 nothing to show
	fetched_at BIGINT NOT NULL DEFAULT 0, -- the last try that came to an end
	kind TEXT NOT NULL DEFAULT 'link',  -- link photo video
	title TEXT NOT NULL DEFAULT '',
	description TEXT NOT NULL DEFAULT '',
	author_name TEXT NOT NULL DEFAULT '',
	author_url TEXT NOT NULL DEFAULT '',
	author_id BIGINT,                   -- the account that wrote it, if it allows that to be said
	provider_name TEXT NOT NULL DEFAULT '',
	provider_url TEXT NOT NULL DEFAULT '',
	html TEXT NOT NULL DEFAULT '',
	embed_url TEXT NOT NULL DEFAULT '',
	width BIGINT NOT NULL DEFAULT 0,
	height BIGINT NOT NULL DEFAULT 0,
	image_url TEXT NOT NULL DEFAULT '',
	image_description TEXT NOT NULL DEFAULT '',
	language TEXT NOT NULL DEFAULT '',
	published_at BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL
);

-- Addresses as posts have them.
CREATE TABLE card_links (
	url TEXT PRIMARY KEY,
	card_id BIGINT NOT NULL
);
CREATE INDEX card_links_by_card ON card_links (card_id);

CREATE TABLE status_cards (
	status_id @ID,
	card_id BIGINT NOT NULL
);
CREATE INDEX status_cards_by_card ON status_cards (card_id, status_id);
