#include "store/notices.h"

static const struct db_field notice_fields[] = {
	F_I64(notice, id),
	F_I64(notice, account_id),
	F_STR(notice, kind),
	F_I64(notice, from_id),
	F_I64(notice, status_id),
	F_I64(notice, created_at),
	F_I64(notice, subject_id),
	F_STR(notice, group_key),
	F_BOOL(notice, filtered),
};
static const struct db_map notice_map = DB_MAP_OF(notice, notice_fields);

SQL(notice_insert,
    "INSERT INTO notifications (id, account_id, kind, from_id, status_id, created_at, subject_id, group_key,"
    " filtered)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

enum err notices_insert(struct db *db, const struct notice *n)
{
	return db_exec(db, &notice_insert,
	               ARGS(n->id, n->account_id, n->kind, n->from_id, DB_ID(n->status_id), n->created_at, DB_ID(n->subject_id),
	                    n->group_key, n->filtered),
	               NULL);
}

SQL(notice_delete_same,
    "DELETE FROM notifications WHERE from_id = $2 AND account_id = $1 AND kind = $3 AND COALESCE(status_id, 0) = $4");

enum err notices_delete_same(struct db *db, const struct notice *n)
{
	return db_exec(db, &notice_delete_same, ARGS(n->account_id, n->from_id, n->kind, n->status_id), NULL);
}

SQL(notice_delete_collection,
    "DELETE FROM notifications WHERE from_id = $2 AND account_id = $1 AND kind = $4 AND subject_id = $3"
    " AND subject_id IS NOT NULL");

enum err notices_delete_collection(struct db *db, int64_t account_id, int64_t from_id, int64_t collection_id, str kind)
{
	return db_exec(db, &notice_delete_collection, ARGS(account_id, from_id, collection_id, kind), NULL);
}

SQL(notice_of_collection,
    "SELECT COUNT(*) FROM notifications WHERE from_id = $2 AND account_id = $1 AND kind = $4 AND subject_id = $3"
    " AND subject_id IS NOT NULL AND created_at > $5");

enum err notices_of_collection(struct db *db, int64_t account_id, int64_t from_id, int64_t collection_id, str kind,
                               int64_t since, int64_t *n)
{
	return db_number(db, &notice_of_collection, ARGS(account_id, from_id, collection_id, kind, since), n);
}

SQL(notice_delete_between, "DELETE FROM notifications WHERE account_id = $1 AND from_id = $2");

enum err notices_delete_between(struct db *db, int64_t account_id, int64_t from_id)
{
	return db_exec(db, &notice_delete_between, ARGS(account_id, from_id), NULL);
}

SQL(notice_delete_domain,
    "DELETE FROM notifications WHERE account_id = $1 AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = from_id"
    " AND a.domain = $2)");

enum err notices_delete_domain(struct db *db, int64_t account_id, str domain)
{
	return db_exec(db, &notice_delete_domain, ARGS(account_id, domain), NULL);
}

SQL(notice_delete_ids, "DELETE FROM notifications WHERE account_id = $1 AND id IN (SELECT value FROM json_each($2))");

enum err notices_delete_ids(struct db *db, struct arena *mem, int64_t account_id, struct ids ids)
{
	return db_exec(db, &notice_delete_ids, ARGS(account_id, db_id_list(mem, ids)), NULL);
}

SQL(notice_delete_group, "DELETE FROM notifications WHERE account_id = $1 AND group_key = $2");

enum err notices_delete_group(struct db *db, int64_t account_id, str group_key)
{
	return db_exec(db, &notice_delete_group, ARGS(account_id, group_key), NULL);
}

SQL(notice_delete_all, "DELETE FROM notifications WHERE account_id = $1");

enum err notices_delete_all(struct db *db, int64_t account_id)
{
	return db_exec(db, &notice_delete_all, ARGS(account_id), NULL);
}

SQL(notice_get, "SELECT * FROM notifications WHERE account_id = $1 AND id = $2");

enum err notices_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct notice *n)
{
	return db_one(db, &notice_get, ARGS(account_id, id), &notice_map, mem, n);
}

#define SHOWN(n, a)                                                                                              \
	" FROM notifications " n " JOIN accounts " a " ON " a ".id = " n ".from_id WHERE " n ".account_id = $1"  \
	" AND " n ".id < $2 AND " n ".id > $3 AND " a ".deleted_at = 0 AND " a ".suspended_at = 0"               \
	" AND ($7::bigint = 0 OR " n ".from_id = $7)"
#define WANTED                                                                                                   \
	SHOWN("n", "a")                                                                                          \
	" AND ($4 OR n.kind IN (SELECT value FROM json_texts($5))) AND n.kind NOT IN (SELECT value FROM json_texts($6))" \
	" AND ($9 OR NOT n.filtered)"
#define ALONE "n.group_key IS NULL OR ($10 AND n.kind NOT IN (SELECT value FROM json_texts($11)))"
/* Of each group only the first that is met. */
#define FIRST(before)                                                                                            \
	" AND (" ALONE " OR NOT EXISTS (SELECT 1" SHOWN("m", "b") " AND m.group_key = n.group_key AND m.id " before " n.id))"
#define DOWN " ORDER BY n.id DESC LIMIT $8"
#define UP " ORDER BY n.id LIMIT $8"

SQL(notice_list_down, "SELECT n.*" WANTED DOWN);
SQL(notice_list_up, "SELECT n.*" WANTED UP);
SQL(notice_groups_down, "SELECT n.*" WANTED FIRST(">") DOWN);
SQL(notice_groups_up, "SELECT n.*" WANTED FIRST("<") UP);
SQL(notice_count, "SELECT COUNT(*) FROM (SELECT n.id" WANTED UP ") x");
SQL(notice_count_groups, "SELECT COUNT(*) FROM (SELECT n.id" WANTED FIRST("<") UP ") x");
SQL(notice_tally,
    "SELECT COUNT(*) AS total, COUNT(DISTINCT x.of_group) AS groups FROM (SELECT CASE WHEN " ALONE
    " THEN CAST(n.id AS TEXT) ELSE n.group_key END AS of_group" WANTED UP ") x");

/* The parameters that all of these have, and those of groups. */
#define FIND_ARGS                                                                                                    \
	f->account_id, f->max, f->min, db_bool(!f->types.n), db_text_list(mem, f->types), db_text_list(mem, f->exclude), \
		f->from_id, f->limit, f->filtered
#define GROUP_ARGS FIND_ARGS, db_bool(f->grouped.n), db_text_list(mem, f->grouped)

enum err notices_list(struct db *db, struct arena *mem, const struct notice_find *f, struct db_rows *out)
{
	return db_many(db, f->up ? &notice_list_up : &notice_list_down, ARGS(FIND_ARGS), &notice_map, mem, out);
}

enum err notices_groups(struct db *db, struct arena *mem, const struct notice_find *f, struct db_rows *out)
{
	return db_many(db, f->up ? &notice_groups_up : &notice_groups_down, ARGS(GROUP_ARGS), &notice_map, mem, out);
}

enum err notices_count(struct db *db, struct arena *mem, const struct notice_find *f, bool groups, int64_t *count)
{
	return groups ? db_number(db, &notice_count_groups, ARGS(GROUP_ARGS), count)
	              : db_number(db, &notice_count, ARGS(FIND_ARGS), count);
}

static const struct db_field tally_fields[] = { F_I64(notice_tally, total), F_I64(notice_tally, groups) };
static const struct db_map tally_map = DB_MAP_OF(notice_tally, tally_fields);

enum err notices_tally(struct db *db, struct arena *mem, const struct notice_find *f, struct notice_tally *t)
{
	return db_one(db, &notice_tally, ARGS(GROUP_ARGS), &tally_map, mem, t);
}

static const struct db_field sum_fields[] = {
	F_STR(notice_sum, group_key),
	F_I64(notice_sum, total),
	F_I64(notice_sum, newest),
	F_I64(notice_sum, page_oldest),
	F_I64(notice_sum, latest_at),
	F_STR(notice_sum, sample),
};
static const struct db_map sum_map = DB_MAP_OF(notice_sum, sum_fields);

/* All but latest_at is in the index. */
#define MEMBERS " WHERE m.account_id = $1 AND m.group_key = k.value AND m.id <= $4"
SQL(notice_sums,
    "SELECT k.value AS group_key,"
    " (SELECT COUNT(*) FROM notifications m" MEMBERS ") AS total,"
    " (SELECT MAX(m.id) FROM notifications m" MEMBERS ") AS newest,"
    " (SELECT MIN(m.id) FROM notifications m" MEMBERS " AND m.id >= $3) AS page_oldest,"
    " (SELECT m.created_at FROM notifications m" MEMBERS " ORDER BY m.id DESC LIMIT 1) AS latest_at,"
    " (SELECT json_group_array(x.from_id) FROM (SELECT m.from_id FROM notifications m JOIN accounts a ON a.id = m.from_id"
    MEMBERS " AND a.deleted_at = 0 AND a.suspended_at = 0 ORDER BY m.id DESC LIMIT $5) x) AS sample"
    " FROM json_texts($2) k");

enum err notices_sums(struct db *db, struct arena *mem, int64_t account_id, struct strs keys, int64_t first, int64_t last,
                      int64_t most, struct db_rows *out)
{
	return db_many(db, &notice_sums, ARGS(account_id, db_text_list(mem, keys), first, last, most), &sum_map, mem, out);
}

#define OF_GROUP                                                                                                         \
	"SELECT n.* FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE n.account_id = $1 AND n.group_key = $2" \
	" AND n.id < $3 AND n.id > $4 AND a.deleted_at = 0 AND a.suspended_at = 0"
SQL(notice_group_down, OF_GROUP " ORDER BY n.id DESC LIMIT $5");
SQL(notice_group_up, OF_GROUP " ORDER BY n.id LIMIT $5");

enum err notices_of_group(struct db *db, struct arena *mem, const struct notice_find *f, str group_key,
                          struct db_rows *out)
{
	return db_many(db, f->up ? &notice_group_up : &notice_group_down,
	               ARGS(f->account_id, group_key, f->max, f->min, f->limit), &notice_map, mem, out);
}

static const struct db_field group_fields[] = { F_STR(notice, group_key) };
static const struct db_map group_map = DB_MAP_OF(notice, group_fields);

/* Hours have six digits for the next thousand years, so the greatest text is the latest. */
SQL(notice_last_group,
    "SELECT group_key FROM notifications WHERE account_id = $1 AND group_key > $2 AND group_key < $3"
    " ORDER BY account_id DESC, group_key DESC LIMIT 1");

enum err notices_last_group(struct db *db, struct arena *mem, int64_t account_id, str prefix, str *group_key)
{
	struct notice n = { 0 };
	str end = str_cat(mem, prefix, S(":")); /* what comes after the digits */
	enum err e = db_one(db, &notice_last_group, ARGS(account_id, prefix, end), &group_map, mem, &n);

	*group_key = n.group_key;
	return e == ERR_NOT_FOUND ? OK : e;
}

static const struct db_field marker_fields[] = {
	F_STR(marker, timeline),
	F_STR(marker, last_read_id),
	F_I64(marker, version),
	F_I64(marker, updated_at),
};
static const struct db_map marker_map = DB_MAP_OF(marker, marker_fields);

SQL(marker_get,
    "SELECT timeline, last_read_id, version, updated_at FROM markers"
    " WHERE account_id = $1 AND timeline IN (SELECT value FROM json_texts($2)) ORDER BY timeline");

enum err markers_get(struct db *db, struct arena *mem, int64_t account_id, struct strs timelines,
                     struct db_rows *out)
{
	return db_many(db, &marker_get, ARGS(account_id, db_text_list(mem, timelines)), &marker_map, mem,
	               out);
}

SQL(marker_put,
    "INSERT INTO markers (account_id, timeline, last_read_id, version, updated_at) VALUES ($1, $2, $3, 1, $4)"
    " ON CONFLICT (account_id, timeline) DO UPDATE SET last_read_id = excluded.last_read_id,"
    " version = markers.version + 1, updated_at = excluded.updated_at"
    " RETURNING timeline, last_read_id, version, updated_at");

enum err markers_put(struct db *db, struct arena *mem, int64_t account_id, struct marker *m)
{
	return db_one(db, &marker_put, ARGS(account_id, m->timeline, m->last_read_id, m->updated_at),
	              &marker_map, mem, m);
}
