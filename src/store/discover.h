#pragma once
/* Who and what there is to find: the directory, suggestions, whom one knows among followers, what is talked about. */
#include "db/db.h"

struct directory_find {
	int64_t site_id; /* of which site; 0: of all */
	bool fresh;      /* the newest first; else who wrote last */
	int64_t limit, offset;
};
enum err discover_directory(struct db *db, struct arena *mem, const struct directory_find *f, struct ids *accounts) MUST_CHECK;

struct suggested {
	int64_t id;
	bool friend; /* followed by somebody whom the account follows; else followed by many */
};
/* Whom the account might follow: those who want to be found and are neither followed, blocked, muted nor dismissed. */
enum err discover_suggestions(struct db *db, struct arena *mem, int64_t account_id, int64_t now, int64_t limit,
                              struct db_rows *out) MUST_CHECK;
enum err discover_dismiss(struct db *db, int64_t id, int64_t account_id, int64_t target_id) MUST_CHECK;

struct familiar {
	int64_t target_id, account_id;
};
/* Those the account follows who follow the targets, and show it; struct familiar, target by target. */
enum err discover_familiar(struct db *db, struct arena *mem, int64_t account_id, struct ids targets, int64_t limit,
                           struct db_rows *out) MUST_CHECK;

/* Names of hashtags in public posts with ids above `since`, by how many use them, at least so many. */
struct trending_tag {
	str name;
};
enum err discover_tags(struct db *db, struct arena *mem, int64_t since, int64_t least, int64_t limit, int64_t offset,
                       struct db_rows *out) MUST_CHECK;
/* Public posts above `since` that most people boosted and favourited. */
enum err discover_statuses(struct db *db, struct arena *mem, int64_t since, int64_t least, int64_t limit, int64_t offset,
                           struct ids *out) MUST_CHECK;
