#pragma once
/* Rows of notifications and markers. */
#include "db/db.h"

struct notice {
	int64_t id;
	int64_t account_id;
	str kind; /* mention status reblog follow follow_request favourite poll update quote quoted_update ... */
	int64_t from_id, status_id, created_at;
	int64_t subject_id; /* what it is about besides a post, by its kind: notice_subject_of() */
	str group_key; /* STR_NONE: in no group */
	bool filtered; /* held back: its sender is among the requests */
};
enum err notices_insert(struct db *db, const struct notice *n) MUST_CHECK;
enum err notices_delete_same(struct db *db, const struct notice *n) MUST_CHECK;
enum err notices_delete_collection(struct db *db, int64_t account_id, int64_t from_id, int64_t collection_id,
                                   str kind) MUST_CHECK;
enum err notices_of_collection(struct db *db, int64_t account_id, int64_t from_id, int64_t collection_id, str kind,
                               int64_t since, int64_t *n) MUST_CHECK;
enum err notices_delete_between(struct db *db, int64_t account_id, int64_t from_id) MUST_CHECK;
enum err notices_delete_domain(struct db *db, int64_t account_id, str domain) MUST_CHECK; /* from anybody there */
enum err notices_delete_ids(struct db *db, struct arena *mem, int64_t account_id, struct ids ids) MUST_CHECK;
enum err notices_delete_group(struct db *db, int64_t account_id, str group_key) MUST_CHECK;
enum err notices_delete_all(struct db *db, int64_t account_id) MUST_CHECK;
enum err notices_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id,
                     struct notice *n) MUST_CHECK;

struct notice_find {
	int64_t account_id, max, min, limit; /* ids below max and above min */
	struct strs types, exclude;          /* types empty: all */
	struct strs grouped;                 /* kinds that come in groups; empty: all that have one */
	int64_t from_id;                     /* 0: from anybody */
	bool up;                             /* the lowest first */
	bool filtered;                       /* those held back too */
};
enum err notices_list(struct db *db, struct arena *mem, const struct notice_find *f,
                      struct db_rows *out) MUST_CHECK;
/* Likewise, but of each group only the one met first. */
enum err notices_groups(struct db *db, struct arena *mem, const struct notice_find *f, struct db_rows *out) MUST_CHECK;
/* How many notices_list() or notices_groups() would give. */
enum err notices_count(struct db *db, struct arena *mem, const struct notice_find *f, bool groups,
                       int64_t *count) MUST_CHECK;

/* How many notices_list() would give, and how many groups these are of. */
struct notice_tally {
	int64_t total, groups;
};
enum err notices_tally(struct db *db, struct arena *mem, const struct notice_find *f, struct notice_tally *t) MUST_CHECK;

/* What each of the groups is altogether, up to the id `last`; in no order. */
struct notice_sum {
	str group_key;
	int64_t total, newest, latest_at;
	int64_t page_oldest; /* of those from the id `first` on */
	str sample;          /* JSON list: from whom the newest are, `most` at most */
};
enum err notices_sums(struct db *db, struct arena *mem, int64_t account_id, struct strs keys, int64_t first, int64_t last,
                      int64_t most, struct db_rows *out) MUST_CHECK;
/* account_id, max, min, limit, up of *f count. */
enum err notices_of_group(struct db *db, struct arena *mem, const struct notice_find *f, str group_key,
                          struct db_rows *out) MUST_CHECK;
/* The latest of those that begin so and go on with digits; STR_NONE: there is none. */
enum err notices_last_group(struct db *db, struct arena *mem, int64_t account_id, str prefix, str *group_key) MUST_CHECK;

struct marker {
	str timeline, last_read_id;
	int64_t version, updated_at;
};
enum err markers_get(struct db *db, struct arena *mem, int64_t account_id, struct strs timelines,
                     struct db_rows *out) MUST_CHECK;
/* *m becomes what is stored. */
enum err markers_put(struct db *db, struct arena *mem, int64_t account_id, struct marker *m) MUST_CHECK;
