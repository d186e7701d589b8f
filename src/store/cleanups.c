#include "store/cleanups.h"

static const struct db_field cleanup_fields[] = {
	F_I64(cleanup_policy, account_id),
	F_BOOL(cleanup_policy, enabled),
	F_I64(cleanup_policy, min_age),
	F_BOOL(cleanup_policy, keep_direct),
	F_BOOL(cleanup_policy, keep_pinned),
	F_BOOL(cleanup_policy, keep_polls),
	F_BOOL(cleanup_policy, keep_media),
	F_BOOL(cleanup_policy, keep_self_fav),
	F_BOOL(cleanup_policy, keep_self_bookmark),
	F_I64(cleanup_policy, min_favs),
	F_I64(cleanup_policy, min_reblogs),
	F_I64(cleanup_policy, after_id),
};
static const struct db_map cleanup_map = DB_MAP_OF(cleanup_policy, cleanup_fields);

SQL(cleanup_get, "SELECT * FROM cleanup_policies WHERE account_id = $1");
SQL(cleanup_put,
    "INSERT INTO cleanup_policies (account_id, enabled, min_age, keep_direct, keep_pinned, keep_polls, keep_media,"
    " keep_self_fav, keep_self_bookmark, min_favs, min_reblogs, after_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) ON CONFLICT (account_id) DO UPDATE SET"
    " enabled = excluded.enabled, min_age = excluded.min_age, keep_direct = excluded.keep_direct,"
    " keep_pinned = excluded.keep_pinned, keep_polls = excluded.keep_polls, keep_media = excluded.keep_media,"
    " keep_self_fav = excluded.keep_self_fav, keep_self_bookmark = excluded.keep_self_bookmark,"
    " min_favs = excluded.min_favs, min_reblogs = excluded.min_reblogs, after_id = 0");
SQL(cleanup_after, "UPDATE cleanup_policies SET after_id = $2 WHERE account_id = $1");
SQL(cleanup_enabled,
    "SELECT p.* FROM cleanup_policies p JOIN accounts a ON a.id = p.account_id WHERE p.enabled AND p.account_id > $1"
    " AND a.site_id IS NOT NULL AND a.suspended_at = 0 AND a.deleted_at = 0 ORDER BY p.account_id LIMIT $2");
#define OWN(table) "EXISTS (SELECT 1 FROM " table " x WHERE x.account_id = s.account_id AND x.status_id = s.id)"
SQL(cleanup_posts,
    "SELECT s.id FROM cleanup_policies p JOIN statuses s ON s.account_id = p.account_id"
    " WHERE p.account_id = $1 AND p.enabled AND s.id > $2 AND s.id < $3 AND s.deleted_at = 0 AND s.site_id IS NOT NULL"
    " AND NOT (p.keep_direct AND s.visibility = 'direct') AND NOT (p.keep_pinned AND " OWN("pins") ")"
    " AND NOT (p.keep_polls AND EXISTS (SELECT 1 FROM polls x WHERE x.status_id = s.id))"
    " AND NOT (p.keep_media AND EXISTS (SELECT 1 FROM attachments x WHERE x.status_id = s.id))"
    " AND NOT (p.keep_self_fav AND " OWN("favourites") ") AND NOT (p.keep_self_bookmark AND " OWN("bookmarks") ")"
    " AND (p.min_favs = 0 OR s.favourites_count < p.min_favs) AND (p.min_reblogs = 0 OR s.reblogs_count < p.min_reblogs)"
    " ORDER BY s.id LIMIT $4");

enum err cleanups_get(struct db *db, struct arena *mem, int64_t account_id, struct cleanup_policy *p)
{
	return db_one(db, &cleanup_get, ARGS(account_id), &cleanup_map, mem, p);
}

enum err cleanups_put(struct db *db, const struct cleanup_policy *p)
{
	return db_exec(db, &cleanup_put,
	               ARGS(p->account_id, p->enabled, p->min_age, p->keep_direct, p->keep_pinned, p->keep_polls, p->keep_media,
	                    p->keep_self_fav, p->keep_self_bookmark, p->min_favs, p->min_reblogs),
	               NULL);
}

enum err cleanups_set_after(struct db *db, int64_t account_id, int64_t after_id)
{
	return db_exec(db, &cleanup_after, ARGS(account_id, after_id), NULL);
}

enum err cleanups_enabled(struct db *db, struct arena *mem, int64_t after, int64_t limit, struct db_rows *out)
{
	return db_many(db, &cleanup_enabled, ARGS(after, limit), &cleanup_map, mem, out);
}

enum err cleanups_posts(struct db *db, struct arena *mem, int64_t account_id, int64_t after, int64_t before, int64_t limit,
                        struct ids *out)
{
	return db_ids(db, &cleanup_posts, ARGS(account_id, after, before, limit), mem, out);
}
