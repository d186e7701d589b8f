#pragma once
/* Rows of oauth_apps, oauth_codes and oauth_tokens. */
#include "db/db.h"

struct oauth_app {
	int64_t id, site_id;
	str name, website;
	str redirect_uris; /* JSON list */
	str scopes;
	str client_id, secret_hash;
	int64_t created_at, used_at;
};
enum err apps_insert(struct db *db, const struct oauth_app *a) MUST_CHECK;
enum err apps_by_id(struct db *db, struct arena *mem, int64_t id, struct oauth_app *a) MUST_CHECK;
enum err apps_by_client_id(struct db *db, struct arena *mem, str client_id, struct oauth_app *a) MUST_CHECK;

struct code_row {
	int64_t app_id, user_id, account_id;
	str redirect_uri, scopes;
	str challenge; /* STR_NONE without PKCE */
	int64_t expires_at;
};
enum err codes_insert(struct db *db, str code_hash, const struct code_row *c) MUST_CHECK;
/* Removes it: who gets it has it alone. */
enum err codes_take(struct db *db, struct arena *mem, str code_hash, struct code_row *c) MUST_CHECK;
enum err codes_delete_of(struct db *db, int64_t user_id) MUST_CHECK;
enum err codes_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

struct token_row {
	int64_t id, app_id, user_id, account_id;
	str scopes;
	int64_t created_at, used_at;
	int64_t site_id; /* of its app */
	bool disabled;   /* its user is */
	int64_t confirmed_at, approved_at; /* of its user; 0: not yet */
};
enum err tokens_insert(struct db *db, str token_hash, const struct token_row *t) MUST_CHECK;
enum err tokens_by_hash(struct db *db, struct arena *mem, str token_hash, struct token_row *t) MUST_CHECK;
enum err tokens_use(struct db *db, int64_t id, int64_t used_at) MUST_CHECK;
enum err tokens_delete(struct db *db, int64_t id) MUST_CHECK;
/* Apps that a user has allowed: struct granted, the latest used first. */
struct granted {
	int64_t app_id;
	str name, website, scopes;
	int64_t created_at, used_at;
};
enum err tokens_apps(struct db *db, struct arena *mem, int64_t user_id, struct db_rows *out) MUST_CHECK;
enum err tokens_delete_of_app(struct db *db, int64_t user_id, int64_t app) MUST_CHECK;
enum err tokens_delete_of(struct db *db, int64_t user_id) MUST_CHECK;
