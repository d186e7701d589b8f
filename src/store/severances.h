#pragma once
/* Rows of severances and severed_follows: what people of ours lost without their doing. */
#include "store/relations.h"

struct severance {
	int64_t id, account_id;
	str kind;   /* domain_block user_domain_block account_suspension */
	str target; /* the domain or the handle */
	int64_t followers_count, following_count, created_at;
};
/* Adds the counts to the one of that account, kind, target and time, or makes it; s->id becomes what its id is. */
enum err severances_add(struct db *db, struct severance *s, bool *made) MUST_CHECK;
enum err severed_follows_put(struct db *db, int64_t severance_id, const struct follow *f) MUST_CHECK;
enum err severances_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out) MUST_CHECK;
