#include "store/threads.h"

#include "base/clock.h"

static const struct db_field refresh_fields[] = {
	F_I64(refresh, id),
	F_I64(refresh, thread_id),
	F_I64(refresh, began_at),
	F_I64(refresh, ended_at),
	F_I64(refresh, found),
};
static const struct db_map refresh_map = DB_MAP_OF(refresh, refresh_fields);

SQL(refresh_thread, "SELECT * FROM refreshes WHERE thread_id = $1");
SQL(refresh_id, "SELECT * FROM refreshes WHERE id = $1");
SQL(refresh_put,
    "INSERT INTO refreshes (id, thread_id, began_at, ended_at, found) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (thread_id) DO UPDATE SET id = excluded.id, began_at = excluded.began_at, ended_at = excluded.ended_at,"
    " found = excluded.found");
SQL(refresh_found, "UPDATE refreshes SET found = $2, ended_at = $3 WHERE id = $1");
SQL(refresh_old,
    "DELETE FROM refreshes WHERE id IN (SELECT id FROM refreshes WHERE id < $1 ORDER BY id LIMIT $2)");

enum err refreshes_by_thread(struct db *db, struct arena *mem, int64_t thread_id, struct refresh *r)
{
	return db_one(db, &refresh_thread, ARGS(thread_id), &refresh_map, mem, r);
}

enum err refreshes_by_id(struct db *db, struct arena *mem, int64_t id, struct refresh *r)
{
	return db_one(db, &refresh_id, ARGS(id), &refresh_map, mem, r);
}

enum err refreshes_put(struct db *db, const struct refresh *r)
{
	return db_exec(db, &refresh_put, ARGS(r->id, r->thread_id, r->began_at, r->ended_at, r->found), NULL);
}

enum err refreshes_found(struct db *db, int64_t id, int64_t found, int64_t ended_at)
{
	return db_exec(db, &refresh_found, ARGS(id, found, ended_at), NULL);
}

enum err refreshes_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &refresh_old, ARGS(id_least(before), limit), gone);
}

SQL(backfill_at, "SELECT at FROM backfills WHERE account_id = $1");
SQL(backfill_put,
    "INSERT INTO backfills (account_id, at) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET at = excluded.at");

enum err backfills_at(struct db *db, int64_t account_id, int64_t *at)
{
	enum err e = db_number(db, &backfill_at, ARGS(account_id), at);

	if (e == ERR_NOT_FOUND)
		*at = 0;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err backfills_put(struct db *db, int64_t account_id, int64_t at)
{
	return db_exec(db, &backfill_put, ARGS(account_id, at), NULL);
}

SQL(origin_put,
    "INSERT INTO origin_counts (status_id, replies, reblogs, favourites) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (status_id) DO UPDATE SET replies = excluded.replies, reblogs = excluded.reblogs,"
    " favourites = excluded.favourites");

enum err origin_counts_put(struct db *db, int64_t status_id, const struct origin_counts *c)
{
	return db_exec(db, &origin_put, ARGS(status_id, c->replies, c->reblogs, c->favourites), NULL);
}

static const struct db_field uri_fields[] = { F_I64(thread_uri, id), F_STR(thread_uri, uri) };
static const struct db_map uri_map = DB_MAP_OF(thread_uri, uri_fields);

SQL(thread_remote,
    "SELECT id, uri FROM statuses WHERE thread_id = $1 AND site_id IS NULL AND visibility IN ('public', 'unlisted')"
    " AND reblog_of_id IS NULL AND deleted_at = 0 ORDER BY id LIMIT $2");
SQL(thread_public,
    "SELECT id, uri FROM statuses WHERE thread_id = $1 AND id > $2 AND visibility IN ('public', 'unlisted')"
    " AND NOT local_only AND (extras & 256) = 0 AND reblog_of_id IS NULL AND deleted_at = 0 ORDER BY id LIMIT $3");

SQL(thread_own,
    "SELECT id, uri FROM statuses WHERE in_reply_to_id = $1 AND account_id = $2 AND visibility IN ('public', 'unlisted')"
    " AND NOT local_only AND (extras & 256) = 0 AND deleted_at = 0 ORDER BY id LIMIT $3");

enum err threads_own(struct db *db, struct arena *mem, int64_t status_id, int64_t account_id, int64_t n, struct db_rows *out)
{
	return db_many(db, &thread_own, ARGS(status_id, account_id, n), &uri_map, mem, out);
}

enum err threads_remote(struct db *db, struct arena *mem, int64_t thread_id, int64_t n, struct db_rows *out)
{
	return db_many(db, &thread_remote, ARGS(thread_id, n), &uri_map, mem, out);
}

enum err threads_public(struct db *db, struct arena *mem, int64_t thread_id, int64_t after, int64_t n,
                        struct db_rows *out)
{
	return db_many(db, &thread_public, ARGS(thread_id, after, n), &uri_map, mem, out);
}
