#pragma once
/* What goes with an account that ends, some rows at a time. */
#include "db/db.h"

/* Rows that are nobody's any more: at most n of each table; *gone: how many went. Who adds a table with rows of accounts adds a
 * line here (a test looks). Posts, follows and favourites are not among them: others count those. */
enum err endings_some(struct db *db, int64_t account_id, int64_t n, int64_t *gone) MUST_CHECK;
/* Of a local one: its tokens and codes; users that have no other account, with their sessions. */
enum err endings_log_out(struct db *db, struct arena *mem, int64_t account_id) MUST_CHECK;
/* No site names it as its contact. */
enum err endings_contact(struct db *db, int64_t account_id) MUST_CHECK;

/* The next n hosts above that one on which somebody is known here, and an inbox of each for what is for all of it: struct
 * host_inbox. */
struct host_inbox {
	str host, inbox; /* STR_NONE: its accounts have but inboxes of their own */
};
enum err endings_hosts(struct db *db, struct arena *mem, str after, int64_t n, struct db_rows *out) MUST_CHECK;
/* Inboxes of accounts of such a host, n at most: struct inbox_row of store/deliveries.h. */
enum err endings_inboxes(struct db *db, struct arena *mem, str host, int64_t n, struct db_rows *out) MUST_CHECK;
