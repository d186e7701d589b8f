-- Apps, codes, tokens, login sessions. Secrets are stored as digests only.

CREATE TABLE oauth_apps (
	id @ID,
	site_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	website TEXT,
	redirect_uris TEXT NOT NULL,        -- JSON list, exact
	scopes TEXT NOT NULL,
	client_id TEXT NOT NULL UNIQUE,
	secret_hash TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL
);

CREATE TABLE oauth_codes (
	code_hash TEXT PRIMARY KEY,
	app_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	redirect_uri TEXT NOT NULL,
	scopes TEXT NOT NULL,
	challenge TEXT,                     -- PKCE S256
	expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_codes_expiry ON oauth_codes (expires_at);

CREATE TABLE oauth_tokens (
	id @ID,
	token_hash TEXT NOT NULL UNIQUE,
	app_id BIGINT NOT NULL,
	user_id BIGINT,                     -- NULL: the app's own (client_credentials)
	account_id BIGINT,
	scopes TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL             -- to the day
);
CREATE INDEX oauth_tokens_by_user ON oauth_tokens (user_id);
CREATE INDEX oauth_tokens_by_app ON oauth_tokens (app_id);

CREATE TABLE sessions (
	token_hash TEXT PRIMARY KEY,
	site_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	csrf TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL,
	address TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Wrong passwords: counted per address and per login, kept over restarts.
CREATE TABLE login_failures (
	who TEXT PRIMARY KEY,
	count BIGINT NOT NULL,
	since BIGINT NOT NULL
);
