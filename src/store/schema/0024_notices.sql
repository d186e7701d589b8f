-- Notifications in groups, and those held back.

-- Of what can be grouped: kind, post, hours since 1970 of the group's first one; NULL stands alone.
-- sqlite:
ALTER TABLE notifications ADD COLUMN group_key TEXT;
-- postgres:
ALTER TABLE notifications ADD COLUMN group_key TEXT COLLATE "C"; -- bytewise, so that a prefix is a range
-- both:
ALTER TABLE notifications ADD COLUMN filtered BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX notifications_by_group ON notifications (account_id, group_key, id) WHERE group_key IS NOT NULL;
CREATE INDEX notifications_filtered ON notifications (account_id, from_id, id) WHERE filtered;

-- accept filter drop. No row: all accepted but private mentions and limited accounts, which are filtered.
CREATE TABLE notification_policies (
	account_id @ID,
	for_not_following TEXT NOT NULL,
	for_not_followers TEXT NOT NULL,
	for_new_accounts TEXT NOT NULL,
	for_private_mentions TEXT NOT NULL,
	for_limited_accounts TEXT NOT NULL,
	for_bots TEXT NOT NULL
);

-- Whose notifications get through whatever the policy says.
CREATE TABLE notification_permissions (
	account_id BIGINT NOT NULL,
	from_id BIGINT NOT NULL,
	PRIMARY KEY (account_id, from_id)
);

-- Who is held back. How much is counted in notifications; a row without any there is over.
CREATE TABLE notification_requests (
	id @ID,
	account_id BIGINT NOT NULL,
	from_id BIGINT NOT NULL,
	last_status_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	UNIQUE (account_id, from_id)
);
CREATE INDEX notification_requests_by_account ON notification_requests (account_id, id);
