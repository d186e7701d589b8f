/* Rows of sessions and login_failures; declared in store/users.h. */
#include "store/users.h"

static const struct db_field session_fields[] = {
	F_I64(session_row, site_id),
	F_I64(session_row, user_id),
	F_STR(session_row, csrf),
	F_I64(session_row, created_at),
	F_I64(session_row, used_at),
	F_STR(session_row, address),
	F_BOOL(session_row, disabled),
	F_I64(session_row, id),
	F_STR(session_row, agent),
};
static const struct db_map session_map = DB_MAP_OF(session_row, session_fields);

SQL(session_insert,
    "INSERT INTO sessions (token_hash, site_id, user_id, csrf, created_at, used_at, address, id, agent)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

enum err sessions_insert(struct db *db, str token_hash, const struct session_row *s)
{
	return db_exec(db, &session_insert,
	               ARGS(token_hash, s->site_id, s->user_id, s->csrf, s->created_at, s->used_at,
	                    s->address, s->id, str_or(s->agent, S(""))),
	               NULL);
}

SQL(session_get,
    "SELECT s.site_id, s.user_id, s.csrf, s.created_at, s.used_at, s.address, u.disabled, s.id, s.agent"
    " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = $1");

enum err sessions_get(struct db *db, struct arena *mem, str token_hash, struct session_row *s)
{
	return db_one(db, &session_get, ARGS(token_hash), &session_map, mem, s);
}

SQL(session_use, "UPDATE sessions SET used_at = $2 WHERE token_hash = $1");

enum err sessions_use(struct db *db, str token_hash, int64_t used_at)
{
	return db_exec(db, &session_use, ARGS(token_hash, used_at), NULL);
}

SQL(session_delete, "DELETE FROM sessions WHERE token_hash = $1");

enum err sessions_delete(struct db *db, str token_hash)
{
	return db_exec(db, &session_delete, ARGS(token_hash), NULL);
}

SQL(session_delete_of, "DELETE FROM sessions WHERE user_id = $1");

enum err sessions_delete_of(struct db *db, int64_t user_id)
{
	return db_exec(db, &session_delete_of, ARGS(user_id), NULL);
}

SQL(session_list,
    "SELECT site_id, user_id, csrf, created_at, used_at, address, id, agent FROM sessions WHERE user_id = $1"
    " ORDER BY used_at DESC LIMIT 100");
SQL(session_delete_one, "DELETE FROM sessions WHERE user_id = $1 AND id = $2");

enum err sessions_of(struct db *db, struct arena *mem, int64_t user_id, struct db_rows *out)
{
	return db_many(db, &session_list, ARGS(user_id), &session_map, mem, out);
}

enum err sessions_delete_one(struct db *db, int64_t user_id, int64_t id)
{
	return db_exec(db, &session_delete_one, ARGS(user_id, id), NULL);
}

SQL(session_sweep,
    "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE used_at < $1 LIMIT $2)");

enum err sessions_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &session_sweep, ARGS(before, limit), gone);
}

SQL(failure_add,
    "INSERT INTO login_failures (who, count, since) VALUES ($1, 1, $2) ON CONFLICT (who) DO UPDATE SET"
    " count = CASE WHEN login_failures.since < $3 THEN 1 ELSE login_failures.count + 1 END,"
    " since = CASE WHEN login_failures.since < $3 THEN excluded.since ELSE login_failures.since END"
    " RETURNING count");

enum err failures_add(struct db *db, str who, int64_t now, int64_t since, int64_t *count)
{
	return db_number(db, &failure_add, ARGS(who, now, since), count);
}

SQL(failure_less, "UPDATE login_failures SET count = count - 1 WHERE who = $1 AND count > 0");

enum err failures_take_back(struct db *db, str who)
{
	return db_exec(db, &failure_less, ARGS(who), NULL);
}

SQL(failure_forget, "DELETE FROM login_failures WHERE who = $1");

enum err failures_forget(struct db *db, str who)
{
	return db_exec(db, &failure_forget, ARGS(who), NULL);
}

SQL(failure_sweep,
    "DELETE FROM login_failures WHERE who IN (SELECT who FROM login_failures WHERE since < $1 LIMIT $2)");

enum err failures_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &failure_sweep, ARGS(before, limit), gone);
}
