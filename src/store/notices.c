#include "store/notices.h"

static const struct db_field notice_fields[] = {
	F_I64(notice, id),
	F_I64(notice, account_id),
	F_STR(notice, kind),
	F_I64(notice, from_id),
	F_I64(notice, status_id),
	F_I64(notice, created_at),
	F_I64(notice, severance_id),
};
static const struct db_map notice_map = DB_MAP_OF(notice, notice_fields);

SQL(notice_wanted,
    "SELECT COUNT(*) FROM accounts a JOIN accounts f ON f.id = $2"
    " WHERE a.id = $1 AND a.site_id IS NOT NULL AND a.deleted_at = 0"
    " AND NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = $1 AND target_id = $2)"
    " AND NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = $2 AND target_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM mutes WHERE account_id = $1 AND target_id = $2 AND notifications"
    " AND (expires_at = 0 OR expires_at > $5))"
    " AND (f.silenced_by = 0 OR EXISTS (SELECT 1 FROM follows WHERE account_id = $1 AND target_id = $2 AND NOT pending))"
    " AND NOT EXISTS (SELECT 1 FROM domain_blocks WHERE account_id = $1 AND domain = f.domain)"
    " AND NOT EXISTS (SELECT 1 FROM statuses s JOIN thread_mutes t ON t.account_id = $1 AND t.thread_id = s.thread_id"
    " WHERE s.id = $4)"
    " AND NOT EXISTS (SELECT 1 FROM notifications WHERE from_id = $2 AND account_id = $1 AND kind = $3"
    " AND COALESCE(status_id, 0) = $4)");

enum err notices_wanted(struct db *db, const struct notice *n, bool *wanted)
{
	int64_t count = 0;

	TRY(db_number(db, &notice_wanted, ARGS(n->account_id, n->from_id, n->kind, n->status_id, n->created_at), &count));
	*wanted = count > 0;
	return OK;
}

SQL(notice_insert,
    "INSERT INTO notifications (id, account_id, kind, from_id, status_id, created_at, severance_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)");

enum err notices_insert(struct db *db, const struct notice *n)
{
	return db_exec(db, &notice_insert,
	               ARGS(n->id, n->account_id, n->kind, n->from_id, DB_ID(n->status_id),
	                    n->created_at, DB_ID(n->severance_id)),
	               NULL);
}

SQL(notice_delete_same,
    "DELETE FROM notifications WHERE from_id = $2 AND account_id = $1 AND kind = $3 AND COALESCE(status_id, 0) = $4");

enum err notices_delete_same(struct db *db, const struct notice *n)
{
	return db_exec(db, &notice_delete_same, ARGS(n->account_id, n->from_id, n->kind, n->status_id), NULL);
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

SQL(notice_delete_from, "DELETE FROM notifications WHERE from_id = $1");

enum err notices_delete_from(struct db *db, int64_t from_id)
{
	return db_exec(db, &notice_delete_from, ARGS(from_id), NULL);
}

SQL(notice_delete_id, "DELETE FROM notifications WHERE account_id = $1 AND id = $2");

enum err notices_delete_id(struct db *db, int64_t account_id, int64_t id)
{
	return db_exec(db, &notice_delete_id, ARGS(account_id, id), NULL);
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

#define NOTICES_WHERE                                                                                                    \
	"SELECT n.* FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE n.account_id = $1 AND n.id < $2"      \
	" AND n.id > $3 AND a.deleted_at = 0 AND a.suspended_at = 0"                                                     \
	" AND ($4 OR n.kind IN (SELECT value FROM json_texts($5))) AND n.kind NOT IN (SELECT value FROM json_texts($6))" \
	" AND ($7::bigint = 0 OR n.from_id = $7)"

SQL(notice_list_down, NOTICES_WHERE " ORDER BY n.id DESC LIMIT $8");
SQL(notice_list_up, NOTICES_WHERE " ORDER BY n.id LIMIT $8");

enum err notices_list(struct db *db, struct arena *mem, const struct notice_find *f, struct db_rows *out)
{
	return db_many(db, f->up ? &notice_list_up : &notice_list_down,
	               ARGS(f->account_id, f->max, f->min, db_bool(!f->types.n), db_text_list(mem, f->types),
	                    db_text_list(mem, f->exclude), f->from_id, f->limit),
	               &notice_map, mem, out);
}

SQL(notice_count,
    "SELECT COUNT(*) FROM (SELECT n.id FROM notifications n JOIN accounts a ON a.id = n.from_id"
    " WHERE n.account_id = $1 AND n.id > $2 AND a.deleted_at = 0 AND a.suspended_at = 0 LIMIT $3) x");

enum err notices_count(struct db *db, int64_t account_id, int64_t above, int64_t limit, int64_t *count)
{
	return db_number(db, &notice_count, ARGS(account_id, above, limit), count);
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
