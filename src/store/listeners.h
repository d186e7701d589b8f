#pragma once
/* Questions about many who listen at once: a post, and all of them, in one statement. Lists are JSON lists of ids. */
#include "store/shown.h"

/* Of these feeds (homes and lists), those that the post is in. */
enum err listeners_feeds(struct db *db, struct arena *mem, str feeds, int64_t status_id, struct ids *out) MUST_CHECK;
/* How each stands to the account: rows of struct bits with REL_ bits of core/visible.h, several for one who stands in
 * several ways; 32 for who is mentioned in the post. */
enum err listeners_stands(struct db *db, struct arena *mem, str accounts, int64_t account_id, int64_t status_id, int64_t now,
                          struct db_rows *out) MUST_CHECK;
/* Those who block or mute one of the others. */
enum err listeners_averse(struct db *db, struct arena *mem, str accounts, str others, int64_t now, struct ids *out) MUST_CHECK;
/* Those to whom one of these posts looks otherwise than to somebody who just came: they liked, boosted, bookmarked it, voted
 * in its poll, muted its thread, or have filters. */
enum err listeners_involved(struct db *db, struct arena *mem, str accounts, str posts, struct ids *out) MUST_CHECK;
/* Of these tokens, those that are good still. */
enum err listeners_tokens(struct db *db, struct arena *mem, str tokens, struct ids *out) MUST_CHECK;
/* These are in use, if that was not noted today. */
enum err listeners_use(struct db *db, str tokens, int64_t now, int64_t before) MUST_CHECK;
