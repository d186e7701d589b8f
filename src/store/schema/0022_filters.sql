-- What people want to be warned of, or not to see.

CREATE TABLE filters (
	id @ID,
	account_id BIGINT NOT NULL,
	title TEXT NOT NULL,
	contexts BIGINT NOT NULL,           -- bits of core/filter.h
	action TEXT NOT NULL,               -- warn hide blur
	expires_at BIGINT NOT NULL          -- 0: never
);
CREATE INDEX filters_by_account ON filters (account_id, id);

CREATE TABLE filter_keywords (
	id @ID,
	filter_id BIGINT NOT NULL,
	keyword TEXT NOT NULL,              -- as typed
	whole_word BOOLEAN NOT NULL
);
CREATE INDEX filter_keywords_by_filter ON filter_keywords (filter_id, id);

CREATE TABLE filter_statuses (
	id @ID,
	filter_id BIGINT NOT NULL,
	status_id BIGINT NOT NULL,
	UNIQUE (filter_id, status_id)
);
CREATE INDEX filter_statuses_by_status ON filter_statuses (status_id);

-- Changes with all that an account filters; no row: it filters nothing.
CREATE TABLE filter_versions (
	account_id @ID,
	version BIGINT NOT NULL
);
