#pragma once
/* Rows of status_groups: which post is in a group of elsewhere. */
#include "db/db.h"

struct group_row {
	int64_t account_id;
	str uri;
};
enum err groups_put(struct db *db, int64_t status_id, int64_t account_id) MUST_CHECK;
/* ERR_NOT_FOUND: in none. */
enum err groups_of(struct db *db, struct arena *mem, int64_t status_id, struct group_row *g) MUST_CHECK;
/* The first of these accounts that is a group of elsewhere; 0: none. */
enum err groups_among(struct db *db, struct arena *mem, struct ids accounts, int64_t *id) MUST_CHECK;
