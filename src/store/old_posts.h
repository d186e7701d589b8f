#pragma once
/* Threads and people of elsewhere that concern nobody here, and their removal with all that hangs on them. */
#include "db/db.h"

/* Ids of threads after one, whose first post is from before; in order. */
enum err old_threads(struct db *db, struct arena *mem, int64_t after, int64_t before, int64_t limit, struct ids *out) MUST_CHECK;
/* Of these the ones in which no post is newer and nobody here has any part. scheduled: JSON list of posts that are answered or
 * quoted later. */
enum err old_threads_free(struct db *db, struct arena *mem, struct ids threads, int64_t before, struct ids scheduled,
                          struct ids *out) MUST_CHECK;
/* Their posts, newest first, so that what remains of a long one still hangs together; boosts of posts come before them. */
enum err old_posts_of(struct db *db, struct arena *mem, struct ids threads, int64_t limit, struct ids *out) MUST_CHECK;
/* Of these the ones in which nobody here has any part, by themselves: however long their threads are. */
enum err old_posts_free(struct db *db, struct arena *mem, struct ids posts, int64_t before, struct ids scheduled,
                        struct ids *out) MUST_CHECK;
/* Removes rows of which a post may have any number, and what points at it, at most so many of each; *bare: none is left. Then
 * the posts themselves. */
enum err old_posts_thin(struct db *db, struct ids posts, int64_t limit, bool *bare) MUST_CHECK;
enum err old_posts_delete(struct db *db, struct ids posts) MUST_CHECK;
/* params of scheduled posts; struct old_scheduled. */
struct old_scheduled {
	str params;
};
enum err old_posts_scheduled(struct db *db, struct arena *mem, struct db_rows *out) MUST_CHECK;

/* Remote accounts after one, not looked at since. */
enum err old_accounts(struct db *db, struct arena *mem, int64_t after, int64_t before, int64_t limit, struct ids *out) MUST_CHECK;
/* Of these the ones that nothing here refers to, and nobody decided about. */
enum err old_accounts_free(struct db *db, struct arena *mem, struct ids accounts, struct ids *out) MUST_CHECK;
enum err old_accounts_delete(struct db *db, struct ids accounts) MUST_CHECK;
