#include "store/inbox.h"

#include "store/fair.h"

static const struct db_field item_fields[] = {
	F_I64(inbox_item, id),
	F_I64(inbox_item, signer_id),
	F_I64(inbox_item, site_id),
	F_I64(inbox_item, target_id),
	F_STR(inbox_item, host),
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
    "INSERT INTO inbox (id, signer_id, site_id, target_id, body, due, lease, tries, created_at, host)"
    " VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $6, $7)");

enum err inbox_insert(struct db *db, const struct inbox_item *i)
{
	return db_exec(db, &inbox_item_insert,
	               ARGS(i->id, i->signer_id, i->site_id, DB_ID(i->target_id), i->body,
	                    i->created_at, str_or(i->host, S(""))),
	               NULL);
}

static const struct db_field due_fields[] = { F_I64(inbox_due, id), F_STR(inbox_due, host) };
static const struct db_map due_map = DB_MAP_OF(inbox_due, due_fields);

SQL(inbox_due_head,
    "SELECT d.id, d.host FROM " FAIR("SELECT id, host, site_id, due FROM inbox WHERE due <= $1 AND lease <= $1"
                                     " ORDER BY due, id LIMIT $2") " d ORDER BY " FAIR_ORDER(d));

enum err inbox_due_first(struct db *db, struct arena *mem, int64_t now, int64_t n, struct db_rows *out)
{
	return db_many(db, &inbox_due_head, ARGS(now, n), &due_map, mem, out);
}

SQL(inbox_due_hosts,
    HOSTS_OF("inbox") " SELECT d.id, d.host FROM "
    FAIR("SELECT f.id, f.host, f.site_id, f.due FROM x CROSS JOIN " SITES_OF_QUEUES
         " JOIN inbox f ON f.id IN (SELECT e.id FROM inbox e WHERE e.host = x.host AND e.site_id = s.id"
         " AND e.due <= $1 AND e.lease <= $1 ORDER BY e.due, e.id LIMIT $3)"
         " WHERE x.host IS NOT NULL AND x.host NOT IN (SELECT value FROM json_texts($2))")
    " d ORDER BY " FAIR_ORDER(d) " LIMIT $4");

enum err inbox_due_by_host(struct db *db, struct arena *mem, struct strs busy, int64_t now, int64_t per_host, int64_t n,
                           struct db_rows *out)
{
	return db_many(db, &inbox_due_hosts, ARGS(now, db_text_list(mem, busy), per_host, n), &due_map, mem, out);
}

SQL(inbox_lease_ids,
    "UPDATE inbox SET lease = $2, tries = tries + 1 WHERE id IN (SELECT value FROM json_each($3)) AND lease <= $1"
    " RETURNING id, signer_id, site_id, target_id, host, body, tries, created_at");

enum err inbox_lease(struct db *db, struct arena *mem, struct ids ids, int64_t now, int64_t lease, struct db_rows *out)
{
	return db_many(db, &inbox_lease_ids, ARGS(now, lease, db_id_list(mem, ids)), &item_map, mem, out);
}

SQL(inbox_count_of, "SELECT COUNT(*) FROM (SELECT id FROM inbox WHERE host = $1 LIMIT $2) i");

enum err inbox_waiting(struct db *db, str host, int64_t most, int64_t *n)
{
	return db_number(db, &inbox_count_of, ARGS(host, most), n);
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

SQL(inbox_item_uncount, "UPDATE inbox SET tries = tries - 1 WHERE id = $1");

enum err inbox_uncount(struct db *db, int64_t id)
{
	return db_exec(db, &inbox_item_uncount, ARGS(id), NULL);
}

SQL(inbox_first_due,
    "SELECT MIN(CASE WHEN lease > due THEN lease ELSE due END) FROM (SELECT due, lease FROM inbox ORDER BY due LIMIT 200) i");

enum err inbox_first(struct db *db, int64_t *due)
{
	return db_number(db, &inbox_first_due, NO_ARGS, due);
}
