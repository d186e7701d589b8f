#pragma once
/* OAuth 2: apps, codes, tokens, scopes (RFC 6749, 7636, 7009, 8414; Mastodon's /api/v1/apps). */
#include "core/ctx.h"
#include "store/oauth.h"

struct app_in {
	str name, website, scopes;
	struct strs redirect_uris;
};
/* ERR_INVALID: no name, no or bad redirect URI (javascript: data: vbscript: file:, over 2,000 bytes), unknown scopes. */
enum err app_create(struct ctx *cx, const struct app_in *in, struct oauth_app *made, str *secret) MUST_CHECK;
/* On cx->site. ERR_NOT_FOUND. */
enum err app_by_client_id(struct ctx *cx, str client_id, struct oauth_app *app) MUST_CHECK;
enum err app_by_id(struct ctx *cx, int64_t id, struct oauth_app *app) MUST_CHECK;
/* Both right, in the same time whatever is wrong; else ERR_DENIED. */
enum err app_check(struct ctx *cx, str client_id, str secret, struct oauth_app *app) MUST_CHECK;
bool app_redirect_ok(const struct oauth_app *app, struct arena *mem, str redirect_uri); /* exact match */

/* All there are; NULL ends the list. */
extern const char *const scopes_all[];
/* Every scope in `scopes` (separated by spaces or +) is known. */
bool scopes_known(str scopes);
/* wanted is covered by held: "read" covers "read:statuses"; "follow" covers follows, blocks, mutes. */
bool scope_covers(str held, str wanted);
/* Each of wanted is covered by held. */
bool scopes_within(str wanted, str held);

struct code_in {
	int64_t app_id, user_id, account_id;
	str redirect_uri, scopes;
	str challenge; /* S256; STR_NONE without PKCE */
};
/* Single use, 10 minutes. */
enum err code_make(struct ctx *cx, const struct code_in *in, str *code) MUST_CHECK;

struct token {
	str secret; /* only when made */
	int64_t id, app_id, user_id, account_id;
	str scopes;
	int64_t created_at;
};
/* ERR_INVALID (invalid_grant) for anything wrong: code, app, redirect URI, verifier. A code redeems once. */
enum err code_redeem(struct ctx *cx, const struct oauth_app *app, str code, str redirect_uri, str verifier,
                     struct token *made) MUST_CHECK;
/* user_id 0: the app's own token. */
enum err token_make(struct ctx *cx, int64_t app_id, int64_t user_id, int64_t account_id, str scopes,
                    struct token *made) MUST_CHECK;
/* Fills cx->me, user_id, token_id, app_id, scopes. ERR_DENIED for tokens that are unknown, revoked, of another site, or of a
 * disabled user. Cheap: remembered in app->tokens (if there is one) until the next commit, a second at most. */
enum err token_use(struct ctx *cx, str secret) MUST_CHECK;
/* OK also for unknown ones; ERR_DENIED if it belongs to another app. */
enum err token_revoke(struct ctx *cx, const struct oauth_app *app, str secret) MUST_CHECK;

/* What a token of that app is good for (RFC 7662). ERR_NOT_FOUND: nothing. */
enum err token_look(struct ctx *cx, const struct oauth_app *app, str secret, struct token *t) MUST_CHECK;
/* Apps that the user has allowed: struct granted. Revoking one ends all its tokens of the user. */
enum err token_apps(struct ctx *cx, int64_t user_id, struct db_rows *apps) MUST_CHECK;
enum err token_revoke_app(struct ctx *cx, int64_t user_id, int64_t app_id) MUST_CHECK;

/* For app->tokens. */
struct token_cache *token_cache_new(void);
void token_cache_free(struct token_cache *c);
