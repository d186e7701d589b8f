#include "store/severances.h"

static const struct db_field severance_fields[] = {
	F_I64(severance, id),
	F_I64(severance, account_id),
	F_STR(severance, kind),
	F_STR(severance, target),
	F_I64(severance, followers_count),
	F_I64(severance, following_count),
	F_I64(severance, created_at),
};
static const struct db_map severance_map = DB_MAP_OF(severance, severance_fields);

SQL(severance_add,
    "INSERT INTO severances (id, account_id, kind, target, followers_count, following_count, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, kind, target, created_at) DO UPDATE SET"
    " followers_count = severances.followers_count + excluded.followers_count,"
    " following_count = severances.following_count + excluded.following_count RETURNING id");

enum err severances_add(struct db *db, struct severance *s, bool *made)
{
	int64_t wanted = s->id;

	TRY(db_number(db, &severance_add,
	              ARGS(s->id, s->account_id, s->kind, s->target, s->followers_count, s->following_count, s->created_at),
	              &s->id));
	*made = s->id == wanted;
	return OK;
}

SQL(severed_put,
    "INSERT INTO severed_follows (severance_id, account_id, target_id, show_reblogs, notify, languages, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING");

enum err severed_follows_put(struct db *db, int64_t severance_id, const struct follow *f)
{
	return db_exec(db, &severed_put,
	               ARGS(severance_id, f->account_id, f->target_id, f->show_reblogs, f->notify, f->languages, f->created_at),
	               NULL);
}

SQL(severance_by_ids, "SELECT * FROM severances WHERE id IN (SELECT value FROM json_each($1))");

enum err severances_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out)
{
	return db_many(db, &severance_by_ids, ARGS(db_id_list(mem, ids)), &severance_map, mem, out);
}
