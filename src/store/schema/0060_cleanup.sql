-- Whose own old posts leave by themselves, and which stay.
CREATE TABLE cleanup_policies (
	account_id @ID,
	enabled BOOLEAN NOT NULL,
	min_age BIGINT NOT NULL,            -- ms
	keep_direct BOOLEAN NOT NULL,
	keep_pinned BOOLEAN NOT NULL,
	keep_polls BOOLEAN NOT NULL,
	keep_media BOOLEAN NOT NULL,
	keep_self_fav BOOLEAN NOT NULL,
	keep_self_bookmark BOOLEAN NOT NULL,
	min_favs BIGINT NOT NULL,           -- as many are enough to stay; 0: no number is
	min_reblogs BIGINT NOT NULL,
	after_id BIGINT NOT NULL            -- this round looks on from there
);
CREATE INDEX cleanup_policies_enabled ON cleanup_policies (account_id) WHERE enabled;
