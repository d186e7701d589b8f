#pragma once
/* Translations that were made lately. */
#include "db/db.h"

struct translated {
	int64_t status_id; /* 0: the list of languages */
	str language, source, body;
	int64_t created_at;
};
/* Not older than since. ERR_NOT_FOUND */
enum err translations_get(struct db *db, struct arena *mem, int64_t status_id, str language, int64_t since,
                          struct translated *out) MUST_CHECK;
enum err translations_put(struct db *db, const struct translated *t) MUST_CHECK;
enum err translations_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
