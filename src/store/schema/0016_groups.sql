-- Posts in groups of elsewhere, and relays.

CREATE TABLE status_groups (
	status_id @ID,
	account_id BIGINT NOT NULL          -- the group
);

CREATE TABLE relays (
	id @ID,
	site_id BIGINT NOT NULL,            -- whose actor follows it
	url TEXT NOT NULL,                  -- as it was typed: an inbox (Mastodon's kind), or an actor (LitePub's)
	by_inbox BOOLEAN NOT NULL,
	state TEXT NOT NULL,                -- pending accepted rejected
	follow_uri TEXT NOT NULL UNIQUE,
	inbox TEXT NOT NULL,                -- "": not known yet
	account_id BIGINT,                  -- who answered, or is followed; NULL: not known yet
	created_at BIGINT NOT NULL,
	UNIQUE (site_id, url)
);
CREATE INDEX relays_by_account ON relays (account_id);
