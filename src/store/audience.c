#include "store/audience.h"

SQL(audience_notified_sql, "SELECT account_id FROM follows WHERE target_id = $1 AND local AND notify AND NOT pending");
SQL(audience_followers_sql, "SELECT account_id FROM follows WHERE target_id = $1 AND local AND NOT pending");
SQL(audience_remote,
    "SELECT id FROM follows WHERE target_id = $1 AND NOT local AND NOT pending UNION ALL SELECT id FROM relays"
    " WHERE state = 'accepted' AND site_id = (SELECT site_id FROM accounts WHERE id = $1) LIMIT 1");
SQL(audience_local_sql, "SELECT id FROM accounts WHERE id IN (SELECT value FROM json_each($1)) AND site_id IS NOT NULL");
SQL(audience_boosters_sql,
    "SELECT account_id FROM statuses WHERE reblog_of_id = $1 AND reblog_of_id IS NOT NULL AND deleted_at = 0"
    " AND site_id IS NOT NULL");
SQL(audience_wants_sql,
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM follows WHERE target_id = $1 AND local AND NOT pending)"
    " OR EXISTS (SELECT 1 FROM accounts WHERE id IN (SELECT value FROM json_each($2)) AND site_id IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM statuses p WHERE p.uri = $3 AND p.deleted_at = 0 AND (p.site_id IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM follows f WHERE f.target_id = p.account_id AND f.local AND NOT f.pending)))"
    " OR EXISTS (SELECT 1 FROM statuses q WHERE q.uri = $4 AND q.site_id IS NOT NULL AND q.deleted_at = 0)"
    " THEN 1 ELSE 0 END");

enum err audience_notified(struct db *db, struct arena *mem, int64_t author, struct ids *ids)
{
	return db_ids(db, &audience_notified_sql, ARGS(author), mem, ids);
}

enum err audience_followers(struct db *db, struct arena *mem, int64_t author, struct ids *ids)
{
	return db_ids(db, &audience_followers_sql, ARGS(author), mem, ids);
}

enum err audience_has_remote(struct db *db, int64_t author, bool *some)
{
	int64_t id;
	enum err e = db_number(db, &audience_remote, ARGS(author), &id);

	*some = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err audience_local(struct db *db, struct arena *mem, str accounts, struct ids *ids)
{
	return db_ids(db, &audience_local_sql, ARGS(accounts), mem, ids);
}

enum err audience_boosters(struct db *db, struct arena *mem, int64_t status_id, struct ids *ids)
{
	return db_ids(db, &audience_boosters_sql, ARGS(status_id), mem, ids);
}

enum err audience_wants(struct db *db, int64_t author, str accounts, str in_reply_to_uri, str quoted_uri, bool *wanted)
{
	int64_t yes = 0;

	TRY(db_number(db, &audience_wants_sql, ARGS(author, accounts, in_reply_to_uri, quoted_uri), &yes));
	*wanted = yes != 0;
	return OK;
}

#define ANSWERS "s.in_reply_to_uri = $1 AND s.in_reply_to_uri IS NOT NULL AND s.in_reply_to_id IS NULL AND s.deleted_at = 0"
SQL(audience_askers_sql,
    "SELECT DISTINCT f.account_id FROM follows f JOIN accounts a ON a.id = f.target_id JOIN accounts me ON me.id = f.account_id"
    " WHERE f.local AND NOT f.pending AND a.host = $2 AND me.deleted_at = 0 AND me.suspended_at = 0 AND a.id IN"
    " (SELECT $3::bigint UNION SELECT s.account_id FROM statuses s WHERE " ANSWERS
    " UNION SELECT m.account_id FROM statuses s JOIN status_mentions m ON m.status_id = s.id WHERE " ANSWERS ")"
    " ORDER BY f.account_id LIMIT $4");

enum err audience_askers(struct db *db, struct arena *mem, const struct asked_post *p, int64_t n, struct ids *ids)
{
	return db_ids(db, &audience_askers_sql, ARGS(p->uri, p->host, p->of, n), mem, ids);
}
