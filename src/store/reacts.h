#pragma once
/* Rows of favourites, bookmarks, pins, muted threads; lists of who boosted. */
#include "store/feeds.h"

struct favourite {
	int64_t id, account_id, status_id;
	str uri;
	int64_t created_at;
	str stamp; /* leave of the post's author elsewhere; "" in most */
};
enum err favourites_add(struct db *db, const struct favourite *f, bool *added) MUST_CHECK;
enum err favourites_remove(struct db *db, struct arena *mem, int64_t account_id, int64_t status_id,
                           struct favourite *gone) MUST_CHECK;
enum err favourites_by_uri(struct db *db, struct arena *mem, int64_t account_id, str uri,
                           struct favourite *f) MUST_CHECK;

enum err favourites_of_uri(struct db *db, struct arena *mem, str uri, struct favourite *f) MUST_CHECK; /* the first */
enum err favourites_get(struct db *db, struct arena *mem, int64_t id, struct favourite *f) MUST_CHECK;
enum err favourites_of(struct db *db, struct arena *mem, int64_t account_id, int64_t status_id,
                       struct favourite *f) MUST_CHECK;
enum err favourites_set_stamp(struct db *db, int64_t id, str stamp) MUST_CHECK;
/* Of posts of author_id. */
enum err favourites_by_stamp(struct db *db, struct arena *mem, str stamp, int64_t author_id,
                             struct favourite *f) MUST_CHECK;

enum err bookmarks_set(struct db *db, int64_t id, int64_t account_id, int64_t status_id, bool on) MUST_CHECK;
enum err pins_set(struct db *db, int64_t id, int64_t account_id, int64_t status_id, bool on,
                  bool *changed) MUST_CHECK;
enum err pins_count(struct db *db, int64_t account_id, int64_t *n) MUST_CHECK;
enum err pins_of(struct db *db, struct arena *mem, int64_t account_id, struct ids *statuses) MUST_CHECK;
enum err thread_mutes_set(struct db *db, int64_t account_id, int64_t thread_id, bool on) MUST_CHECK;

/* Pages of struct { int64_t row, account; }. */
enum reacts_list {
	REACTS_FAVOURITED_BY, /* of a post: accounts */
	REACTS_REBLOGGED_BY,
	REACTS_FAVOURITES,    /* of an account: posts */
	REACTS_BOOKMARKS,
	REACTS_LISTS
};
enum err reacts_page(struct db *db, struct arena *mem, enum reacts_list which, int64_t of, const struct span *sp,
                     struct db_rows *out) MUST_CHECK;
