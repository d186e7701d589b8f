#include "store/oauth.h"

static const struct db_field app_fields[] = {
	F_I64(oauth_app, id),
	F_I64(oauth_app, site_id),
	F_STR(oauth_app, name),
	F_STR(oauth_app, website),
	F_STR(oauth_app, redirect_uris),
	F_STR(oauth_app, scopes),
	F_STR(oauth_app, client_id),
	F_STR(oauth_app, secret_hash),
	F_I64(oauth_app, created_at),
	F_I64(oauth_app, used_at),
};
static const struct db_map app_map = DB_MAP_OF(oauth_app, app_fields);

SQL(app_insert,
    "INSERT INTO oauth_apps (id, site_id, name, website, redirect_uris, scopes, client_id, secret_hash, created_at,"
    " used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");

enum err apps_insert(struct db *db, const struct oauth_app *a)
{
	return db_exec(db, &app_insert,
	               ARGS(a->id, a->site_id, a->name, a->website, a->redirect_uris, a->scopes, a->client_id,
	                    a->secret_hash, a->created_at, a->used_at),
	               NULL);
}

SQL(app_id, "SELECT * FROM oauth_apps WHERE id = $1");

enum err apps_by_id(struct db *db, struct arena *mem, int64_t id, struct oauth_app *a)
{
	return db_one(db, &app_id, ARGS(id), &app_map, mem, a);
}

SQL(app_client, "SELECT * FROM oauth_apps WHERE client_id = $1");

enum err apps_by_client_id(struct db *db, struct arena *mem, str client_id, struct oauth_app *a)
{
	return db_one(db, &app_client, ARGS(client_id), &app_map, mem, a);
}

static const struct db_field code_fields[] = {
	F_I64(code_row, app_id),
	F_I64(code_row, user_id),
	F_I64(code_row, account_id),
	F_STR(code_row, redirect_uri),
	F_STR(code_row, scopes),
	F_STR(code_row, challenge),
	F_I64(code_row, expires_at),
};
static const struct db_map code_map = DB_MAP_OF(code_row, code_fields);

SQL(code_insert,
    "INSERT INTO oauth_codes (code_hash, app_id, user_id, account_id, redirect_uri, scopes, challenge, expires_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

enum err codes_insert(struct db *db, str code_hash, const struct code_row *c)
{
	return db_exec(db, &code_insert,
	               ARGS(code_hash, c->app_id, c->user_id, c->account_id, c->redirect_uri, c->scopes,
	                    c->challenge,
	                    c->expires_at),
	               NULL);
}

SQL(code_take,
    "DELETE FROM oauth_codes WHERE code_hash = $1"
    " RETURNING app_id, user_id, account_id, redirect_uri, scopes, challenge, expires_at");

enum err codes_take(struct db *db, struct arena *mem, str code_hash, struct code_row *c)
{
	return db_one(db, &code_take, ARGS(code_hash), &code_map, mem, c);
}

SQL(code_delete_of, "DELETE FROM oauth_codes WHERE user_id = $1");

enum err codes_delete_of(struct db *db, int64_t user_id)
{
	return db_exec(db, &code_delete_of, ARGS(user_id), NULL);
}

SQL(code_sweep,
    "DELETE FROM oauth_codes WHERE code_hash IN (SELECT code_hash FROM oauth_codes WHERE expires_at < $1 LIMIT $2)");

enum err codes_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &code_sweep, ARGS(before, limit), gone);
}

static const struct db_field token_fields[] = {
	F_I64(token_row, id),
	F_I64(token_row, app_id),
	F_I64(token_row, user_id),
	F_I64(token_row, account_id),
	F_STR(token_row, scopes),
	F_I64(token_row, created_at),
	F_I64(token_row, used_at),
	F_I64(token_row, site_id),
	F_BOOL(token_row, disabled),
	F_I64(token_row, confirmed_at),
	F_I64(token_row, approved_at),
};
static const struct db_map token_map = DB_MAP_OF(token_row, token_fields);

SQL(token_insert,
    "INSERT INTO oauth_tokens (id, token_hash, app_id, user_id, account_id, scopes, created_at, used_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

enum err tokens_insert(struct db *db, str token_hash, const struct token_row *t)
{
	return db_exec(db, &token_insert,
	               ARGS(t->id, token_hash, t->app_id, DB_ID(t->user_id), DB_ID(t->account_id), t->scopes,
	                    t->created_at, t->used_at),
	               NULL);
}

SQL(token_hash,
    "SELECT t.id, t.app_id, t.user_id, t.account_id, t.scopes, t.created_at, t.used_at, p.site_id, u.disabled,"
    " u.confirmed_at, u.approved_at FROM oauth_tokens t JOIN oauth_apps p ON p.id = t.app_id"
    " LEFT JOIN users u ON u.id = t.user_id WHERE t.token_hash = $1");

enum err tokens_by_hash(struct db *db, struct arena *mem, str hash, struct token_row *t)
{
	return db_one(db, &token_hash, ARGS(hash), &token_map, mem, t);
}

SQL(token_use_at, "UPDATE oauth_tokens SET used_at = $2 WHERE id = $1");

enum err tokens_use(struct db *db, int64_t id, int64_t used_at)
{
	return db_exec(db, &token_use_at, ARGS(id, used_at), NULL);
}

SQL(token_delete, "DELETE FROM oauth_tokens WHERE id = $1");

enum err tokens_delete(struct db *db, int64_t id)
{
	return db_exec(db, &token_delete, ARGS(id), NULL);
}

SQL(token_delete_of, "DELETE FROM oauth_tokens WHERE user_id = $1");

enum err tokens_delete_of(struct db *db, int64_t user_id)
{
	return db_exec(db, &token_delete_of, ARGS(user_id), NULL);
}

static const struct db_field granted_fields[] = {
	F_I64(granted, app_id),
	F_STR(granted, name),
	F_STR(granted, website),
	F_STR(granted, scopes),
	F_I64(granted, created_at),
	F_I64(granted, used_at),
};
static const struct db_map granted_map = DB_MAP_OF(granted, granted_fields);

SQL(token_apps,
    "SELECT p.id AS app_id, p.name, p.website, p.scopes, MIN(t.created_at) AS created_at, MAX(t.used_at) AS used_at"
    " FROM oauth_tokens t JOIN oauth_apps p ON p.id = t.app_id WHERE t.user_id = $1"
    " GROUP BY p.id, p.name, p.website, p.scopes ORDER BY used_at DESC, app_id DESC LIMIT 200");
SQL(token_delete_app, "DELETE FROM oauth_tokens WHERE user_id = $1 AND app_id = $2");

enum err tokens_apps(struct db *db, struct arena *mem, int64_t user_id, struct db_rows *out)
{
	return db_many(db, &token_apps, ARGS(user_id), &granted_map, mem, out);
}

enum err tokens_delete_of_app(struct db *db, int64_t user_id, int64_t app)
{
	return db_exec(db, &token_delete_app, ARGS(user_id, app), NULL);
}
