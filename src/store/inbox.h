#pragma once
/* Rows of inbox and seen. */
#include "db/db.h"

struct inbox_item {
	int64_t id, signer_id, site_id, target_id, tries, created_at;
	str body;
};
/* *first false: it was there already. */
enum err seen_put(struct db *db, str uri, int64_t now, bool *first) MUST_CHECK;
enum err seen_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
enum err inbox_insert(struct db *db, const struct inbox_item *i) MUST_CHECK;
enum err inbox_any(struct db *db, int64_t now, bool *any) MUST_CHECK;
enum err inbox_take(struct db *db, struct arena *mem, int64_t n, int64_t now, int64_t lease,
                    struct db_rows *out) MUST_CHECK;
enum err inbox_delete(struct db *db, int64_t id) MUST_CHECK;
enum err inbox_put_back(struct db *db, int64_t id, int64_t due) MUST_CHECK;
enum err inbox_first(struct db *db, int64_t *due) MUST_CHECK; /* 0: there is none */
