-- Accounts that move, and what is said against accounts.

-- Who took part in a move lately cannot move again so soon.
CREATE TABLE moves (
	account_id @ID,
	at BIGINT NOT NULL
);
-- Who blocks, mutes or has a note on one that moves.
CREATE INDEX mutes_by_target ON mutes (target_id);
CREATE INDEX account_notes_by_target ON account_notes (target_id);
-- Whose inbox says that nobody is there any more.
CREATE INDEX accounts_by_inbox ON accounts (inbox) WHERE site_id IS NULL;

CREATE TABLE reports (
	id @ID,
	site_id BIGINT NOT NULL,            -- whose moderators it is for
	account_id BIGINT NOT NULL,         -- who reports; of other servers often their instance actor
	target_id BIGINT NOT NULL,
	category TEXT NOT NULL,             -- spam legal violation other
	comment TEXT NOT NULL,
	statuses TEXT NOT NULL,             -- JSON list of ids
	rules TEXT NOT NULL,                -- JSON list of ids
	forwarded BOOLEAN NOT NULL,         -- to the server of the target
	uri TEXT NOT NULL,                  -- of the Flag; "": none
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	assigned_id BIGINT,                 -- the moderator who looks after it
	resolved_at BIGINT NOT NULL,        -- 0: open
	resolved_by BIGINT                  -- an account; NULL: by the command line
);
CREATE INDEX reports_open ON reports (site_id, id) WHERE resolved_at = 0;
CREATE INDEX reports_by_target ON reports (target_id, id);
CREATE INDEX reports_by_account ON reports (account_id, id);
