-- What is done about other servers, and the follows that ended for it.

CREATE TABLE host_policies (
	domain TEXT PRIMARY KEY,            -- covers what is below it; the longest that fits counts. "": all that is not allowed
	severity TEXT NOT NULL,             -- "" limit block
	allowed BOOLEAN NOT NULL,           -- also where only those are that are allowed
	reject_media BOOLEAN NOT NULL,
	reject_reports BOOLEAN NOT NULL,
	obfuscate BOOLEAN NOT NULL,         -- its name, where the list is shown
	public_comment TEXT NOT NULL,
	private_comment TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
INSERT INTO host_policies (domain, severity, allowed, reject_media, reject_reports, obfuscate, public_comment,
	private_comment, created_at, updated_at)
	SELECT host, policy, FALSE, FALSE, FALSE, FALSE, '', '', first_seen_at, first_seen_at FROM hosts WHERE policy <> '';
ALTER TABLE hosts DROP COLUMN policy;

-- Who says so; bits: 1 its own server, 2 a moderator, 4 the policy of its host. suspended_at is 0 where nobody does.
ALTER TABLE accounts ADD COLUMN suspended_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN silenced_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN media_rejected BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE accounts SET suspended_by = 1 WHERE suspended_at <> 0;

-- What one of ours lost for one cause.
CREATE TABLE severances (
	id @ID,
	account_id BIGINT NOT NULL,         -- ours
	kind TEXT NOT NULL,                 -- domain_block user_domain_block account_suspension
	target TEXT NOT NULL,               -- the domain or the handle
	followers_count BIGINT NOT NULL,
	following_count BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (account_id, kind, target, created_at)
);
CREATE TABLE severed_follows (
	severance_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,         -- as in follows
	target_id BIGINT NOT NULL,
	show_reblogs BOOLEAN NOT NULL,
	notify BOOLEAN NOT NULL,
	languages TEXT,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (severance_id, account_id, target_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
ALTER TABLE notifications ADD COLUMN severance_id BIGINT; -- of kind severed_relationships
