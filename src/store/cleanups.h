#pragma once
/* Rows of cleanup_policies, and the posts that go by them. */
#include "db/db.h"

struct cleanup_policy {
	int64_t account_id;
	bool enabled;
	int64_t min_age; /* ms */
	bool keep_direct, keep_pinned, keep_polls, keep_media, keep_self_fav, keep_self_bookmark;
	int64_t min_favs, min_reblogs; /* 0: no number keeps a post */
	int64_t after_id;              /* how far this round has come */
};

enum err cleanups_get(struct db *db, struct arena *mem, int64_t account_id, struct cleanup_policy *p) MUST_CHECK;
enum err cleanups_put(struct db *db, const struct cleanup_policy *p) MUST_CHECK;
enum err cleanups_set_after(struct db *db, int64_t account_id, int64_t after_id) MUST_CHECK;
/* Those in force, of accounts after one, in order; struct cleanup_policy. */
enum err cleanups_enabled(struct db *db, struct arena *mem, int64_t after, int64_t limit, struct db_rows *out) MUST_CHECK;
/* Posts and boosts of the account with after < id < before that its policy does not keep, oldest first. */
enum err cleanups_posts(struct db *db, struct arena *mem, int64_t account_id, int64_t after, int64_t before, int64_t limit,
                        struct ids *out) MUST_CHECK;
