-- Lists with timelines of their own, followed hashtags, homes that nobody reads.

ALTER TABLE feeds RENAME COLUMN account_id TO feed_id; -- whose: an account, or a list

CREATE TABLE lists (
	id @ID,
	account_id BIGINT NOT NULL,
	title TEXT NOT NULL,
	replies_policy TEXT NOT NULL,       -- followed list none
	exclusive BOOLEAN NOT NULL          -- its members' posts stay out of the home
);
CREATE INDEX lists_by_account ON lists (account_id, id);

CREATE TABLE list_accounts (
	id @ID,
	list_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,         -- who is on it
	owner_id BIGINT NOT NULL,           -- whose list it is
	UNIQUE (list_id, account_id)
);
CREATE INDEX list_accounts_by_account ON list_accounts (account_id, owner_id);
CREATE INDEX list_accounts_by_list ON list_accounts (list_id, id);

CREATE TABLE tag_follows (
	id @ID,
	account_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	UNIQUE (account_id, tag_id)
);
CREATE INDEX tag_follows_by_tag ON tag_follows (tag_id);
CREATE INDEX tag_follows_by_account ON tag_follows (account_id, id);

-- Who has not been here for long: nothing is written into the home and the lists of such a one.
CREATE TABLE away (
	account_id @ID,
	back BOOLEAN NOT NULL               -- came, is written again, but not filled yet
);
