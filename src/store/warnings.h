#pragma once
/* Rows of account_warnings. */
#include "db/db.h"

struct warning {
	int64_t id, account_id;
	str action; /* none */
	str text;
	int64_t created_at;
};
enum err warnings_insert(struct db *db, const struct warning *w) MUST_CHECK;
/* Those of the account; struct warning, in no order. */
enum err warnings_by_ids(struct db *db, struct arena *mem, int64_t account_id, struct ids ids, struct db_rows *out) MUST_CHECK;
