#include "store/moves.h"

#include "store/relations.h"

SQL(move_at, "SELECT at FROM moves WHERE account_id = $1");
SQL(move_put,
    "INSERT INTO moves (account_id, at) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET at = excluded.at");
SQL(move_sweep, "DELETE FROM moves WHERE account_id IN (SELECT account_id FROM moves WHERE at < $1 LIMIT $2)");
SQL(move_redirect, "UPDATE accounts SET moved_to_uri = $2, updated_at = $3 WHERE id = $1");
SQL(move_aliases, "UPDATE accounts SET also_known_as = $2, updated_at = $3 WHERE id = $1");

enum err moves_at(struct db *db, int64_t account_id, int64_t *at)
{
	enum err e = db_number(db, &move_at, ARGS(account_id), at);

	if (e == ERR_NOT_FOUND)
		*at = 0;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err moves_put(struct db *db, int64_t account_id, int64_t at)
{
	return db_exec(db, &move_put, ARGS(account_id, at), NULL);
}

enum err moves_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &move_sweep, ARGS(before, limit), gone);
}

enum err moves_redirect(struct db *db, int64_t account_id, str uri, int64_t at)
{
	return db_exec(db, &move_redirect, ARGS(account_id, uri, at), NULL);
}

enum err moves_set_aliases(struct db *db, int64_t account_id, str aliases, int64_t at)
{
	return db_exec(db, &move_aliases, ARGS(account_id, aliases, at), NULL);
}

static const struct db_field follower_fields[] = {
	F_I64(follow, id),
	F_I64(follow, account_id),
	F_BOOL(follow, show_reblogs),
	F_BOOL(follow, notify),
	F_STR(follow, languages),
};
static const struct db_map follower_map = DB_MAP_OF(follow, follower_fields);

SQL(move_followers,
    "SELECT id, account_id, show_reblogs, notify, languages FROM follows"
    " WHERE target_id = $1 AND local AND NOT pending AND id > $2 ORDER BY id LIMIT $3");

enum err moves_followers(struct db *db, struct arena *mem, int64_t account_id, int64_t after, int64_t n,
                         struct db_rows *out)
{
	return db_many(db, &move_followers, ARGS(account_id, after, n), &follower_map, mem, out);
}

static const struct db_field carried_fields[] = {
	F_I64(carried, account_id),
	F_BOOL(carried, blocks),
	F_BOOL(carried, mutes),
	F_BOOL(carried, notifications),
	F_I64(carried, mute_expires_at),
	F_BOOL(carried, follows_new),
	F_BOOL(carried, blocks_new),
	F_BOOL(carried, mutes_new),
	F_STR(carried, note),
	F_STR(carried, note_new),
};
static const struct db_map carried_map = DB_MAP_OF(carried, carried_fields);

SQL(move_carried,
    "SELECT a.id AS account_id, b.id IS NOT NULL AS blocks, m.id IS NOT NULL AS mutes,"
    " m.id IS NOT NULL AND m.notifications AS notifications, COALESCE(m.expires_at, 0) AS mute_expires_at,"
    " f.id IS NOT NULL AS follows_new, c.id IS NOT NULL AS blocks_new, k.id IS NOT NULL AS mutes_new,"
    " n.comment AS note, o.comment AS note_new"
    " FROM (SELECT account_id FROM blocks WHERE target_id = $1 UNION SELECT account_id FROM mutes WHERE target_id = $1"
    " UNION SELECT account_id FROM account_notes WHERE target_id = $1) x"
    " JOIN accounts a ON a.id = x.account_id AND a.site_id IS NOT NULL AND a.deleted_at = 0"
    " LEFT JOIN blocks b ON b.account_id = a.id AND b.target_id = $1"
    " LEFT JOIN mutes m ON m.account_id = a.id AND m.target_id = $1 AND (m.expires_at = 0 OR m.expires_at > $4)"
    " LEFT JOIN account_notes n ON n.account_id = a.id AND n.target_id = $1"
    " LEFT JOIN follows f ON f.account_id = a.id AND f.target_id = $2"
    " LEFT JOIN blocks c ON c.account_id = a.id AND c.target_id = $2"
    " LEFT JOIN mutes k ON k.account_id = a.id AND k.target_id = $2"
    " LEFT JOIN account_notes o ON o.account_id = a.id AND o.target_id = $2"
    " WHERE a.id > $3 AND a.id <> $2 ORDER BY a.id LIMIT $5");

enum err moves_carried(struct db *db, struct arena *mem, int64_t from, int64_t to, int64_t after, int64_t now, int64_t n,
                       struct db_rows *out)
{
	return db_many(db, &move_carried, ARGS(from, to, after, now, n), &carried_map, mem, out);
}
