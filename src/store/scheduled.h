#pragma once
/* Rows of scheduled_statuses. */
#include "store/feeds.h"

struct scheduled {
	int64_t id, account_id, app_id, scheduled_at;
	str params; /* JSON */
	int64_t created_at;
};
enum err scheduled_insert(struct db *db, const struct scheduled *s) MUST_CHECK;
/* Of anybody where account_id is 0; ERR_NOT_FOUND. */
enum err scheduled_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct scheduled *s) MUST_CHECK;
/* struct scheduled; downwards the newest first, upwards the oldest. */
enum err scheduled_page(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp,
                        struct db_rows *out) MUST_CHECK;
enum err scheduled_set_time(struct db *db, int64_t id, int64_t scheduled_at) MUST_CHECK;
/* *was false: it is gone already. */
enum err scheduled_delete(struct db *db, int64_t id, bool *was) MUST_CHECK;
/* How many an account has, and how many of them between two times. */
enum err scheduled_count(struct db *db, int64_t account_id, int64_t from, int64_t to, int64_t *all,
                         int64_t *between) MUST_CHECK;
