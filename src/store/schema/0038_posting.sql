-- Posts for later, direct conversations, whom one recommends, posts for this site alone.

CREATE TABLE scheduled_statuses (
	id @ID,
	account_id BIGINT NOT NULL,
	app_id BIGINT,
	scheduled_at BIGINT NOT NULL,
	params TEXT NOT NULL,               -- JSON, as the client API shows them
	created_at BIGINT NOT NULL
);
CREATE INDEX scheduled_statuses_by_account ON scheduled_statuses (account_id, id);

-- One row for an account, a thread and those one speaks with in it.
CREATE TABLE conversations (
	id @ID,
	account_id BIGINT NOT NULL,
	thread_id BIGINT NOT NULL,
	participants TEXT NOT NULL,         -- JSON list of ids, ascending; without the account itself
	last_status_id BIGINT NOT NULL,
	unread BOOLEAN NOT NULL,
	UNIQUE (account_id, thread_id, participants)
);
CREATE INDEX conversations_by_last ON conversations (account_id, last_status_id);
CREATE INDEX conversations_by_thread ON conversations (thread_id);

CREATE TABLE conversation_statuses (
	status_id BIGINT NOT NULL,
	conversation_id BIGINT NOT NULL,
	PRIMARY KEY (status_id, conversation_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX conversation_statuses_by_conversation ON conversation_statuses (conversation_id, status_id);

CREATE TABLE endorsements (
	id @ID,
	account_id BIGINT NOT NULL,
	target_id BIGINT NOT NULL,
	UNIQUE (account_id, target_id)
);
CREATE INDEX endorsements_by_target ON endorsements (target_id);
