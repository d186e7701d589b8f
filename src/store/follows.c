/* Rows of follows; declared in store/relations.h. */
#include "store/relations.h"

static const struct db_field follow_fields[] = {
	F_I64(follow, id),
	F_I64(follow, account_id),
	F_I64(follow, target_id),
	F_BOOL(follow, local),
	F_BOOL(follow, pending),
	F_STR(follow, uri),
	F_BOOL(follow, show_reblogs),
	F_BOOL(follow, notify),
	F_STR(follow, languages),
	F_I64(follow, created_at),
};
static const struct db_map follow_map = DB_MAP_OF(follow, follow_fields);

SQL(follow_insert,
    "INSERT INTO follows (id, account_id, target_id, local, pending, uri, show_reblogs, notify, languages, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (account_id, target_id) DO NOTHING");

enum err follows_insert(struct db *db, const struct follow *f, bool *made)
{
	int64_t changed = 0;

	TRY(db_exec(db, &follow_insert,
	            ARGS(f->id, f->account_id, f->target_id, f->local, f->pending, f->uri, f->show_reblogs,
	                 f->notify,
	                 f->languages, f->created_at),
	            &changed));
	*made = changed > 0;
	return OK;
}

SQL(follow_get, "SELECT * FROM follows WHERE account_id = $1 AND target_id = $2");

enum err follows_get(struct db *db, struct arena *mem, int64_t account_id, int64_t target_id,
                     struct follow *f)
{
	return db_one(db, &follow_get, ARGS(account_id, target_id), &follow_map, mem, f);
}

SQL(follow_uri, "SELECT * FROM follows WHERE uri = $1 AND target_id = $2 AND local");

enum err follows_by_uri(struct db *db, struct arena *mem, str uri, int64_t target_id, struct follow *f)
{
	return db_one(db, &follow_uri, ARGS(uri, target_id), &follow_map, mem, f);
}

SQL(follow_waiting, "SELECT * FROM follows WHERE target_id = $1 AND local AND pending LIMIT 2");

enum err follows_waiting(struct db *db, struct arena *mem, int64_t target_id, struct db_rows *out)
{
	return db_many(db, &follow_waiting, ARGS(target_id), &follow_map, mem, out);
}

SQL(follow_set, "UPDATE follows SET uri = $2, show_reblogs = $3, notify = $4, languages = $5 WHERE id = $1");

enum err follows_set(struct db *db, const struct follow *f)
{
	return db_exec(db, &follow_set, ARGS(f->id, f->uri, f->show_reblogs, f->notify, f->languages), NULL);
}

SQL(follow_accept, "UPDATE follows SET pending = FALSE WHERE id = $1 AND pending");

enum err follows_accept(struct db *db, int64_t id, bool *changed)
{
	int64_t n = 0;

	TRY(db_exec(db, &follow_accept, ARGS(id), &n));
	*changed = n > 0;
	return OK;
}

SQL(follow_take, "DELETE FROM follows WHERE id = $1 RETURNING *");

enum err follows_take(struct db *db, struct arena *mem, int64_t id, struct follow *f)
{
	return db_one(db, &follow_take, ARGS(id), &follow_map, mem, f);
}

SQL(follow_targets, "SELECT target_id FROM follows WHERE account_id = $1 ORDER BY id LIMIT $2");

enum err follows_targets(struct db *db, struct arena *mem, int64_t account_id, int64_t n, struct ids *targets)
{
	return db_ids(db, &follow_targets, ARGS(account_id, n), mem, targets);
}

SQL(follow_of,
    "SELECT f.* FROM follows f JOIN accounts a ON a.id = f.target_id WHERE f.account_id = $1"
    " AND ($2 = '' OR a.domain = $2) UNION ALL"
    " SELECT f.* FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = $1"
    " AND ($2 = '' OR a.domain = $2) LIMIT $3");

enum err follows_of(struct db *db, struct arena *mem, int64_t account_id, str domain, int64_t n,
                    struct db_rows *out)
{
	return db_many(db, &follow_of, ARGS(account_id, str_or(domain, S("")), n), &follow_map, mem, out);
}

SQL(follow_with,
    "SELECT f.* FROM json_each($1) j CROSS JOIN follows f WHERE f.account_id = j.value"
    " UNION ALL SELECT f.* FROM json_each($1) j CROSS JOIN follows f WHERE f.target_id = j.value LIMIT $2");

enum err follows_with(struct db *db, struct arena *mem, struct ids accounts, int64_t n, struct db_rows *out)
{
	return db_many(db, &follow_with, ARGS(db_id_list(mem, accounts), n), &follow_map, mem, out);
}

SQL(follow_target, "SELECT target_id FROM follows WHERE uri = $1 AND account_id = $2");
SQL(block_target, "SELECT target_id FROM blocks WHERE uri = $1 AND account_id = $2");

enum err relations_by_uri(struct db *db, int64_t account_id, str uri, int64_t *followed, int64_t *blocked)
{
	enum err e;

	*followed = *blocked = 0;
	e = db_number(db, &follow_target, ARGS(uri, account_id), followed);
	if (!e || e == ERR_NOT_FOUND)
		e = db_number(db, &block_target, ARGS(uri, account_id), blocked);
	return e == ERR_NOT_FOUND ? OK : e;
}

static const struct db_field follower_fields[] = { F_I64(follower, account_id), F_STR(follower, uri), F_STR(follower, host) };
static const struct db_map follower_map = DB_MAP_OF(follower, follower_fields);

#define FOLLOWERS                                                                           \
	"SELECT f.account_id, a.uri, a.host FROM follows f JOIN accounts a ON a.id = f.account_id" \
	" WHERE f.target_id = $1 AND NOT f.pending AND a.deleted_at = 0"
SQL(follower_elsewhere, FOLLOWERS " AND NOT f.local ORDER BY a.host LIMIT $2");
SQL(follower_on_host, FOLLOWERS " AND a.host = $3 LIMIT $2");

enum err follows_elsewhere(struct db *db, struct arena *mem, int64_t target_id, int64_t n, struct db_rows *out)
{
	return db_many(db, &follower_elsewhere, ARGS(target_id, n), &follower_map, mem, out);
}

enum err follows_on_host(struct db *db, struct arena *mem, int64_t target_id, str host, int64_t n, struct db_rows *out)
{
	return db_many(db, &follower_on_host, ARGS(target_id, n, host), &follower_map, mem, out);
}
