#include "store/expired.h"

SQL(tombstone_sweep,
    "DELETE FROM tombstones WHERE uri IN (SELECT uri FROM tombstones WHERE at < $1 ORDER BY at LIMIT $2)");

enum err tombstones_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &tombstone_sweep, ARGS(before, limit), gone);
}

SQL(idempotency_old,
    "DELETE FROM idempotency WHERE (account_id, key) IN"
    " (SELECT account_id, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)");

enum err idempotency_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &idempotency_old, ARGS(before, limit), gone);
}
