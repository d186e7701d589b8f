-- What accounts show on top of their profiles beside pinned posts.
-- featured_tags_uri is of remote accounts; that of ours follows from their own URI.

ALTER TABLE accounts ADD COLUMN featured_tags_uri TEXT NOT NULL DEFAULT '';

CREATE TABLE featured_tags (
	id @ID,
	account_id BIGINT NOT NULL,
	tag_id BIGINT NOT NULL,
	name TEXT NOT NULL,                 -- as its owner spells it, without #
	created_at BIGINT NOT NULL,
	UNIQUE (account_id, tag_id)
);
