#include "store/push_subs.h"

static const struct db_field sub_fields[] = {
	F_I64(push_sub, id),
	F_I64(push_sub, token_id),
	F_I64(push_sub, user_id),
	F_I64(push_sub, account_id),
	F_STR(push_sub, endpoint),
	F_STR(push_sub, p256dh),
	F_STR(push_sub, auth),
	F_BOOL(push_sub, standard),
	F_STR(push_sub, alerts),
	F_STR(push_sub, policy),
	F_STR(push_sub, token),
	F_I64(push_sub, failures),
	F_I64(push_sub, created_at),
	F_STR(push_sub, locale),
};
static const struct db_map sub_map = DB_MAP_OF(push_sub, sub_fields);

SQL(push_sub_put,
    "INSERT INTO push_subscriptions (id, token_id, user_id, account_id, endpoint, p256dh, auth, standard, alerts, policy,"
    " token, failures, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)"
    " ON CONFLICT (token_id) DO UPDATE SET id = excluded.id, endpoint = excluded.endpoint, p256dh = excluded.p256dh,"
    " auth = excluded.auth, standard = excluded.standard, alerts = excluded.alerts, policy = excluded.policy,"
    " token = excluded.token, failures = 0, created_at = excluded.created_at");

enum err push_subs_put(struct db *db, const struct push_sub *s)
{
	return db_exec(db, &push_sub_put,
	               ARGS(s->id, s->token_id, s->user_id, s->account_id, s->endpoint, s->p256dh, s->auth, s->standard,
	                    s->alerts, s->policy, s->token, s->created_at),
	               NULL);
}

SQL(push_sub_set, "UPDATE push_subscriptions SET alerts = $2, policy = $3 WHERE id = $1");

enum err push_subs_set(struct db *db, const struct push_sub *s)
{
	return db_exec(db, &push_sub_set, ARGS(s->id, s->alerts, s->policy), NULL);
}

SQL(push_sub_by_token, "SELECT * FROM push_subscriptions WHERE token_id = $1");

enum err push_subs_by_token(struct db *db, struct arena *mem, int64_t token_id, struct push_sub *s)
{
	return db_one(db, &push_sub_by_token, ARGS(token_id), &sub_map, mem, s);
}

#define LIVING                                                                                   \
	" FROM push_subscriptions p JOIN oauth_tokens t ON t.id = p.token_id"                    \
	" JOIN users u ON u.id = p.user_id AND NOT u.disabled JOIN accounts a ON a.id = p.account_id" \
	" AND a.deleted_at = 0 AND a.suspended_at = 0"

SQL(push_sub_by_id, "SELECT p.*, u.locale" LIVING " WHERE p.id = $1");

enum err push_subs_by_id(struct db *db, struct arena *mem, int64_t id, struct push_sub *s)
{
	return db_one(db, &push_sub_by_id, ARGS(id), &sub_map, mem, s);
}

#define FOLLOWS(who, whom) \
	"EXISTS (SELECT 1 FROM follows WHERE account_id = " who " AND target_id = " whom " AND NOT pending)"

SQL(push_sub_for,
    "SELECT p.id" LIVING " WHERE p.account_id = $1 AND EXISTS (SELECT 1 FROM json_texts(p.alerts) k WHERE k.value = $2)"
    " AND (p.policy = 'all' OR (p.policy = 'followed' AND " FOLLOWS("$1", "$3") ")"
    " OR (p.policy = 'follower' AND " FOLLOWS("$3", "$1") "))");

enum err push_subs_for(struct db *db, struct arena *mem, int64_t account_id, str kind, int64_t from_id, struct ids *ids)
{
	return db_ids(db, &push_sub_for, ARGS(account_id, kind, from_id), mem, ids);
}

SQL(push_sub_delete, "DELETE FROM push_subscriptions WHERE id = $1");

enum err push_subs_delete(struct db *db, int64_t id)
{
	return db_exec(db, &push_sub_delete, ARGS(id), NULL);
}

SQL(push_sub_delete_token, "DELETE FROM push_subscriptions WHERE token_id = $1");

enum err push_subs_delete_token(struct db *db, int64_t token_id)
{
	return db_exec(db, &push_sub_delete_token, ARGS(token_id), NULL);
}

SQL(push_sub_trim,
    "DELETE FROM push_subscriptions WHERE user_id = $1 AND (id NOT IN (SELECT id FROM push_subscriptions WHERE user_id = $1"
    " ORDER BY id DESC LIMIT $2) OR NOT EXISTS (SELECT 1 FROM oauth_tokens t WHERE t.id = token_id))");

enum err push_subs_trim(struct db *db, int64_t user_id, int64_t n)
{
	return db_exec(db, &push_sub_trim, ARGS(user_id, n), NULL);
}

SQL(push_sub_failed,
    "UPDATE push_subscriptions SET failures = CASE WHEN $2::bigint = 0 THEN 0 ELSE failures + $2 END WHERE id = $1");

enum err push_subs_failed(struct db *db, int64_t id, int64_t by)
{
	return db_exec(db, &push_sub_failed, ARGS(id, by), NULL);
}

SQL(push_sub_sweep,
    "DELETE FROM push_subscriptions WHERE id IN (SELECT p.id FROM push_subscriptions p WHERE p.created_at < $1"
    " AND NOT EXISTS (SELECT 1 FROM oauth_tokens t WHERE t.id = p.token_id) LIMIT $2)");

enum err push_subs_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &push_sub_sweep, ARGS(before, limit), gone);
}

struct secret {
	str value;
};
static const struct db_field secret_fields[] = { F_STR(secret, value) };
static const struct db_map secret_map = DB_MAP_OF(secret, secret_fields);

SQL(secret_get, "SELECT value FROM secrets WHERE name = $1");

enum err secrets_get(struct db *db, struct arena *mem, str name, str *value)
{
	struct secret s = { 0 };

	TRY(db_one(db, &secret_get, ARGS(name), &secret_map, mem, &s));
	*value = s.value;
	return OK;
}

SQL(secret_put, "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");

enum err secrets_put(struct db *db, str name, str value)
{
	return db_exec(db, &secret_put, ARGS(name, value), NULL);
}
