#include "store/inbox.h"

static const struct db_field item_fields[] = {
	F_I64(inbox_item, id),
	F_I64(inbox_item, signer_id),
	F_I64(inbox_item, site_id),
	F_I64(inbox_item, target_id),
	F_STR(inbox_item, body),
	F_I64(inbox_item, tries),
	F_I64(inbox_item, created_at),
};
static const struct db_map item_map = DB_MAP_OF(inbox_item, item_fields);

SQL(seen_insert, "INSERT INTO seen (uri, at) VALUES ($1, $2) ON CONFLICT (uri) DO NOTHING");

enum err seen_put(struct db *db, str uri, int64_t now, bool *first)
{
	int64_t changed = 0;

	TRY(db_exec(db, &seen_insert, ARGS(uri, now), &changed));
	*first = changed > 0;
	return OK;
}

SQL(seen_old, "DELETE FROM seen WHERE uri IN (SELECT uri FROM seen WHERE at < $1 ORDER BY at LIMIT $2)");

enum err seen_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &seen_old, ARGS(before, limit), gone);
}

SQL(inbox_item_insert,
    "INSERT INTO inbox (id, signer_id, site_id, target_id, body, due, lease, tries, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $6)");

enum err inbox_insert(struct db *db, const struct inbox_item *i)
{
	return db_exec(db, &inbox_item_insert,
	               ARGS(i->id, i->signer_id, i->site_id, DB_ID(i->target_id), i->body,
	                    i->created_at),
	               NULL);
}

SQL(inbox_any_due, "SELECT id FROM inbox WHERE due <= $1 AND lease <= $1 LIMIT 1");

enum err inbox_any(struct db *db, int64_t now, bool *any)
{
	int64_t id;
	enum err e = db_number(db, &inbox_any_due, ARGS(now), &id);

	*any = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

SQL(inbox_take_due,
    "UPDATE inbox SET lease = $2, tries = tries + 1 WHERE id IN (SELECT id FROM inbox WHERE due <= $1 AND lease <= $1"
    " ORDER BY due, id LIMIT $3) AND lease <= $1 RETURNING id, signer_id, site_id, target_id, body, tries, created_at");

enum err inbox_take(struct db *db, struct arena *mem, int64_t n, int64_t now, int64_t lease,
                    struct db_rows *out)
{
	return db_many(db, &inbox_take_due, ARGS(now, lease, n), &item_map, mem, out);
}

SQL(inbox_item_delete, "DELETE FROM inbox WHERE id = $1");

enum err inbox_delete(struct db *db, int64_t id)
{
	return db_exec(db, &inbox_item_delete, ARGS(id), NULL);
}

SQL(inbox_item_again, "UPDATE inbox SET due = $2, lease = 0 WHERE id = $1");

enum err inbox_put_back(struct db *db, int64_t id, int64_t due)
{
	return db_exec(db, &inbox_item_again, ARGS(id, due), NULL);
}

SQL(inbox_first_due,
    "SELECT MIN(CASE WHEN lease > due THEN lease ELSE due END) FROM (SELECT due, lease FROM inbox ORDER BY due LIMIT 200) i");

enum err inbox_first(struct db *db, int64_t *due)
{
	return db_number(db, &inbox_first_due, NO_ARGS, due);
}
