#pragma once
/* What hangs on a post: mentions, hashtags, former versions; attachments are in store/media.h. */
#include "store/statuses.h"

struct mention_row {
	int64_t status_id, account_id;
	bool silent;
};
enum err mentions_add(struct db *db, int64_t status_id, int64_t account_id, bool silent) MUST_CHECK;
/* As a silent one, unless it is there. */
enum err mentions_allow(struct db *db, int64_t status_id, int64_t account_id) MUST_CHECK;
/* Who elsewhere liked, boosted or answered the post: silent ones too, so that they hear of its deletion. */
enum err mentions_keep_interested(struct db *db, int64_t status_id) MUST_CHECK;
/* Names of the post that are silent from now on; keep: JSON list of accounts that stay. */
enum err mentions_silence(struct db *db, int64_t status_id, str keep) MUST_CHECK;
enum err mentions_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out) MUST_CHECK;
/* Of these posts, those that mention the account. */
enum err mentions_among(struct db *db, struct arena *mem, int64_t account_id, struct ids posts,
                        struct ids *out) MUST_CHECK;

/* The tag of that name, made if it is new. */
enum err tags_make(struct db *db, str name, str display, int64_t now, int64_t *id) MUST_CHECK;
/* Links the post with the tag, making the tag if it is new. */
enum err tags_add(struct db *db, int64_t status_id, str name, str display, int64_t now) MUST_CHECK;
enum err tags_clear(struct db *db, int64_t status_id) MUST_CHECK;
enum err tags_find(struct db *db, str name, int64_t *id) MUST_CHECK; /* ERR_NOT_FOUND */
enum err tags_ids(struct db *db, struct arena *mem, struct strs names, struct ids *out) MUST_CHECK;
/* Display names of tags that begin so and that a public post has, shortest first. */
enum err tags_like(struct db *db, struct arena *mem, str prefix, int64_t limit, int64_t offset,
                   struct strs *out) MUST_CHECK;

enum err edits_add(struct db *db, const struct status_edit *e) MUST_CHECK;
enum err edits_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out) MUST_CHECK;
