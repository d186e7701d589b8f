#pragma once
/* What was brought in from elsewhere because somebody looked: threads, posts of accounts, counts of their own servers. */
#include "db/db.h"

struct refresh {
	int64_t id, thread_id, began_at;
	int64_t ended_at; /* 0: under way */
	int64_t found;
};
enum err refreshes_by_thread(struct db *db, struct arena *mem, int64_t thread_id, struct refresh *r) MUST_CHECK;
enum err refreshes_by_id(struct db *db, struct arena *mem, int64_t id, struct refresh *r) MUST_CHECK;
/* Instead of what was there of that thread. */
enum err refreshes_put(struct db *db, const struct refresh *r) MUST_CHECK;
enum err refreshes_found(struct db *db, int64_t id, int64_t found, int64_t ended_at) MUST_CHECK;
enum err refreshes_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

/* 0: never. */
enum err backfills_at(struct db *db, int64_t account_id, int64_t *at) MUST_CHECK;
enum err backfills_put(struct db *db, int64_t account_id, int64_t at) MUST_CHECK;

struct origin_counts {
	int64_t replies, reblogs, favourites;
};
enum err origin_counts_put(struct db *db, int64_t status_id, const struct origin_counts *c) MUST_CHECK;

/* The remote posts of a thread that everybody may read, oldest first. */
struct thread_uri {
	int64_t id;
	str uri;
};
enum err threads_remote(struct db *db, struct arena *mem, int64_t thread_id, int64_t n, struct db_rows *out) MUST_CHECK;
/* Public replies of an account to its own post, oldest first: struct thread_uri. */
enum err threads_own(struct db *db, struct arena *mem, int64_t status_id, int64_t account_id, int64_t n,
                     struct db_rows *out) MUST_CHECK;
/* Public posts of a thread that came after `after`, for its context collection: struct thread_uri. */
enum err threads_public(struct db *db, struct arena *mem, int64_t thread_id, int64_t after, int64_t n,
                        struct db_rows *out) MUST_CHECK;
