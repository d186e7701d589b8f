-- What moderators say to people here; and what a notification is about goes by one name, whatever it is.

CREATE TABLE account_warnings (
	id @ID,
	account_id BIGINT NOT NULL,         -- who is warned
	action TEXT NOT NULL,               -- what was done to the account besides: none
	text TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX account_warnings_by_account ON account_warnings (account_id, id);

-- By the kind of the notification: a severance, a report, a warning.
ALTER TABLE notifications RENAME COLUMN severance_id TO subject_id;
