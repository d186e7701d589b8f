-- Posts and what hangs on them. A boost is a row of its own with reblog_of_id, as apps see it.

CREATE TABLE statuses (
	id @ID,                             -- by time of publication
	uri TEXT NOT NULL UNIQUE,
	url TEXT NOT NULL,
	account_id BIGINT NOT NULL,
	site_id BIGINT,                     -- NULL: remote
	in_reply_to_id BIGINT,
	in_reply_to_account_id BIGINT,
	in_reply_to_uri TEXT,               -- kept also while the parent is unknown
	reblog_of_id BIGINT,
	thread_id BIGINT NOT NULL,          -- id of the oldest post known of the conversation; its own for a start
	conversation TEXT NOT NULL,         -- the URI on the wire
	visibility TEXT NOT NULL,           -- public unlisted private direct
	sensitive BOOLEAN NOT NULL,
	spoiler_text TEXT NOT NULL,
	content TEXT NOT NULL,              -- HTML, cleaned
	text TEXT NOT NULL,                 -- what its author typed; "" for remote
	content_type TEXT NOT NULL,         -- of text: text/plain text/markdown
	language TEXT,
	app_id BIGINT,
	replies_count BIGINT NOT NULL,
	reblogs_count BIGINT NOT NULL,
	favourites_count BIGINT NOT NULL,
	emojis TEXT NOT NULL,               -- JSON, as accounts.emojis
	extras BIGINT NOT NULL,             -- bits: 1 mentions, 2 hashtags, 4 attachments, so that nobody looks in vain
	created_at BIGINT NOT NULL,
	edited_at BIGINT NOT NULL,
	deleted_at BIGINT NOT NULL          -- a tombstone: texts are gone, the URI is remembered
);
CREATE INDEX statuses_by_account ON statuses (account_id, id);
CREATE INDEX statuses_by_url ON statuses (url) WHERE site_id IS NULL AND reblog_of_id IS NULL AND deleted_at = 0;
CREATE INDEX statuses_with_media ON statuses (account_id, id) WHERE (extras & 4) <> 0;
CREATE INDEX statuses_by_parent ON statuses (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
CREATE INDEX statuses_by_parent_uri ON statuses (in_reply_to_uri) WHERE in_reply_to_uri IS NOT NULL AND in_reply_to_id IS NULL;
CREATE INDEX statuses_by_thread ON statuses (thread_id, id);
CREATE UNIQUE INDEX statuses_reblog ON statuses (reblog_of_id, account_id) WHERE reblog_of_id IS NOT NULL AND deleted_at = 0;
CREATE INDEX statuses_public ON statuses (id) WHERE visibility = 'public' AND reblog_of_id IS NULL AND deleted_at = 0;
CREATE INDEX statuses_local ON statuses (site_id, id)
	WHERE site_id IS NOT NULL AND visibility = 'public' AND reblog_of_id IS NULL AND deleted_at = 0;

CREATE TABLE status_mentions (
	status_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	silent BOOLEAN NOT NULL,            -- addressed, but not named in the text
	PRIMARY KEY (status_id, account_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX status_mentions_by_account ON status_mentions (account_id, status_id);

CREATE TABLE tags (
	id @ID,
-- sqlite:
	name TEXT NOT NULL UNIQUE,          -- folded
-- postgres:
	name TEXT COLLATE "C" NOT NULL UNIQUE, -- bytewise, so that a prefix is a range
-- both:
	display TEXT NOT NULL,              -- as first written
	created_at BIGINT NOT NULL
);
CREATE TABLE status_tags (
	tag_id BIGINT NOT NULL,
	status_id BIGINT NOT NULL,
	PRIMARY KEY (tag_id, status_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX status_tags_by_status ON status_tags (status_id);

-- What others attached: references to their files.
CREATE TABLE attachments (
	id @ID,
	status_id BIGINT,
	account_id BIGINT NOT NULL,
	place BIGINT NOT NULL,
	kind TEXT NOT NULL,                 -- image gifv video audio unknown
	remote_url TEXT NOT NULL,
	preview_url TEXT NOT NULL,
	mime TEXT NOT NULL,
	description TEXT,
	blurhash TEXT,
	width BIGINT NOT NULL,
	height BIGINT NOT NULL,
	focus_x BIGINT NOT NULL,            -- thousandths
	focus_y BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX attachments_by_status ON attachments (status_id, place);

-- Former versions; the present one is in statuses.
CREATE TABLE status_edits (
	id @ID,
	status_id BIGINT NOT NULL,
	spoiler_text TEXT NOT NULL,
	content TEXT NOT NULL,
	sensitive BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL          -- when that version was written
);
CREATE INDEX status_edits_by_status ON status_edits (status_id, id);

CREATE TABLE favourites (
	id @ID,
	account_id BIGINT NOT NULL,
	status_id BIGINT NOT NULL,
	uri TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (account_id, status_id)
);
CREATE INDEX favourites_by_status ON favourites (status_id, id);
CREATE INDEX favourites_by_account ON favourites (account_id, id);
CREATE INDEX favourites_by_uri ON favourites (uri);

CREATE TABLE bookmarks (
	id @ID,
	account_id BIGINT NOT NULL,
	status_id BIGINT NOT NULL,
	UNIQUE (account_id, status_id)
);
CREATE INDEX bookmarks_by_account ON bookmarks (account_id, id);
CREATE INDEX bookmarks_by_status ON bookmarks (status_id);

CREATE TABLE pins (
	id @ID,
	account_id BIGINT NOT NULL,
	status_id BIGINT NOT NULL,
	UNIQUE (account_id, status_id)
);
CREATE INDEX pins_by_status ON pins (status_id);

CREATE TABLE thread_mutes (
	account_id BIGINT NOT NULL,
	thread_id BIGINT NOT NULL,
	PRIMARY KEY (account_id, thread_id)
);
CREATE INDEX thread_mutes_by_thread ON thread_mutes (thread_id);

CREATE TABLE idempotency (
	account_id BIGINT NOT NULL,
	key TEXT NOT NULL,
	status_id BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_at ON idempotency (created_at);

-- Home timelines, written on arrival. status_id is the boost's where one brought it.
CREATE TABLE feeds (
	account_id BIGINT NOT NULL,
	status_id BIGINT NOT NULL,
	author_id BIGINT NOT NULL,
	boosted_id BIGINT NOT NULL,         -- the author of the post it is a boost of; 0: it is none
	PRIMARY KEY (account_id, status_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX feeds_by_status ON feeds (status_id);
