/* Rows of blocks, mutes, domain_blocks and account_notes; declared in store/relations.h. */
#include "store/relations.h"

static const struct db_field block_fields[] = {
	F_I64(block, id),
	F_I64(block, account_id),
	F_I64(block, target_id),
	F_STR(block, uri),
	F_I64(block, created_at),
};
static const struct db_map block_map = DB_MAP_OF(block, block_fields);

SQL(block_insert,
    "INSERT INTO blocks (id, account_id, target_id, uri, created_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (account_id, target_id) DO NOTHING");

enum err blocks_insert(struct db *db, const struct block *b, bool *made)
{
	int64_t changed = 0;

	TRY(db_exec(db, &block_insert, ARGS(b->id, b->account_id, b->target_id, b->uri, b->created_at),
	            &changed));
	*made = changed > 0;
	return OK;
}

SQL(block_take, "DELETE FROM blocks WHERE account_id = $1 AND target_id = $2 RETURNING *");

enum err blocks_take(struct db *db, struct arena *mem, int64_t account_id, int64_t target_id, struct block *b)
{
	return db_one(db, &block_take, ARGS(account_id, target_id), &block_map, mem, b);
}

SQL(block_between,
    "SELECT COUNT(*) FROM blocks WHERE (account_id = $1 AND target_id = $2) OR (account_id = $2 AND target_id = $1)");

enum err blocks_between(struct db *db, int64_t a, int64_t b, bool *blocked)
{
	int64_t n = 0;

	TRY(db_number(db, &block_between, ARGS(a, b), &n));
	*blocked = n > 0;
	return OK;
}

SQL(mute_put,
    "INSERT INTO mutes (id, account_id, target_id, notifications, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (account_id, target_id) DO UPDATE SET notifications = excluded.notifications,"
    " expires_at = excluded.expires_at");

enum err mutes_put(struct db *db, const struct mute *m)
{
	return db_exec(db, &mute_put,
	               ARGS(m->id, m->account_id, m->target_id, m->notifications, m->expires_at,
	                    m->created_at),
	               NULL);
}

SQL(mute_delete, "DELETE FROM mutes WHERE account_id = $1 AND target_id = $2");

enum err mutes_delete(struct db *db, int64_t account_id, int64_t target_id)
{
	return db_exec(db, &mute_delete, ARGS(account_id, target_id), NULL);
}

SQL(mute_sweep,
    "DELETE FROM mutes WHERE id IN (SELECT id FROM mutes WHERE expires_at <> 0 AND expires_at < $1 LIMIT $2)");

enum err mutes_sweep(struct db *db, int64_t now, int64_t limit, int64_t *gone)
{
	return db_exec(db, &mute_sweep, ARGS(now, limit), gone);
}

SQL(domain_block_put,
    "INSERT INTO domain_blocks (id, account_id, domain) VALUES ($1, $2, $3) ON CONFLICT (account_id, domain) DO NOTHING");

enum err domain_blocks_put(struct db *db, int64_t id, int64_t account_id, str domain)
{
	return db_exec(db, &domain_block_put, ARGS(id, account_id, domain), NULL);
}

SQL(domain_block_delete, "DELETE FROM domain_blocks WHERE account_id = $1 AND domain = $2");

enum err domain_blocks_delete(struct db *db, int64_t account_id, str domain)
{
	return db_exec(db, &domain_block_delete, ARGS(account_id, domain), NULL);
}

SQL(domain_block_has, "SELECT COUNT(*) FROM domain_blocks WHERE account_id = $1 AND domain = $2");

enum err domain_blocks_has(struct db *db, int64_t account_id, str domain, bool *has)
{
	int64_t n = 0;

	TRY(db_number(db, &domain_block_has, ARGS(account_id, domain), &n));
	*has = n > 0;
	return OK;
}

SQL(note_put,
    "INSERT INTO account_notes (account_id, target_id, comment) VALUES ($1, $2, $3)"
    " ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment");

enum err account_notes_put(struct db *db, int64_t account_id, int64_t target_id, str comment)
{
	return db_exec(db, &note_put, ARGS(account_id, target_id, comment), NULL);
}

SQL(note_delete, "DELETE FROM account_notes WHERE account_id = $1 AND target_id = $2");

enum err account_notes_delete(struct db *db, int64_t account_id, int64_t target_id)
{
	return db_exec(db, &note_delete, ARGS(account_id, target_id), NULL);
}
