#include "store/notice_policies.h"

static const struct db_field policy_fields[] = {
	F_STR(notice_policy, for_not_following),
	F_STR(notice_policy, for_not_followers),
	F_STR(notice_policy, for_new_accounts),
	F_STR(notice_policy, for_private_mentions),
	F_STR(notice_policy, for_limited_accounts),
	F_STR(notice_policy, for_bots),
};
static const struct db_map policy_map = DB_MAP_OF(notice_policy, policy_fields);

SQL(policy_get,
    "SELECT for_not_following, for_not_followers, for_new_accounts, for_private_mentions, for_limited_accounts, for_bots"
    " FROM notification_policies WHERE account_id = $1");

enum err policies_get(struct db *db, struct arena *mem, int64_t account_id, struct notice_policy *p)
{
	return db_one(db, &policy_get, ARGS(account_id), &policy_map, mem, p);
}

SQL(policy_put,
    "INSERT INTO notification_policies (account_id, for_not_following, for_not_followers, for_new_accounts,"
    " for_private_mentions, for_limited_accounts, for_bots) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (account_id) DO UPDATE SET for_not_following = excluded.for_not_following,"
    " for_not_followers = excluded.for_not_followers, for_new_accounts = excluded.for_new_accounts,"
    " for_private_mentions = excluded.for_private_mentions, for_limited_accounts = excluded.for_limited_accounts,"
    " for_bots = excluded.for_bots");

enum err policies_put(struct db *db, int64_t account_id, const struct notice_policy *p)
{
	return db_exec(db, &policy_put,
	               ARGS(account_id, p->for_not_following, p->for_not_followers, p->for_new_accounts,
	                    p->for_private_mentions, p->for_limited_accounts, p->for_bots),
	               NULL);
}

static const struct db_field stand_fields[] = {
	F_BOOL(notice_stand, unwanted),
	F_BOOL(notice_stand, staff),
	F_BOOL(notice_stand, following),
	F_I64(notice_stand, follower_since),
	F_I64(notice_stand, sender_created_at),
	F_BOOL(notice_stand, bot),
	F_BOOL(notice_stand, limited),
	F_BOOL(notice_stand, permitted),
	F_BOOL(notice_stand, direct),
	F_I64(notice_stand, in_reply_to_id),
};
static const struct db_map stand_map = DB_MAP_OF(notice_stand, stand_fields);

#define MUTES "m.account_id = $1 AND m.notifications AND (m.expires_at = 0 OR m.expires_at > $5)"
#define STAFF(account) \
	"EXISTS (SELECT 1 FROM user_accounts ua JOIN users u ON u.id = ua.user_id WHERE ua.account_id = " account ".id" \
	" AND u.role <> 'user')"

/* s is the post, f its author. */
#define UNWANTED \
	"EXISTS (SELECT 1 FROM blocks WHERE account_id = $1 AND target_id = $2)" \
	" OR EXISTS (SELECT 1 FROM mutes m WHERE " MUTES " AND m.target_id = $2)" \
	" OR EXISTS (SELECT 1 FROM domain_blocks WHERE account_id = $1 AND domain = f.domain)" \
	" OR EXISTS (SELECT 1 FROM thread_mutes WHERE account_id = $1 AND thread_id = s.thread_id)" \
	" OR ($3 = 'mention' AND (EXISTS (SELECT 1 FROM status_mentions x JOIN blocks b ON b.account_id = $1" \
	" AND b.target_id = x.account_id WHERE x.status_id = s.id AND NOT x.silent)" \
	" OR EXISTS (SELECT 1 FROM status_mentions x JOIN mutes m ON m.target_id = x.account_id WHERE x.status_id = s.id" \
	" AND NOT x.silent AND " MUTES ")))"

SQL(stand_get,
    "SELECT " UNWANTED " AS unwanted,"
    " f.site_id = a.site_id AND " STAFF("f") " AND NOT " STAFF("a") " AS staff,"
    " EXISTS (SELECT 1 FROM follows WHERE account_id = $1 AND target_id = $2 AND NOT pending) AS following,"
    " COALESCE((SELECT created_at FROM follows WHERE account_id = $2 AND target_id = $1 AND NOT pending), 0) AS follower_since,"
    " f.created_at AS sender_created_at, f.bot, f.silenced_by <> 0 AS limited,"
    " EXISTS (SELECT 1 FROM notification_permissions WHERE account_id = $1 AND from_id = $2) AS permitted,"
    " COALESCE(s.visibility, '') = 'direct' AS direct, s.in_reply_to_id"
    " FROM accounts a JOIN accounts f ON f.id = $2 LEFT JOIN statuses s ON s.id = $4"
    " WHERE a.id = $1 AND a.site_id IS NOT NULL AND a.deleted_at = 0 AND a.suspended_at = 0"
    " AND NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = $2 AND target_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM notifications WHERE from_id = $2 AND account_id = $1 AND kind = $3"
    " AND COALESCE(status_id, 0) = $4)");

enum err stands_get(struct db *db, struct arena *mem, const struct notice *n, struct notice_stand *s)
{
	return db_one(db, &stand_get, ARGS(n->account_id, n->from_id, n->kind, n->status_id, n->created_at), &stand_map, mem,
	              s);
}

SQL(stand_unwanted,
    "SELECT COUNT(*) FROM accounts f LEFT JOIN statuses s ON s.id = $4 WHERE f.id = $2 AND (" UNWANTED ")");

enum err stands_unwanted(struct db *db, const struct notice *n, int64_t now, bool *unwanted)
{
	int64_t count = 0;

	TRY(db_number(db, &stand_unwanted, ARGS(n->account_id, n->from_id, n->kind, n->status_id, now), &count));
	*unwanted = count > 0;
	return OK;
}

SQL(stand_asked_for,
    "WITH RECURSIVE above (id, in_reply_to_id, account_id, visibility, depth) AS ("
    "SELECT id, in_reply_to_id, account_id, visibility, 0 FROM statuses WHERE id = $1"
    " UNION ALL SELECT s.id, s.in_reply_to_id, s.account_id, s.visibility, above.depth + 1"
    " FROM above JOIN statuses s ON s.id = above.in_reply_to_id WHERE above.depth < 100)"
    " SELECT COUNT(*) FROM above JOIN status_mentions m ON m.status_id = above.id AND m.account_id = $3 AND NOT m.silent"
    " WHERE above.account_id = $2 AND above.visibility = 'direct'");

enum err stands_asked_for(struct db *db, int64_t status_id, int64_t to, int64_t from, bool *asked)
{
	int64_t n = 0;

	TRY(db_number(db, &stand_asked_for, ARGS(status_id, to, from), &n));
	*asked = n > 0;
	return OK;
}

SQL(permission_put,
    "INSERT INTO notification_permissions (account_id, from_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");

enum err permissions_put(struct db *db, int64_t account_id, int64_t from_id)
{
	return db_exec(db, &permission_put, ARGS(account_id, from_id), NULL);
}

SQL(permission_delete, "DELETE FROM notification_permissions WHERE account_id = $1 AND from_id = $2");

enum err permissions_delete(struct db *db, int64_t account_id, int64_t from_id)
{
	return db_exec(db, &permission_delete, ARGS(account_id, from_id), NULL);
}

SQL(permission_delete_domain,
    "DELETE FROM notification_permissions WHERE account_id = $1 AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = from_id"
    " AND a.domain = $2)");

enum err permissions_delete_domain(struct db *db, int64_t account_id, str domain)
{
	return db_exec(db, &permission_delete_domain, ARGS(account_id, domain), NULL);
}

SQL(request_put,
    "INSERT INTO notification_requests (id, account_id, from_id, last_status_id, created_at, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (account_id, from_id) DO UPDATE SET"
    " last_status_id = excluded.last_status_id, updated_at = excluded.updated_at");

enum err requests_put(struct db *db, const struct notice_request *r)
{
	return db_exec(db, &request_put, ARGS(r->id, r->account_id, r->from_id, r->last_status_id, r->updated_at), NULL);
}

static const struct db_field request_fields[] = {
	F_I64(notice_request, id),
	F_I64(notice_request, account_id),
	F_I64(notice_request, from_id),
	F_I64(notice_request, last_status_id),
	F_I64(notice_request, created_at),
	F_I64(notice_request, updated_at),
	F_I64(notice_request, count),
};
static const struct db_map request_map = DB_MAP_OF(notice_request, request_fields);

/* Nobody needs to know whether it is more than a hundred. */
#define REQUESTS                                                                                                        \
	"SELECT * FROM (SELECT r.id, r.account_id, r.from_id, r.last_status_id, r.created_at, r.updated_at,"            \
	" (SELECT COUNT(*) FROM (SELECT 1 AS one FROM notifications n WHERE n.account_id = r.account_id"                \
	" AND n.from_id = r.from_id AND n.filtered AND n.kind IN ('mention', 'quote') LIMIT 100) c) AS count"           \
	" FROM notification_requests r JOIN accounts a ON a.id = r.from_id WHERE r.account_id = $1"                     \
	" AND a.deleted_at = 0 AND a.suspended_at = 0"

SQL(request_get, REQUESTS " AND r.id = $2) x WHERE count > 0");

enum err requests_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct notice_request *r)
{
	return db_one(db, &request_get, ARGS(account_id, id), &request_map, mem, r);
}

SQL(request_list_down, REQUESTS " AND r.id < $2 AND r.id > $3) x WHERE count > 0 ORDER BY id DESC LIMIT $4");
SQL(request_list_up, REQUESTS " AND r.id < $2 AND r.id > $3) x WHERE count > 0 ORDER BY id LIMIT $4");

enum err requests_list(struct db *db, struct arena *mem, const struct notice_find *f, struct db_rows *out)
{
	return db_many(db, f->up ? &request_list_up : &request_list_down, ARGS(f->account_id, f->max, f->min, f->limit),
	               &request_map, mem, out);
}

static const struct db_field pending_fields[] = { F_I64(notice_pending, requests), F_I64(notice_pending, notifications) };
static const struct db_map pending_map = DB_MAP_OF(notice_pending, pending_fields);

SQL(request_count,
    "SELECT COUNT(*) AS requests, CAST(COALESCE(SUM(count), 0) AS BIGINT) AS notifications FROM (" REQUESTS
    ") x WHERE count > 0 LIMIT 100) y");

enum err requests_count(struct db *db, struct arena *mem, int64_t account_id, struct notice_pending *p)
{
	return db_one(db, &request_count, ARGS(account_id), &pending_map, mem, p);
}

SQL(request_delete, "DELETE FROM notification_requests WHERE account_id = $1 AND from_id = $2");

enum err requests_delete(struct db *db, int64_t account_id, int64_t from_id)
{
	return db_exec(db, &request_delete, ARGS(account_id, from_id), NULL);
}

SQL(notice_unfilter, "UPDATE notifications SET filtered = FALSE WHERE account_id = $1 AND from_id = $2 AND filtered");

enum err notices_unfilter(struct db *db, int64_t account_id, int64_t from_id)
{
	return db_exec(db, &notice_unfilter, ARGS(account_id, from_id), NULL);
}

SQL(notice_delete_filtered, "DELETE FROM notifications WHERE account_id = $1 AND from_id = $2 AND filtered");

enum err notices_delete_filtered(struct db *db, int64_t account_id, int64_t from_id)
{
	return db_exec(db, &notice_delete_filtered, ARGS(account_id, from_id), NULL);
}
