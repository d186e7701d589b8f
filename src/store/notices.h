#pragma once
/* Rows of notifications and markers. */
#include "db/db.h"

struct notice {
	int64_t id;
	int64_t account_id;
	str kind; /* mention status reblog follow follow_request favourite update */
	int64_t from_id, status_id, created_at;
	int64_t severance_id; /* of severed_relationships */
};
/* May `to` be told? Not if it is remote or deleted, blocks or mutes from or its domain or the thread, is blocked by it, or
 * has the very same already. */
enum err notices_wanted(struct db *db, const struct notice *n, bool *wanted) MUST_CHECK;
enum err notices_insert(struct db *db, const struct notice *n) MUST_CHECK;
enum err notices_delete_same(struct db *db, const struct notice *n) MUST_CHECK;
enum err notices_delete_between(struct db *db, int64_t account_id, int64_t from_id) MUST_CHECK;
enum err notices_delete_domain(struct db *db, int64_t account_id, str domain) MUST_CHECK; /* from anybody there */
enum err notices_delete_from(struct db *db, int64_t from_id) MUST_CHECK;
enum err notices_delete_id(struct db *db, int64_t account_id, int64_t id) MUST_CHECK;
enum err notices_delete_all(struct db *db, int64_t account_id) MUST_CHECK;
enum err notices_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id,
                     struct notice *n) MUST_CHECK;

struct notice_find {
	int64_t account_id, max, min, limit;
	struct strs types, exclude; /* types empty: all */
	int64_t from_id;            /* 0: from anybody */
	bool up;                    /* the lowest first */
};
enum err notices_list(struct db *db, struct arena *mem, const struct notice_find *f,
                      struct db_rows *out) MUST_CHECK;
/* Above an id; counted to the limit. */
enum err notices_count(struct db *db, int64_t account_id, int64_t above, int64_t limit,
                       int64_t *count) MUST_CHECK;

struct marker {
	str timeline, last_read_id;
	int64_t version, updated_at;
};
enum err markers_get(struct db *db, struct arena *mem, int64_t account_id, struct strs timelines,
                     struct db_rows *out) MUST_CHECK;
/* *m becomes what is stored. */
enum err markers_put(struct db *db, struct arena *mem, int64_t account_id, struct marker *m) MUST_CHECK;
