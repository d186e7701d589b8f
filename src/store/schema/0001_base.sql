-- Sites, who logs in, accounts local and remote, keys. Times are milliseconds UTC; ids come from the program.

-- postgres:
-- One text for both databases needs SQLite's json_each(): its array of numbers as rows.
CREATE FUNCTION json_each(list text) RETURNS TABLE(value bigint) LANGUAGE sql IMMUTABLE STRICT ROWS 20
	AS $$ SELECT x::bigint FROM jsonb_array_elements_text(list::jsonb) x $$;
CREATE FUNCTION json_texts(list text) RETURNS TABLE(value text) LANGUAGE sql IMMUTABLE STRICT ROWS 20
	AS $$ SELECT jsonb_array_elements_text(list::jsonb) $$;
-- both:

CREATE TABLE sites (
	id @ID,
	domain TEXT NOT NULL UNIQUE,        -- in handles: example.org
	host TEXT NOT NULL UNIQUE,          -- serves everything: social.example.org; its own port only in dev
	title TEXT NOT NULL,
	description TEXT NOT NULL,
	contact_email TEXT NOT NULL,
	contact_account_id BIGINT,
	sign_up TEXT,                       -- NULL: as the setting says
	rules TEXT NOT NULL,                -- JSON list of texts
	actor_id BIGINT NOT NULL,           -- the instance actor
	created_at BIGINT NOT NULL
);

CREATE TABLE users (
	id @ID,
	site_id BIGINT NOT NULL,
	login TEXT NOT NULL,                -- lower case: the e-mail address, or the first account's name
	email TEXT,
	password_hash TEXT NOT NULL,
	role TEXT NOT NULL,                 -- owner admin moderator user
	locale TEXT NOT NULL,
	disabled BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (site_id, login)
);
CREATE UNIQUE INDEX users_email ON users (site_id, email);

-- A user may hold several accounts, an account may have several users.
CREATE TABLE user_accounts (
	user_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	PRIMARY KEY (user_id, account_id)
);
CREATE INDEX user_accounts_by_account ON user_accounts (account_id);

CREATE TABLE accounts (
	id @ID,
	site_id BIGINT,                     -- NULL: remote
	username TEXT NOT NULL,
	username_lower TEXT NOT NULL,
	domain TEXT NOT NULL,               -- of the handle, lower-case punycode; a local account's is its site's
	host TEXT NOT NULL,                 -- authority of uri
	uri TEXT NOT NULL UNIQUE,
	url TEXT NOT NULL,
	kind TEXT NOT NULL,                 -- Person Service Group Application Organization
	display_name TEXT NOT NULL,
	note TEXT NOT NULL,                 -- HTML, cleaned
	note_source TEXT NOT NULL,
	fields TEXT NOT NULL,               -- as the client API has them: JSON [{"name","value" (HTML),"verified_at"}]
	fields_source TEXT NOT NULL,        -- of local accounts, as typed: JSON [{"name","value","verified_at"}]
	emojis TEXT NOT NULL,               -- JSON [{"shortcode","url","static_url","visible_in_picker"}]
	avatar_url TEXT NOT NULL,
	header_url TEXT NOT NULL,
	locked BOOLEAN NOT NULL,
	bot BOOLEAN NOT NULL,
	discoverable BOOLEAN NOT NULL,
	indexable BOOLEAN NOT NULL,
	hide_collections BOOLEAN NOT NULL,
	memorial BOOLEAN NOT NULL,
	inbox TEXT NOT NULL,
	shared_inbox TEXT NOT NULL,         -- "" if none
	outbox TEXT NOT NULL,
	followers_uri TEXT NOT NULL,
	following_uri TEXT NOT NULL,
	featured_uri TEXT NOT NULL,
	also_known_as TEXT NOT NULL,        -- JSON list of URIs
	moved_to_uri TEXT NOT NULL,
	followers_count BIGINT NOT NULL,    -- of remote accounts: what their server says
	following_count BIGINT NOT NULL,
	statuses_count BIGINT NOT NULL,
	last_status_at BIGINT NOT NULL,
	default_privacy TEXT NOT NULL,      -- of local accounts: preferences
	default_sensitive BOOLEAN NOT NULL,
	default_language TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	fetched_at BIGINT NOT NULL,         -- last read from its server
	suspended_at BIGINT NOT NULL,
	deleted_at BIGINT NOT NULL          -- the row stays: its name is never given again
);
CREATE UNIQUE INDEX accounts_handle ON accounts (username_lower, domain);
CREATE INDEX accounts_by_host ON accounts (host, id);
CREATE INDEX accounts_by_url ON accounts (url) WHERE site_id IS NULL;
CREATE INDEX accounts_local ON accounts (site_id, id) WHERE site_id IS NOT NULL;

CREATE TABLE account_keys (
	id @ID,
	account_id BIGINT NOT NULL,
	uri TEXT NOT NULL UNIQUE,           -- keyId, exactly as its actor spells it
	kind TEXT NOT NULL,                 -- rsa ed25519
	public_pem TEXT NOT NULL,
	private_pem TEXT,                   -- of local accounts
	fetched_at BIGINT NOT NULL
);
CREATE INDEX account_keys_by_account ON account_keys (account_id);

-- What this server keeps for itself: VAPID key, secrets.
CREATE TABLE secrets (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);
