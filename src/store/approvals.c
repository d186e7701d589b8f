#include "store/approvals.h"

static const struct db_field approval_fields[] = {
	F_I64(approval, status_id), F_I64(approval, author_id), F_STR(approval, state),
	F_STR(approval, stamp),     F_STR(approval, accept),
};
static const struct db_map approval_map = DB_MAP_OF(approval, approval_fields);

SQL(approval_put,
    "INSERT INTO approvals (status_id, author_id, state, stamp, accept) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (status_id) DO UPDATE SET state = excluded.state, stamp = excluded.stamp, accept = excluded.accept");
SQL(approval_get, "SELECT * FROM approvals WHERE status_id = $1");
SQL(approval_by_stamp,
    "SELECT * FROM approvals WHERE stamp = $1 AND stamp <> '' AND author_id = $2 ORDER BY status_id LIMIT 1");
SQL(approval_delete, "DELETE FROM approvals WHERE status_id = $1");

enum err approvals_put(struct db *db, const struct approval *a)
{
	return db_exec(db, &approval_put, ARGS(a->status_id, a->author_id, a->state, a->stamp, a->accept), NULL);
}

enum err approvals_get(struct db *db, struct arena *mem, int64_t status_id, struct approval *a)
{
	return db_one(db, &approval_get, ARGS(status_id), &approval_map, mem, a);
}

enum err approvals_by_stamp(struct db *db, struct arena *mem, str stamp, int64_t author_id, struct approval *a)
{
	return db_one(db, &approval_by_stamp, ARGS(stamp, author_id), &approval_map, mem, a);
}

enum err approvals_delete(struct db *db, int64_t status_id)
{
	return db_exec(db, &approval_delete, ARGS(status_id), NULL);
}
