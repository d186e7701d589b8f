#include "store/tags.h"

static const struct db_field tag_fields[] = {
	F_I64(tag_row, id),
	F_STR(tag_row, name),
	F_STR(tag_row, display),
	F_BOOL(tag_row, following),
	F_BOOL(tag_row, featuring),
};
static const struct db_map tag_map = DB_MAP_OF(tag_row, tag_fields);

SQL(tag_shown,
    "SELECT t.id, t.name, t.display,"
    " EXISTS (SELECT 1 FROM tag_follows f WHERE f.account_id = $2 AND f.tag_id = t.id) AS following,"
    " EXISTS (SELECT 1 FROM featured_tags x WHERE x.account_id = $2 AND x.tag_id = t.id) AS featuring"
    " FROM tags t WHERE t.name IN (SELECT value FROM json_texts($1))");

enum err tags_shown(struct db *db, struct arena *mem, struct strs names, int64_t viewer, struct db_rows *out)
{
	return db_many(db, &tag_shown, ARGS(db_text_list(mem, names), viewer), &tag_map, mem, out);
}

static const struct db_field day_fields[] = {
	F_I64(tag_day, tag_id),
	F_I64(tag_day, day),
	F_I64(tag_day, uses),
	F_I64(tag_day, accounts),
};
static const struct db_map day_map = DB_MAP_OF(tag_day, day_fields);

SQL(tag_days,
    "SELECT h.tag_id, s.created_at / 86400000 AS day, COUNT(*) AS uses, COUNT(DISTINCT s.account_id) AS accounts"
    " FROM status_tags h CROSS JOIN statuses s WHERE h.tag_id IN (SELECT value FROM json_each($1)) AND h.status_id > $2"
    " AND s.id = h.status_id AND s.visibility = 'public' AND s.deleted_at = 0"
    " GROUP BY h.tag_id, s.created_at / 86400000");

enum err tags_days(struct db *db, struct arena *mem, struct ids tags, int64_t since, struct db_rows *out)
{
	return db_many(db, &tag_days, ARGS(db_id_list(mem, tags), since), &day_map, mem, out);
}

static const struct db_field name_fields[] = { F_I64(tag_name, row), F_STR(tag_name, name) };
static const struct db_map name_map = DB_MAP_OF(tag_name, name_fields);

SQL(tag_used,
    "SELECT t.name FROM (SELECT id FROM statuses WHERE account_id = $1 AND deleted_at = 0 AND (extras & 2) <> 0"
    " AND visibility IN ('public', 'unlisted') ORDER BY id DESC LIMIT 1000) s"
    " JOIN status_tags h ON h.status_id = s.id JOIN tags t ON t.id = h.tag_id"
    " WHERE NOT EXISTS (SELECT 1 FROM featured_tags x WHERE x.account_id = $1 AND x.tag_id = h.tag_id)"
    " GROUP BY t.name ORDER BY COUNT(*) DESC, t.name LIMIT $2");

enum err tags_used(struct db *db, struct arena *mem, int64_t account_id, int64_t n, struct db_rows *out)
{
	return db_many(db, &tag_used, ARGS(account_id, n), &name_map, mem, out);
}

SQL(tag_follow_put, "INSERT INTO tag_follows (id, account_id, tag_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(tag_follow_drop, "DELETE FROM tag_follows WHERE account_id = $1 AND tag_id = $2");
SQL(tag_follow_count, "SELECT COUNT(*) FROM tag_follows WHERE account_id = $1");

enum err tag_follows_set(struct db *db, int64_t id, int64_t account_id, int64_t tag_id, bool on, bool *changed)
{
	int64_t n = 0;

	if (on)
		TRY(db_exec(db, &tag_follow_put, ARGS(id, account_id, tag_id), &n));
	else
		TRY(db_exec(db, &tag_follow_drop, ARGS(account_id, tag_id), &n));
	*changed = n > 0;
	return OK;
}

enum err tag_follows_count(struct db *db, int64_t account_id, int64_t *n)
{
	return db_number(db, &tag_follow_count, ARGS(account_id), n);
}

#define TAG_FOLLOWS \
	"SELECT f.id AS row, t.name FROM tag_follows f JOIN tags t ON t.id = f.tag_id" \
	" WHERE f.account_id = $1 AND f.id < $2 AND f.id > $3 ORDER BY f.id"
SQL(tag_follows_down, TAG_FOLLOWS " DESC LIMIT $4");
SQL(tag_follows_up, TAG_FOLLOWS " LIMIT $4");

enum err tag_follows_page(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp, struct db_rows *out)
{
	return db_many(db, sp->up ? &tag_follows_up : &tag_follows_down, ARGS(account_id, sp->max, sp->low, sp->limit),
	               &name_map, mem, out);
}
