#include "store/host_policies.h"

static const struct db_field policy_fields[] = {
	F_STR(host_policy, domain),
	F_STR(host_policy, severity),
	F_BOOL(host_policy, allowed),
	F_BOOL(host_policy, reject_media),
	F_BOOL(host_policy, reject_reports),
	F_BOOL(host_policy, obfuscate),
	F_STR(host_policy, public_comment),
	F_STR(host_policy, private_comment),
	F_I64(host_policy, created_at),
	F_I64(host_policy, updated_at),
};
static const struct db_map policy_map = DB_MAP_OF(host_policy, policy_fields);

SQL(host_policy_get, "SELECT * FROM host_policies WHERE domain = $1");

enum err host_policies_get(struct db *db, struct arena *mem, str domain, struct host_policy *p)
{
	return db_one(db, &host_policy_get, ARGS(domain), &policy_map, mem, p);
}

SQL(host_policy_of, "SELECT * FROM host_policies WHERE domain IN (SELECT value FROM json_texts($1))");

enum err host_policies_of(struct db *db, struct arena *mem, struct strs names, struct db_rows *out)
{
	return db_many(db, &host_policy_of, ARGS(db_text_list(mem, names)), &policy_map, mem, out);
}

SQL(host_policy_all, "SELECT * FROM host_policies ORDER BY domain");

enum err host_policies_all(struct db *db, struct arena *mem, struct db_rows *out)
{
	return db_many(db, &host_policy_all, NO_ARGS, &policy_map, mem, out);
}

SQL(host_policy_put,
    "INSERT INTO host_policies (domain, severity, allowed, reject_media, reject_reports, obfuscate, public_comment,"
    " private_comment, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"
    " ON CONFLICT (domain) DO UPDATE SET severity = excluded.severity, allowed = excluded.allowed,"
    " reject_media = excluded.reject_media, reject_reports = excluded.reject_reports, obfuscate = excluded.obfuscate,"
    " public_comment = excluded.public_comment, private_comment = excluded.private_comment, updated_at = excluded.updated_at");

enum err host_policies_put(struct db *db, const struct host_policy *p)
{
	return db_exec(db, &host_policy_put,
	               ARGS(p->domain, p->severity, p->allowed, p->reject_media, p->reject_reports, p->obfuscate,
	                    p->public_comment, p->private_comment, p->updated_at),
	               NULL);
}

SQL(host_policy_delete, "DELETE FROM host_policies WHERE domain = $1");

enum err host_policies_delete(struct db *db, str domain, bool *was)
{
	int64_t n = 0;

	TRY(db_exec(db, &host_policy_delete, ARGS(domain), &n));
	*was = n > 0;
	return OK;
}

static const struct db_field held_fields[] = {
	F_STR(held, host),
	F_STR(held, domain),
	F_I64(held, state),
	F_I64(held, n),
};
static const struct db_map held_map = DB_MAP_OF(held, held_fields);

SQL(held_by_host,
    "SELECT host, domain, state, COUNT(*) AS n FROM (SELECT host, domain,"
    " CASE WHEN (suspended_by & 4) <> 0 THEN 1 ELSE 0 END + CASE WHEN (silenced_by & 4) <> 0 THEN 2 ELSE 0 END"
    " + CASE WHEN media_rejected THEN 4 ELSE 0 END AS state FROM accounts WHERE site_id IS NULL) x"
    " GROUP BY host, domain, state");

enum err held_all(struct db *db, struct arena *mem, struct db_rows *out)
{
	return db_many(db, &held_by_host, NO_ARGS, &held_map, mem, out);
}

SQL(held_accounts,
    "SELECT id FROM accounts WHERE host = $1 AND domain = $2 AND site_id IS NULL AND id > $3 ORDER BY id LIMIT $4");

enum err held_ids(struct db *db, struct arena *mem, const struct held *of, int64_t after, int64_t n, struct ids *ids)
{
	return db_ids(db, &held_accounts, ARGS(of->host, of->domain, after, n), mem, ids);
}

SQL(held_put,
    "UPDATE accounts SET suspended_by = CASE WHEN $2 THEN suspended_by | 4 ELSE suspended_by & -5 END,"
    " suspended_at = CASE WHEN $2 THEN CASE WHEN suspended_at = 0 THEN $5 ELSE suspended_at END"
    " WHEN (suspended_by & -5) = 0 THEN 0 ELSE suspended_at END,"
    " silenced_by = CASE WHEN $3 THEN silenced_by | 4 ELSE silenced_by & -5 END, media_rejected = $4"
    " WHERE id IN (SELECT value FROM json_each($1))");

enum err held_set(struct db *db, struct arena *mem, struct ids accounts, int64_t state, int64_t now)
{
	return db_exec(db, &held_put,
	               ARGS(db_id_list(mem, accounts), db_bool(state & HELD_BLOCKED), db_bool(state & HELD_LIMITED),
	                    db_bool(state & HELD_NO_MEDIA), now),
	               NULL);
}

static const struct db_field peer_fields[] = { F_STR(host_policy, domain) };
static const struct db_map peer_map = DB_MAP_OF(host_policy, peer_fields);

SQL(peer_hosts,
    "SELECT h.host AS domain FROM hosts h WHERE SUBSTR(h.host, 1, LENGTH($1)) = $1 AND EXISTS (SELECT 1 FROM accounts a"
    " WHERE a.host = h.host) ORDER BY h.host LIMIT $2");

enum err peers_like(struct db *db, struct arena *mem, str prefix, int64_t n, struct strs *hosts)
{
	struct db_rows rows;

	TRY(db_many(db, &peer_hosts, ARGS(prefix, n), &peer_map, mem, &rows));
	*hosts = (struct strs){ NEWS(mem, str, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		hosts->v[i] = ((const struct host_policy *)rows.p)[i].domain;
	return OK;
}
