#pragma once
/* Rows that grow old, of tables whose other statements are elsewhere: tombstones, idempotency. */
#include "db/db.h"

enum { TOMBSTONE_DAYS = 90 };

enum err tombstones_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
enum err idempotency_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
