-- Polls. A poll is known by the post that asks.

CREATE TABLE polls (
	status_id @ID,
	account_id BIGINT NOT NULL,         -- who asks
	multiple BOOLEAN NOT NULL,
	hide_totals BOOLEAN NOT NULL,       -- until it ends
	expires_at BIGINT NOT NULL,         -- 0: never
	voters_count BIGINT NOT NULL,       -- people; -1: its server does not say
	fetched_at BIGINT NOT NULL          -- when its server was last asked for the tallies
);

CREATE TABLE poll_options (
	status_id BIGINT NOT NULL,
	place BIGINT NOT NULL,              -- from 0
	title TEXT NOT NULL,                -- plain text, to the byte as on the wire: votes name it
	votes_count BIGINT NOT NULL,
	PRIMARY KEY (status_id, place)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:

-- Votes in our polls, and our people's votes in any.
CREATE TABLE poll_votes (
	status_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	place BIGINT NOT NULL,
	uri TEXT NOT NULL,                  -- of the vote
	created_at BIGINT NOT NULL,
	PRIMARY KEY (status_id, account_id, place)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX poll_votes_by_account ON poll_votes (account_id);

ALTER TABLE status_edits ADD COLUMN options TEXT; -- JSON list of titles; NULL: that version asked nothing
