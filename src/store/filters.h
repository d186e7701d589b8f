#pragma once
/* Rows of filters, their keywords and posts. Whoever changes something says so with filters_changed(). */
#include "db/db.h"

struct filter {
	int64_t id, account_id;
	str title;
	int64_t contexts; /* bits of core/filter.h */
	str action;       /* warn hide blur */
	int64_t expires_at; /* 0: never */
};
struct filter_keyword {
	int64_t id, filter_id;
	str keyword;
	bool whole_word;
};
struct filter_status {
	int64_t id, filter_id, status_id;
};

enum err filters_put(struct db *db, const struct filter *f) MUST_CHECK; /* a new one, or in the place of that id */
enum err filters_delete(struct db *db, int64_t id) MUST_CHECK;         /* with all that is in it */
/* All of an account, by id; or the one; struct filter. */
enum err filters_of(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct db_rows *out) MUST_CHECK;
/* How much an account has of it all. */
struct filter_sums {
	int64_t filters, keywords, keyword_bytes, statuses;
};
enum err filters_sums(struct db *db, struct arena *mem, int64_t account_id, struct filter_sums *sums) MUST_CHECK;

/* Of the filters in the list (JSON), by id. */
enum err filter_keywords_of(struct db *db, struct arena *mem, str filters, struct db_rows *out) MUST_CHECK;
enum err filter_statuses_of(struct db *db, struct arena *mem, str filters, struct db_rows *out) MUST_CHECK;
/* One of that account's; ERR_NOT_FOUND. */
enum err filter_keywords_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id,
                             struct filter_keyword *k) MUST_CHECK;
enum err filter_statuses_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id,
                             struct filter_status *s) MUST_CHECK;
enum err filter_keywords_put(struct db *db, const struct filter_keyword *k) MUST_CHECK;
enum err filter_keywords_delete(struct db *db, int64_t id) MUST_CHECK;
/* *made false: it is there already. */
enum err filter_statuses_add(struct db *db, const struct filter_status *s, bool *made) MUST_CHECK;
enum err filter_statuses_delete(struct db *db, int64_t id) MUST_CHECK;

/* The version of all that an account filters; 0: it never filtered anything. */
enum err filters_version(struct db *db, int64_t account_id, int64_t *version) MUST_CHECK;
enum err filters_changed(struct db *db, int64_t account_id, int64_t version) MUST_CHECK;
