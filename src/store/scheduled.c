#include "store/scheduled.h"

static const struct db_field scheduled_fields[] = {
	F_I64(scheduled, id),
	F_I64(scheduled, account_id),
	F_I64(scheduled, app_id),
	F_I64(scheduled, scheduled_at),
	F_STR(scheduled, params),
	F_I64(scheduled, created_at),
};
static const struct db_map scheduled_map = DB_MAP_OF(scheduled, scheduled_fields);

SQL(scheduled_put,
    "INSERT INTO scheduled_statuses (id, account_id, app_id, scheduled_at, params, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6)");

enum err scheduled_insert(struct db *db, const struct scheduled *s)
{
	return db_exec(db, &scheduled_put,
	               ARGS(s->id, s->account_id, DB_ID(s->app_id), s->scheduled_at, s->params, s->created_at), NULL);
}

SQL(scheduled_one, "SELECT * FROM scheduled_statuses WHERE id = $1 AND ($2::bigint = 0 OR account_id = $2)");

enum err scheduled_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct scheduled *s)
{
	return db_one(db, &scheduled_one, ARGS(id, account_id), &scheduled_map, mem, s);
}

#define SCHEDULED_PAGE "SELECT * FROM scheduled_statuses WHERE account_id = $1 AND id < $2 AND id > $3 ORDER BY id"
SQL(scheduled_down, SCHEDULED_PAGE " DESC LIMIT $4");
SQL(scheduled_up, SCHEDULED_PAGE " LIMIT $4");

enum err scheduled_page(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp, struct db_rows *out)
{
	return db_many(db, sp->up ? &scheduled_up : &scheduled_down, ARGS(account_id, sp->max, sp->low, sp->limit),
	               &scheduled_map, mem, out);
}

SQL(scheduled_time, "UPDATE scheduled_statuses SET scheduled_at = $2 WHERE id = $1");

enum err scheduled_set_time(struct db *db, int64_t id, int64_t scheduled_at)
{
	return db_exec(db, &scheduled_time, ARGS(id, scheduled_at), NULL);
}

SQL(scheduled_drop, "DELETE FROM scheduled_statuses WHERE id = $1");

enum err scheduled_delete(struct db *db, int64_t id, bool *was)
{
	int64_t n = 0;

	TRY(db_exec(db, &scheduled_drop, ARGS(id), &n));
	*was = n > 0;
	return OK;
}

SQL(scheduled_all, "SELECT COUNT(*) FROM scheduled_statuses WHERE account_id = $1");
SQL(scheduled_some,
    "SELECT COUNT(*) FROM scheduled_statuses WHERE account_id = $1 AND scheduled_at >= $2 AND scheduled_at < $3");

enum err scheduled_count(struct db *db, int64_t account_id, int64_t from, int64_t to, int64_t *all, int64_t *between)
{
	TRY(db_number(db, &scheduled_all, ARGS(account_id), all));
	return db_number(db, &scheduled_some, ARGS(account_id, from, to), between);
}
