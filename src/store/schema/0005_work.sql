-- What is to be done later, and what is known about other servers.

CREATE TABLE jobs (
	id @ID,
	kind TEXT NOT NULL,                 -- a line of work/jobs.def
	args TEXT NOT NULL,                 -- JSON
	unique_key TEXT UNIQUE,             -- NULL: any number; else one at a time
	due BIGINT NOT NULL,
	lease BIGINT NOT NULL,              -- claimed until then
	tries BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	error TEXT
);
CREATE INDEX jobs_due ON jobs (due, lease);

-- Jobs that failed for good.
CREATE TABLE dead_jobs (
	id @ID,
	kind TEXT NOT NULL,
	args TEXT NOT NULL,
	tries BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	died_at BIGINT NOT NULL,
	error TEXT
);

-- Activities taken (202), waiting for their effect.
CREATE TABLE inbox (
	id @ID,
	signer_id BIGINT NOT NULL,          -- the account whose key signed
	site_id BIGINT NOT NULL,            -- where it arrived
	target_id BIGINT,                   -- whose personal inbox; NULL: the shared one
	body TEXT NOT NULL,
	due BIGINT NOT NULL,
	lease BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX inbox_due ON inbox (due, id);

-- Activity ids seen, at least as long as a signature may be replayed.
CREATE TABLE seen (
	uri TEXT PRIMARY KEY,
	at BIGINT NOT NULL
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX seen_at ON seen (at);

-- One document to deliver; the same bytes for all recipients.
CREATE TABLE outgoing (
	id @ID,
	account_id BIGINT NOT NULL,         -- signs it
	object TEXT NOT NULL,               -- URI of what it is about: keeps order, lets a Delete cancel
	body TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX outgoing_by_object ON outgoing (object) WHERE object <> '';

-- One delivery per inbox.
CREATE TABLE deliveries (
	id @ID,
	outgoing_id BIGINT NOT NULL,
	host TEXT NOT NULL,                 -- authority of the inbox
	inbox TEXT NOT NULL,
	due BIGINT NOT NULL,
	lease BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	error TEXT
);
CREATE INDEX deliveries_due ON deliveries (due, id); -- many are due at the same moment: no sorting
CREATE INDEX deliveries_by_host ON deliveries (host, due);
CREATE INDEX deliveries_by_outgoing ON deliveries (outgoing_id, inbox);

CREATE TABLE hosts (
	host TEXT PRIMARY KEY,
	first_seen_at BIGINT NOT NULL,
	ok_at BIGINT NOT NULL,              -- last success, either way
	failed_at BIGINT NOT NULL,
	failures BIGINT NOT NULL,           -- in a row
	failing_since BIGINT NOT NULL,      -- 0: fine
	open_until BIGINT NOT NULL,         -- the breaker: nothing is sent before
	query_quirk BOOLEAN NOT NULL,       -- signs and verifies targets without the query
	policy TEXT NOT NULL                -- "" block limit
);

-- URIs that may not come (back): deletions that overtook their post.
CREATE TABLE tombstones (
	uri TEXT PRIMARY KEY,
	host TEXT NOT NULL,
	at BIGINT NOT NULL
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX tombstones_at ON tombstones (at);
