#pragma once
/* Hashtags for showing, and who follows them. Making them and linking posts with them: store/parts.h. */
#include "store/feeds.h"

struct tag_row {
	int64_t id;
	str name, display;
	bool following, featuring; /* by the viewer */
};
enum err tags_shown(struct db *db, struct arena *mem, struct strs names, int64_t viewer, struct db_rows *out) MUST_CHECK;
/* Use in public posts since an id, by day (of the epoch). */
struct tag_day {
	int64_t tag_id, day, uses, accounts;
};
enum err tags_days(struct db *db, struct arena *mem, struct ids tags, int64_t since, struct db_rows *out) MUST_CHECK;
/* Names that the account used most in its newest posts and does not feature, n at most; struct tag_name. */
struct tag_name {
	int64_t row; /* of a follow: to page by */
	str name;
};
enum err tags_used(struct db *db, struct arena *mem, int64_t account_id, int64_t n, struct db_rows *out) MUST_CHECK;

/* *changed false: it was so already. */
enum err tag_follows_set(struct db *db, int64_t id, int64_t account_id, int64_t tag_id, bool on, bool *changed) MUST_CHECK;
enum err tag_follows_count(struct db *db, int64_t account_id, int64_t *n) MUST_CHECK;
/* struct tag_name */
enum err tag_follows_page(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp,
                          struct db_rows *out) MUST_CHECK;
