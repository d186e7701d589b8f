#pragma once
/* Rows of announcements, who read them, and the emoji put under them. */
#include "db/db.h"

struct announcement {
	int64_t id, site_id;
	str text, content;
	str named, linked; /* JSON lists of ids: accounts, posts */
	int64_t starts_at, ends_at; /* 0: not said */
	bool all_day;
	int64_t published_at, updated_at;
	bool read; /* by the account asked for */
};

enum err announcements_insert(struct db *db, const struct announcement *a) MUST_CHECK;
enum err announcements_update(struct db *db, const struct announcement *a) MUST_CHECK; /* all but when it was published */
/* *changed false: there is none of that id on the site. */
enum err announcements_delete(struct db *db, int64_t site_id, int64_t id, bool *changed) MUST_CHECK;
/* Of the site, not yet over at `now`, newest first, n at most; account_id: for whom; struct announcement. */
enum err announcements_list(struct db *db, struct arena *mem, int64_t site_id, int64_t account_id, int64_t now, int64_t n,
                            struct db_rows *out) MUST_CHECK;
enum err announcements_get(struct db *db, struct arena *mem, int64_t site_id, int64_t id, struct announcement *a) MUST_CHECK;
enum err announcements_read(struct db *db, int64_t id, int64_t account_id) MUST_CHECK;

struct announcement_reaction {
	int64_t announcement_id;
	str name;
	int64_t count;
	bool me;
};
/* Of these announcements, those of one together, oldest name first. */
enum err announcement_reactions(struct db *db, struct arena *mem, struct ids ids, int64_t account_id,
                                struct db_rows *out) MUST_CHECK;
enum err announcement_react(struct db *db, int64_t id, str name, int64_t account_id) MUST_CHECK;
enum err announcement_unreact(struct db *db, int64_t id, str name, int64_t account_id) MUST_CHECK;
