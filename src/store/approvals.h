#pragma once
/* Rows of approvals: what of ours waits for, or has, the leave of an author elsewhere. */
#include "db/db.h"

struct approval {
	int64_t status_id, author_id;
	str state, stamp, accept; /* state: pending accepted rejected revoked (accepted before) */
};
enum err approvals_put(struct db *db, const struct approval *a) MUST_CHECK; /* also instead of one that is there */
/* ERR_NOT_FOUND: needs none. */
enum err approvals_get(struct db *db, struct arena *mem, int64_t status_id, struct approval *a) MUST_CHECK;
enum err approvals_by_stamp(struct db *db, struct arena *mem, str stamp, int64_t author_id, struct approval *a) MUST_CHECK;
enum err approvals_delete(struct db *db, int64_t status_id) MUST_CHECK;
