#include "store/links.h"

static const struct db_field link_fields[] = {
	F_I64(user_link, user_id),
	F_STR(user_link, kind),
	F_STR(user_link, email),
	F_I64(user_link, expires_at),
};
static const struct db_map link_map = DB_MAP_OF(user_link, link_fields);

SQL(link_clear, "DELETE FROM user_links WHERE user_id = $1 AND kind = $2");
SQL(link_put, "INSERT INTO user_links (hash, user_id, kind, email, expires_at) VALUES ($1, $2, $3, $4, $5)");

enum err links_delete_of(struct db *db, int64_t user_id, str kind)
{
	return db_exec(db, &link_clear, ARGS(user_id, kind), NULL);
}

enum err links_put(struct db *db, str hash, const struct user_link *l)
{
	TRY(links_delete_of(db, l->user_id, l->kind));
	return db_exec(db, &link_put, ARGS(hash, l->user_id, l->kind, l->email, l->expires_at), NULL);
}

SQL(link_get, "SELECT user_id, kind, email, expires_at FROM user_links WHERE hash = $1 AND kind = $2 AND expires_at > $3");

enum err links_get(struct db *db, struct arena *mem, str hash, str kind, int64_t now, struct user_link *l)
{
	return db_one(db, &link_get, ARGS(hash, kind, now), &link_map, mem, l);
}

SQL(link_sweep, "DELETE FROM user_links WHERE hash IN (SELECT hash FROM user_links WHERE expires_at < $1 LIMIT $2)");

enum err links_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &link_sweep, ARGS(before, limit), gone);
}

SQL(recovery_add, "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(recovery_use, "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2");
SQL(recovery_none, "DELETE FROM recovery_codes WHERE user_id = $1");
SQL(recovery_count, "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1");

enum err recovery_put(struct db *db, int64_t user_id, str hash)
{
	return db_exec(db, &recovery_add, ARGS(user_id, hash), NULL);
}

enum err recovery_take(struct db *db, int64_t user_id, str hash, bool *was)
{
	int64_t n = 0;

	TRY(db_exec(db, &recovery_use, ARGS(user_id, hash), &n));
	*was = n > 0;
	return OK;
}

enum err recovery_clear(struct db *db, int64_t user_id)
{
	return db_exec(db, &recovery_none, ARGS(user_id), NULL);
}

enum err recovery_left(struct db *db, int64_t user_id, int64_t *n)
{
	return db_number(db, &recovery_count, ARGS(user_id), n);
}

static const struct db_field invite_fields[] = {
	F_I64(invite, id),
	F_I64(invite, site_id),
	F_STR(invite, code),
	F_I64(invite, account_id),
	F_I64(invite, uses),
	F_I64(invite, most),
	F_I64(invite, expires_at),
	F_I64(invite, created_at),
};
static const struct db_map invite_map = DB_MAP_OF(invite, invite_fields);

SQL(invite_put,
    "INSERT INTO invites (id, site_id, code, account_id, uses, most, expires_at, created_at)"
    " VALUES ($1, $2, $3, $4, 0, $5, $6, $7)");

enum err invites_insert(struct db *db, const struct invite *i)
{
	return db_exec(db, &invite_put,
	               ARGS(i->id, i->site_id, i->code, DB_ID(i->account_id), i->most, i->expires_at, i->created_at), NULL);
}

SQL(invite_get, "SELECT * FROM invites WHERE site_id = $1 AND code = $2");

enum err invites_by_code(struct db *db, struct arena *mem, int64_t site_id, str code, struct invite *i)
{
	return db_one(db, &invite_get, ARGS(site_id, code), &invite_map, mem, i);
}

SQL(invite_use,
    "UPDATE invites SET uses = uses + 1 WHERE id = $1 AND (most = 0 OR uses < most) AND (expires_at = 0 OR expires_at > $2)");

enum err invites_use(struct db *db, int64_t id, int64_t now, bool *fits)
{
	int64_t n = 0;

	TRY(db_exec(db, &invite_use, ARGS(id, now), &n));
	*fits = n > 0;
	return OK;
}

SQL(invite_list, "SELECT * FROM invites WHERE site_id = $1 ORDER BY id DESC LIMIT 500");

enum err invites_list(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out)
{
	return db_many(db, &invite_list, ARGS(site_id), &invite_map, mem, out);
}

SQL(invite_drop, "DELETE FROM invites WHERE site_id = $1 AND code = $2");

enum err invites_delete(struct db *db, int64_t site_id, str code, bool *was)
{
	int64_t n = 0;

	TRY(db_exec(db, &invite_drop, ARGS(site_id, code), &n));
	*was = n > 0;
	return OK;
}
