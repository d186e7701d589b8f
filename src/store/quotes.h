#pragma once
/* Rows of quotes: one for each post that quotes another. */
#include "store/statuses.h"

struct quote {
	int64_t status_id, account_id;
	int64_t quoted_id, quoted_account_id; /* 0: not here */
	str quoted_uri;
	str state; /* pending accepted rejected revoked deleted unauthorized */
	bool legacy;
	str stamp, request; /* "": none */
	int64_t created_at;
};

/* Inserts it, or replaces what is there. */
enum err quotes_put(struct db *db, const struct quote *q) MUST_CHECK;
enum err quotes_get(struct db *db, struct arena *mem, int64_t status_id, struct quote *q) MUST_CHECK;
enum err quotes_by_request(struct db *db, struct arena *mem, str uri, struct quote *q) MUST_CHECK;
/* Of what that account wrote. Any post may claim that stamp: accepted ones come first. */
enum err quotes_by_stamp(struct db *db, struct arena *mem, str uri, int64_t quoted_account_id, struct quote *q) MUST_CHECK;
/* The first that quotes the post, by its URI, so also before the quote is settled; ERR_NOT_FOUND. */
enum err quotes_above(struct db *db, int64_t quoted_id, int64_t *status_id) MUST_CHECK;
enum err quotes_delete(struct db *db, int64_t status_id) MUST_CHECK;
/* What quotes a post that is gone. */
enum err quotes_orphan(struct db *db, int64_t quoted_id) MUST_CHECK;
/* Accepted ones by accounts of ours: struct quote with status_id and account_id. */
enum err quotes_local(struct db *db, struct arena *mem, int64_t quoted_id, struct db_rows *out) MUST_CHECK;
/* Posts that quote it, accepted; public and unlisted ones and those of `viewer`. Between the ids, newest first or (up) oldest. */
enum err quotes_list(struct db *db, struct arena *mem, int64_t quoted_id, int64_t viewer, int64_t max, int64_t min, int64_t limit,
                     bool up, struct ids *out) MUST_CHECK;
/* For showing: struct quote of each of the posts. */
enum err shown_quotes(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;
