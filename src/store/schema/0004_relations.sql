-- Who follows, blocks and mutes whom, and what they are told.

CREATE TABLE follows (
	id @ID,
	account_id BIGINT NOT NULL,
	target_id BIGINT NOT NULL,
	local BOOLEAN NOT NULL,             -- account_id is one of ours: has a home timeline
	pending BOOLEAN NOT NULL,
	uri TEXT NOT NULL,                  -- of the Follow activity, as its maker spells it; "" if it had none
	show_reblogs BOOLEAN NOT NULL,
	notify BOOLEAN NOT NULL,
	languages TEXT,                     -- JSON list
	created_at BIGINT NOT NULL,
	UNIQUE (account_id, target_id)
);
CREATE INDEX follows_by_target ON follows (target_id, id);
CREATE INDEX follows_by_account ON follows (account_id, id);
CREATE INDEX follows_local ON follows (target_id, account_id) WHERE local AND NOT pending;
CREATE INDEX follows_notify ON follows (target_id, account_id) WHERE local AND notify AND NOT pending;
CREATE INDEX follows_by_uri ON follows (uri);

CREATE TABLE blocks (
	id @ID,
	account_id BIGINT NOT NULL,
	target_id BIGINT NOT NULL,
	uri TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (account_id, target_id)
);
CREATE INDEX blocks_by_target ON blocks (target_id);
CREATE INDEX blocks_by_uri ON blocks (uri);

CREATE TABLE mutes (
	id @ID,
	account_id BIGINT NOT NULL,
	target_id BIGINT NOT NULL,
	notifications BOOLEAN NOT NULL,
	expires_at BIGINT NOT NULL,         -- 0: never
	created_at BIGINT NOT NULL,
	UNIQUE (account_id, target_id)
);

CREATE TABLE domain_blocks (
	id @ID,
	account_id BIGINT NOT NULL,
	domain TEXT NOT NULL,
	UNIQUE (account_id, domain)
);
CREATE INDEX domain_blocks_by_domain ON domain_blocks (domain, account_id);

CREATE TABLE account_notes (
	account_id BIGINT NOT NULL,
	target_id BIGINT NOT NULL,
	comment TEXT NOT NULL,
	PRIMARY KEY (account_id, target_id)
);

-- Ids below 2^53.
CREATE TABLE notifications (
	id @ID,
	account_id BIGINT NOT NULL,
	kind TEXT NOT NULL,                 -- mention status reblog follow follow_request favourite poll update
	from_id BIGINT NOT NULL,
	status_id BIGINT,
	created_at BIGINT NOT NULL
);
CREATE INDEX notifications_by_account ON notifications (account_id, id);
CREATE INDEX notifications_by_status ON notifications (status_id) WHERE status_id IS NOT NULL;
CREATE INDEX notifications_by_from ON notifications (from_id, account_id, status_id);

CREATE TABLE markers (
	account_id BIGINT NOT NULL,
	timeline TEXT NOT NULL,             -- home notifications
	last_read_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, timeline)
);
