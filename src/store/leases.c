/* Rows of queues are claimed until their lease ends. A process that was killed leaves leases behind; the next one, if it
 * is alone, need not wait for them. One of the places that differ by database. */
#include "store/leases.h"

/* Each process holds the shared lock; who gets the exclusive one is alone. */
static const struct db_sql lease_lock = { "lease_lock",
	"SELECT CASE WHEN pg_try_advisory_lock(hashtext(current_schema()), 8420) THEN 1 ELSE 0 END" };
static const struct db_sql lease_share = { "lease_share",
	"SELECT CASE WHEN pg_try_advisory_lock_shared(hashtext(current_schema()), 8420) THEN 1 ELSE 0 END" };
static const struct db_sql lease_unlock = { "lease_unlock",
	"SELECT CASE WHEN pg_advisory_unlock(hashtext(current_schema()), 8420) THEN 1 ELSE 0 END" };

SQL(leases_jobs, "UPDATE jobs SET lease = 0 WHERE lease <> 0");
SQL(leases_inbox, "UPDATE inbox SET lease = 0 WHERE lease <> 0");
SQL(leases_deliveries, "UPDATE deliveries SET lease = 0 WHERE lease <> 0");

enum err leases_alone(struct db *db, bool *alone)
{
	int64_t got = 1, shared;

	if (!db)
		return ERR_BUSY;
	if (db_is_postgres(db)) {
		TRY(db_number(db, &lease_lock, NO_ARGS, &got));
		TRY(db_number(db, &lease_share, NO_ARGS, &shared));
		if (got)
			TRY(db_number(db, &lease_unlock, NO_ARGS, &shared));
	}
	*alone = got != 0;
	return OK;
}

enum err leases_clear(struct db *db)
{
	TRY(db_exec(db, &leases_jobs, NO_ARGS, NULL));
	TRY(db_exec(db, &leases_inbox, NO_ARGS, NULL));
	return db_exec(db, &leases_deliveries, NO_ARGS, NULL);
}
