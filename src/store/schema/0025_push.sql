-- Where apps want to be told of notifications, one place a token.

CREATE TABLE push_subscriptions (
	id @ID,
	token_id BIGINT NOT NULL UNIQUE,
	user_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	endpoint TEXT NOT NULL,
	p256dh TEXT NOT NULL,               -- base64url
	auth TEXT NOT NULL,                 -- base64url
	standard BOOLEAN NOT NULL,          -- aes128gcm; else aesgcm
	alerts TEXT NOT NULL,               -- JSON list of kinds of notifications
	policy TEXT NOT NULL,               -- all followed follower none
	token TEXT NOT NULL,                -- the app finds its account by it: the token, enciphered
	failures BIGINT NOT NULL,           -- messages given up in a row
	created_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_by_account ON push_subscriptions (account_id);
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id, id);
