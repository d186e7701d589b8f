-- What web clients keep for an account: an object of their own making, drafts among it.

CREATE TABLE web_settings (
	account_id @ID,
	data TEXT NOT NULL,
	updated_at BIGINT NOT NULL
);
