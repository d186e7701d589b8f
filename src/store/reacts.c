#include "store/reacts.h"

static const struct db_field favourite_fields[] = {
	F_I64(favourite, id),
	F_I64(favourite, account_id),
	F_I64(favourite, status_id),
	F_STR(favourite, uri),
	F_I64(favourite, created_at),
	F_STR(favourite, stamp),
};
static const struct db_map favourite_map = DB_MAP_OF(favourite, favourite_fields);

SQL(favourite_add,
    "INSERT INTO favourites (id, account_id, status_id, uri, created_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (account_id, status_id) DO NOTHING");
SQL(favourite_remove, "DELETE FROM favourites WHERE account_id = $1 AND status_id = $2 RETURNING *");
SQL(favourite_uri, "SELECT * FROM favourites WHERE uri = $2 AND account_id = $1 ORDER BY id LIMIT 1");
SQL(favourite_of_uri, "SELECT * FROM favourites WHERE uri = $1 ORDER BY id LIMIT 1");
SQL(favourite_get, "SELECT * FROM favourites WHERE id = $1");
SQL(favourite_of, "SELECT * FROM favourites WHERE account_id = $1 AND status_id = $2");
SQL(favourite_stamp, "UPDATE favourites SET stamp = $2 WHERE id = $1");
SQL(favourite_by_stamp,
    "SELECT f.* FROM favourites f JOIN statuses s ON s.id = f.status_id WHERE f.stamp = $1 AND f.stamp <> ''"
    " AND s.account_id = $2 ORDER BY f.id LIMIT 1");

enum err favourites_add(struct db *db, const struct favourite *f, bool *added)
{
	int64_t n = 0;

	TRY(db_exec(db, &favourite_add, ARGS(f->id, f->account_id, f->status_id, f->uri, f->created_at), &n));
	*added = n > 0;
	return OK;
}

enum err favourites_remove(struct db *db, struct arena *mem, int64_t account_id, int64_t status_id,
                           struct favourite *gone)
{
	return db_one(db, &favourite_remove, ARGS(account_id, status_id), &favourite_map, mem, gone);
}

enum err favourites_by_uri(struct db *db, struct arena *mem, int64_t account_id, str uri, struct favourite *f)
{
	return db_one(db, &favourite_uri, ARGS(account_id, uri), &favourite_map, mem, f);
}

enum err favourites_of_uri(struct db *db, struct arena *mem, str uri, struct favourite *f)
{
	return db_one(db, &favourite_of_uri, ARGS(uri), &favourite_map, mem, f);
}

enum err favourites_get(struct db *db, struct arena *mem, int64_t id, struct favourite *f)
{
	return db_one(db, &favourite_get, ARGS(id), &favourite_map, mem, f);
}

enum err favourites_of(struct db *db, struct arena *mem, int64_t account_id, int64_t status_id, struct favourite *f)
{
	return db_one(db, &favourite_of, ARGS(account_id, status_id), &favourite_map, mem, f);
}

enum err favourites_set_stamp(struct db *db, int64_t id, str stamp)
{
	return db_exec(db, &favourite_stamp, ARGS(id, stamp), NULL);
}

enum err favourites_by_stamp(struct db *db, struct arena *mem, str stamp, int64_t author_id, struct favourite *f)
{
	return db_one(db, &favourite_by_stamp, ARGS(stamp, author_id), &favourite_map, mem, f);
}

SQL(bookmark_add,
    "INSERT INTO bookmarks (id, account_id, status_id) VALUES ($1, $2, $3) ON CONFLICT (account_id,"
    " status_id) DO NOTHING");
SQL(bookmark_remove, "DELETE FROM bookmarks WHERE account_id = $1 AND status_id = $2");
SQL(pin_add, "INSERT INTO pins (id, account_id, status_id) VALUES ($1, $2, $3) ON CONFLICT (account_id, status_id) DO NOTHING");
SQL(pin_remove, "DELETE FROM pins WHERE account_id = $1 AND status_id = $2");
SQL(pin_count, "SELECT COUNT(*) FROM pins WHERE account_id = $1");
SQL(pin_list, "SELECT status_id FROM pins WHERE account_id = $1 ORDER BY status_id DESC");
SQL(thread_mute_add, "INSERT INTO thread_mutes (account_id, thread_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(thread_mute_remove, "DELETE FROM thread_mutes WHERE account_id = $1 AND thread_id = $2");

enum err bookmarks_set(struct db *db, int64_t id, int64_t account_id, int64_t status_id, bool on)
{
	return on ? db_exec(db, &bookmark_add, ARGS(id, account_id, status_id), NULL)
	          : db_exec(db, &bookmark_remove, ARGS(account_id, status_id), NULL);
}

enum err pins_set(struct db *db, int64_t id, int64_t account_id, int64_t status_id, bool on, bool *changed)
{
	int64_t n = 0;

	TRY(on ? db_exec(db, &pin_add, ARGS(id, account_id, status_id), &n)
	       : db_exec(db, &pin_remove, ARGS(account_id, status_id), &n));
	*changed = n > 0;
	return OK;
}

enum err pins_count(struct db *db, int64_t account_id, int64_t *n)
{
	return db_number(db, &pin_count, ARGS(account_id), n);
}

enum err pins_of(struct db *db, struct arena *mem, int64_t account_id, struct ids *statuses)
{
	return db_ids(db, &pin_list, ARGS(account_id), mem, statuses);
}

enum err thread_mutes_set(struct db *db, int64_t account_id, int64_t thread_id, bool on)
{
	return db_exec(db, on ? &thread_mute_add : &thread_mute_remove, ARGS(account_id, thread_id), NULL);
}

struct pair {
	int64_t row, account;
};
static const struct db_field pair_fields[] = { F_I64(pair, row), F_I64(pair, account) };
static const struct db_map pair_map = DB_MAP_OF(pair, pair_fields);

#define LIST(name, ...) \
	SQL(name##_down, __VA_ARGS__ " AND id < $2 AND id > $3 ORDER BY id DESC LIMIT $4"); \
	SQL(name##_up, __VA_ARGS__ " AND id < $2 AND id > $3 ORDER BY id LIMIT $4")

LIST(favourited_by, "SELECT id AS \"row\", account_id AS account FROM favourites WHERE status_id = $1");
LIST(reblogged_by,
     "SELECT id AS \"row\", account_id AS account FROM statuses WHERE reblog_of_id = $1 AND reblog_of_id IS NOT NULL"
     " AND deleted_at = 0 AND visibility IN ('public', 'unlisted') AND (extras & 256) = 0");
LIST(favourites_list, "SELECT id AS \"row\", status_id AS account FROM favourites WHERE account_id = $1");
LIST(bookmarks_list, "SELECT id AS \"row\", status_id AS account FROM bookmarks WHERE account_id = $1");

enum err reacts_page(struct db *db, struct arena *mem, enum reacts_list which, int64_t of, const struct span *sp,
                     struct db_rows *out)
{
	static const struct db_sql *const sqls[REACTS_LISTS][2] = {
		[REACTS_FAVOURITED_BY] = { &favourited_by_down, &favourited_by_up },
		[REACTS_REBLOGGED_BY] = { &reblogged_by_down, &reblogged_by_up },
		[REACTS_FAVOURITES] = { &favourites_list_down, &favourites_list_up },
		[REACTS_BOOKMARKS] = { &bookmarks_list_down, &bookmarks_list_up },
	};

	return db_many(db, sqls[which][sp->up], ARGS(of, sp->max, sp->low, sp->limit), &pair_map, mem, out);
}
