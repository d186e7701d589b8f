#include "store/reports.h"

static const struct db_field report_fields[] = {
	F_I64(report, id),
	F_I64(report, site_id),
	F_I64(report, account_id),
	F_I64(report, target_id),
	F_STR(report, category),
	F_STR(report, comment),
	F_STR(report, statuses),
	F_STR(report, collections),
	F_STR(report, rules),
	F_BOOL(report, forwarded),
	F_STR(report, uri),
	F_I64(report, created_at),
	F_I64(report, updated_at),
	F_I64(report, assigned_id),
	F_I64(report, resolved_at),
	F_I64(report, resolved_by),
};
static const struct db_map report_map = DB_MAP_OF(report, report_fields);

SQL(report_insert,
    "INSERT INTO reports (id, site_id, account_id, target_id, category, comment, statuses, rules, forwarded, uri, created_at,"
    " updated_at, assigned_id, resolved_at, resolved_by, collections)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, NULL, 0, NULL, $12)");

enum err reports_insert(struct db *db, const struct report *r)
{
	return db_exec(db, &report_insert,
	               ARGS(r->id, r->site_id, r->account_id, r->target_id, r->category, r->comment, r->statuses, r->rules,
	                    r->forwarded, r->uri, r->created_at, str_or(r->collections, S("[]"))),
	               NULL);
}

SQL(report_id, "SELECT * FROM reports WHERE id = $1");

enum err reports_by_id(struct db *db, struct arena *mem, int64_t id, struct report *r)
{
	return db_one(db, &report_id, ARGS(id), &report_map, mem, r);
}

SQL(report_ids_sql, "SELECT * FROM reports WHERE id IN (SELECT value FROM json_each($1))");

enum err reports_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out)
{
	return db_many(db, &report_ids_sql, ARGS(db_id_list(mem, ids)), &report_map, mem, out);
}

#define FIND                                                                         \
	"SELECT * FROM reports WHERE site_id = $1 AND (resolved_at <> 0) = $2"      \
	" AND ($3::bigint = 0 OR account_id = $3)"                                   \
	" AND ($4::bigint = 0 OR target_id = $4) AND id < $5 AND id > $6 ORDER BY id "
SQL(report_down, FIND "DESC LIMIT $7");
SQL(report_up, FIND "LIMIT $7");

enum err reports_list(struct db *db, struct arena *mem, const struct report_find *f, struct db_rows *out)
{
	return db_many(db, f->up ? &report_up : &report_down,
	               ARGS(f->site_id, f->resolved, f->account_id, f->target_id, f->max, f->min, f->limit), &report_map,
	               mem, out);
}

SQL(report_resolve,
    "UPDATE reports SET resolved_at = $2, resolved_by = $3, updated_at = $4"
    " WHERE id = $1 AND (resolved_at = 0) <> ($2::bigint = 0)");

enum err reports_resolve(struct db *db, int64_t id, int64_t resolved_at, int64_t by, int64_t now, bool *changed)
{
	int64_t n = 0;

	TRY(db_exec(db, &report_resolve, ARGS(id, resolved_at, DB_ID(by), now), &n));
	*changed = n > 0;
	return OK;
}

SQL(report_same,
    "SELECT COUNT(*) FROM reports WHERE account_id = $1 AND target_id = $2 AND comment = $3 AND statuses = $4"
    " AND collections = $5 AND resolved_at = 0");

enum err reports_same(struct db *db, const struct report *r, bool *there)
{
	int64_t n;

	TRY(db_number(db, &report_same,
	              ARGS(r->account_id, r->target_id, r->comment, r->statuses, str_or(r->collections, S("[]"))), &n));
	*there = n > 0;
	return OK;
}

SQL(report_count_host,
    "SELECT COUNT(*) FROM reports r JOIN accounts a ON a.id = r.account_id"
    " WHERE r.id > $1 AND r.site_id = $2 AND a.host = $3");

enum err reports_count_host(struct db *db, str host, int64_t site_id, int64_t above, int64_t *n)
{
	return db_number(db, &report_count_host, ARGS(above, site_id, host), n);
}

SQL(report_seen,
    "SELECT s.id FROM statuses s WHERE s.id IN (SELECT value FROM json_each($1)) AND s.account_id = $2 AND s.deleted_at = 0"
    " AND (s.visibility IN ('public', 'unlisted')"
    " OR (s.visibility = 'private' AND EXISTS (SELECT 1 FROM follows f JOIN accounts a ON a.id = f.account_id"
    " WHERE f.target_id = $2 AND NOT f.pending AND a.host = $3))"
    " OR EXISTS (SELECT 1 FROM status_mentions m JOIN accounts a ON a.id = m.account_id"
    " WHERE m.status_id = s.id AND a.host = $3))"
    " ORDER BY s.id");

enum err reports_seen(struct db *db, struct arena *mem, str posts, int64_t target_id, str host, struct ids *ids)
{
	return db_ids(db, &report_seen, ARGS(posts, target_id, host), mem, ids);
}

SQL(report_staff,
    "SELECT DISTINCT x.account_id FROM users u JOIN user_accounts x ON x.user_id = u.id"
    " JOIN accounts a ON a.id = x.account_id"
    " WHERE u.site_id = $1 AND u.role IN ('owner', 'admin', 'moderator') AND NOT u.disabled AND a.deleted_at = 0"
    " ORDER BY x.account_id LIMIT 100");

enum err reports_staff(struct db *db, struct arena *mem, int64_t site_id, struct ids *ids)
{
	return db_ids(db, &report_staff, ARGS(site_id), mem, ids);
}
