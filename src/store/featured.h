#pragma once
/* Rows of featured_tags: the hashtags that accounts show on their profiles. Pinned posts: store/reacts.h. */
#include "db/db.h"

struct featured_tag {
	int64_t id, account_id, tag_id;
	str name;   /* as its owner spells it */
	str folded; /* its identity */
	int64_t statuses_count, last_status_at; /* of the owner's public and unlisted posts here; 0: none */
	int64_t created_at;
};
/* The tag is made if it is new. *changed false: it was so already. */
enum err featured_tags_set(struct db *db, const struct featured_tag *f, bool on, bool *changed) MUST_CHECK;
/* The oldest first; struct featured_tag. */
enum err featured_tags_of(struct db *db, struct arena *mem, int64_t account_id, int64_t n, struct db_rows *out) MUST_CHECK;
/* ERR_NOT_FOUND */
enum err featured_tags_by_id(struct db *db, struct arena *mem, int64_t id, struct featured_tag *f) MUST_CHECK;
enum err featured_tags_count(struct db *db, int64_t account_id, int64_t *n) MUST_CHECK;
/* Those whose identity is not in the list. */
enum err featured_tags_keep(struct db *db, struct arena *mem, int64_t account_id, struct strs keep) MUST_CHECK;
