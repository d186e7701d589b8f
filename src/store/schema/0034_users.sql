-- How people come in: confirmed addresses, approval, invitations, a second factor.

ALTER TABLE users ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 1; -- of the e-mail address; 0: not yet
ALTER TABLE users ADD COLUMN approved_at BIGINT NOT NULL DEFAULT 1;  -- 0: waits for a moderator
ALTER TABLE users ADD COLUMN reason TEXT NOT NULL DEFAULT '';        -- why they want to join
ALTER TABLE users ADD COLUMN invite_id BIGINT;
ALTER TABLE users ADD COLUMN otp_secret TEXT;                        -- base32; NULL: no second factor
ALTER TABLE users ADD COLUMN otp_step BIGINT NOT NULL DEFAULT 0;     -- the last one used: no code is good twice
CREATE INDEX users_waiting ON users (site_id, id) WHERE approved_at = 0;

-- Secrets sent by mail or kept in a form, as digests: confirm reset otp.
CREATE TABLE user_links (
	hash TEXT PRIMARY KEY,
	user_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	email TEXT,                         -- confirm: the address that is meant
	expires_at BIGINT NOT NULL
);
CREATE INDEX user_links_by_user ON user_links (user_id, kind);
CREATE INDEX user_links_expiry ON user_links (expires_at);

-- For who has lost the second factor; each is good once.
CREATE TABLE recovery_codes (
	user_id BIGINT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (user_id, hash)
);

CREATE TABLE invites (
	id @ID,
	site_id BIGINT NOT NULL,
	code TEXT NOT NULL UNIQUE,
	account_id BIGINT,                  -- who invites; NULL: the site
	uses BIGINT NOT NULL,
	most BIGINT NOT NULL,               -- 0: any number
	expires_at BIGINT NOT NULL,         -- 0: never
	created_at BIGINT NOT NULL
);
CREATE INDEX invites_by_site ON invites (site_id, id);

ALTER TABLE sessions ADD COLUMN id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';     -- what the browser calls itself
