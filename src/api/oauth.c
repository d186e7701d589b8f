/* OAuth 2 for apps: RFC 6749 token endpoint, RFC 7009 revocation, RFC 8414 metadata, Mastodon's /api/v1/apps.
 * The pages where people log in and consent are web's. */
#include "core/oauth.h"

#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"

struct app_form {
	struct app_in in;
};
static const struct param app_params[] = {
	P(app_form, in.name, P_STR, "client_name", 1000),
	P(app_form, in.website, P_STR, "website", 2000),
	P(app_form, in.scopes, P_STR, "scopes", 1000),
	P(app_form, in.redirect_uris, P_STRS, "redirect_uris", 20),
};

/* One string with several lines, or a list. */
static struct strs lines(struct arena *mem, struct strs given)
{
	str rest, line;
	struct strs out = { NEWS(mem, str, 20), 0 };

	for (size_t i = 0; i < given.n; i++) {
		rest = given.v[i];
		while (str_cut(&rest, '\n', &line) && out.n < 20) {
			line = str_trim(line);
			if (line.n)
				out.v[out.n++] = line;
		}
	}
	return out;
}

enum err api_app_create(struct request *rq, struct reply *rp)
{
	struct app_form form = { 0 };
	struct oauth_app app;
	struct jw *w;
	str secret, vapid;

	TRY(PARAMS(rq, app_params, &form));
	form.in.redirect_uris = lines(rq->cx->mem, form.in.redirect_uris);
	form.in.scopes = str_or(form.in.scopes, S("read"));
	TRY(api_throttle(rq, rp, "apps", 30, 10 * MINUTE));
	TRY(push_public_key(rq->cx, &vapid));
	TRY(app_create(rq->cx, &form.in, &app, &secret));
	w = reply_json(rp);
	jw_obj(w, NULL);
	entity_app(w, &app, vapid);
	jw_str(w, "client_id", app.client_id);
	jw_str(w, "client_secret", secret);
	jw_int(w, "client_secret_expires_at", 0);
	jw_end(w);
	return OK;
}

enum err api_app_verify(struct request *rq, struct reply *rp)
{
	struct oauth_app app;
	struct jw *w;
	str vapid;

	TRY(push_public_key(rq->cx, &vapid));
	TRY(app_by_id(rq->cx, rq->cx->app_id, &app));
	w = reply_json(rp);
	jw_obj(w, NULL);
	entity_app(w, &app, vapid);
	jw_end(w);
	return OK;
}

/* Token endpoint */

struct token_in {
	str grant_type, code, client_id, client_secret, redirect_uri, verifier, scope, token;
};
static const struct param token_params[] = {
	P(token_in, grant_type, P_STR, "grant_type", 100),
	P(token_in, code, P_STR, "code", 500),
	P(token_in, client_id, P_STR, "client_id", 500),
	P(token_in, client_secret, P_STR, "client_secret", 500),
	P(token_in, redirect_uri, P_STR, "redirect_uri", 4000),
	P(token_in, verifier, P_STR, "code_verifier", 500),
	P(token_in, scope, P_STR, "scope", 1000),
	P(token_in, token, P_STR, "token", 500),
};

/* RFC 6749 5.2 */
static enum err oauth_error(struct reply *rp, int status, const char *code, const char *text)
{
	struct jw *w = reply_json(rp);

	rp->status = status;
	jw_obj(w, NULL);
	jw_lit(w, "error", code);
	jw_lit(w, "error_description", text);
	jw_end(w);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

static enum err invalid_client(struct reply *rp)
{
	return oauth_error(rp, 401, "invalid_client",
	                   "Client authentication failed due to unknown client, no client authentication included, "
	                   "or unsupported authentication method.");
}

/* RFC 6749 2.3.1: the Basic header, instead of the body. */
static void basic_auth(struct request *rq, struct token_in *in)
{
	str header = rq_header(rq, "Authorization"), plain, id;

	if (str_none(header) || !str_istarts(header, S("Basic ")))
		return;
	plain = codec_unbase64(rq->cx->mem, str_trim(str_from(header, 6)));
	if (str_none(plain) || !str_cut(&plain, ':', &id) || str_none(plain))
		return;
	in->client_id = codec_unpct(rq->cx->mem, id, true);
	in->client_secret = codec_unpct(rq->cx->mem, plain, true);
}

static void write_token(struct reply *rp, const struct token *t)
{
	struct jw *w = reply_json(rp);

	jw_obj(w, NULL);
	jw_str(w, "access_token", t->secret);
	jw_lit(w, "token_type", "Bearer");
	jw_str(w, "scope", t->scopes);
	jw_int(w, "created_at", t->created_at / 1000);
	jw_end(w);
	reply_header(rp, "Cache-Control", S("no-store"));
}

static enum err by_code(struct reply *rp, const struct oauth_app *app, const struct token_in *in)
{
	struct token made;
	enum err e = code_redeem(rp->rq->cx, app, in->code, in->redirect_uri, in->verifier, &made);

	if (e == ERR_INVALID || e == ERR_NOT_FOUND || e == ERR_DENIED)
		return oauth_error(rp, 400, "invalid_grant",
		                   "The provided authorization grant is invalid, expired, revoked, does not match the "
		                   "redirection URI used in the authorization request, or was issued to another client.");
	TRY(e);
	write_token(rp, &made);
	return OK;
}

static enum err by_credentials(struct reply *rp, const struct oauth_app *app, const struct token_in *in)
{
	str scope = str_or(in->scope, S("read"));
	struct token made;

	if (!scopes_known(scope) || !scopes_within(scope, app->scopes))
		return oauth_error(rp, 400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.");
	TRY(token_make(rp->rq->cx, app->id, 0, 0, scope, &made));
	write_token(rp, &made);
	return OK;
}

/* A secret in the query string ends in logs (OAUTH-11), so it does not count. */
static bool in_query(const struct request *rq)
{
	return str_find(rq->query, S("client_secret=")) >= 0;
}

enum err oauth_token(struct request *rq, struct reply *rp)
{
	struct token_in in = { 0 };
	struct oauth_app app;
	enum err e;

	TRY(PARAMS(rq, token_params, &in));
	basic_auth(rq, &in);
	e = in_query(rq) ? ERR_DENIED : app_check(rq->cx, in.client_id, in.client_secret, &app);
	if (e == ERR_DENIED || e == ERR_NOT_FOUND)
		return invalid_client(rp);
	TRY(e);
	if (str_eq(in.grant_type, S("authorization_code")))
		return by_code(rp, &app, &in);
	if (str_eq(in.grant_type, S("client_credentials")))
		return by_credentials(rp, &app, &in);
	return oauth_error(rp, 400, "unsupported_grant_type",
	                   "The authorization grant type is not supported by the authorization server.");
}

enum err oauth_revoke(struct request *rq, struct reply *rp)
{
	struct token_in in = { 0 };
	struct oauth_app app;
	enum err e;

	TRY(PARAMS(rq, token_params, &in));
	basic_auth(rq, &in);
	e = app_check(rq->cx, in.client_id, in.client_secret, &app);
	if (e == ERR_DENIED || e == ERR_NOT_FOUND)
		return oauth_error(rp, 403, "unauthorized_client", "You are not authorized to revoke this token");
	TRY(e);
	e = token_revoke(rq->cx, &app, str_or(in.token, S("")));
	if (e == ERR_DENIED)
		return oauth_error(rp, 403, "unauthorized_client", "You are not authorized to revoke this token");
	TRY(e);
	reply_empty(rp);
	return OK;
}

/* RFC 7662: an app asks of its own tokens only. */
enum err oauth_introspect(struct request *rq, struct reply *rp)
{
	struct token_in in = { 0 };
	struct oauth_app app;
	struct token t;
	struct jw *w;
	enum err e;

	TRY(PARAMS(rq, token_params, &in));
	basic_auth(rq, &in);
	e = app_check(rq->cx, in.client_id, in.client_secret, &app);
	if (e == ERR_DENIED || e == ERR_NOT_FOUND)
		return invalid_client(rp);
	TRY(e);
	e = token_look(rq->cx, &app, str_or(in.token, S("")), &t);
	if (e && e != ERR_NOT_FOUND)
		return e;
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_bool(w, "active", !e);
	if (!e) {
		jw_str(w, "scope", t.scopes);
		jw_str(w, "client_id", app.client_id);
		jw_lit(w, "token_type", "Bearer");
		jw_int(w, "iat", t.created_at / 1000);
	}
	jw_end(w);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

/* Doorkeeper's: of the token that asks. */
enum err oauth_token_info(struct request *rq, struct reply *rp)
{
	struct oauth_app app;
	str scopes = rq->cx->scopes, one;
	struct jw *w;

	TRY(app_by_id(rq->cx, rq->cx->app_id, &app));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_id(w, "resource_owner_id", rq->cx->user_id);
	jw_arr(w, "scope");
	while (str_cut(&scopes, ' ', &one))
		jw_str(w, NULL, one);
	jw_end(w);
	jw_null(w, "expires_in");
	jw_obj(w, "application");
	jw_str(w, "uid", app.client_id);
	jw_end(w);
	jw_end(w);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err oauth_userinfo(struct request *rq, struct reply *rp)
{
	struct account_view v;
	struct jw *w;

	TRY(account_view(rq->cx, rq->cx->me->id, &v));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_str(w, "iss", str_cat(rq->cx->mem, rq_base(rq), S("/")));
	jw_str(w, "sub", v.a.uri);
	jw_str(w, "name", str_or(v.a.display_name, v.a.username));
	jw_str(w, "preferred_username", v.a.username);
	jw_str(w, "profile", v.url);
	jw_str(w, "picture", v.avatar);
	jw_end(w);
	return OK;
}

static void words(struct jw *w, const char *key, const char *list)
{
	str rest = str_of(list), one;

	jw_arr(w, key);
	while (str_cut(&rest, ' ', &one))
		jw_str(w, NULL, one);
	jw_end(w);
}

enum err oauth_metadata(struct request *rq, struct reply *rp)
{
	static const char *const endpoints[][2] = {
		{ "authorization_endpoint", "/oauth/authorize" },
		{ "token_endpoint", "/oauth/token" },
		{ "revocation_endpoint", "/oauth/revoke" },
		{ "userinfo_endpoint", "/oauth/userinfo" },
		{ "introspection_endpoint", "/oauth/introspect" },
		{ "app_registration_endpoint", "/api/v1/apps" },
	};
	struct jw *w = reply_json(rp);

	jw_obj(w, NULL);
	jw_str(w, "issuer", str_cat(rq->cx->mem, rq_base(rq), S("/")));
	jw_lit(w, "service_documentation", "https://docs.joinmastodon.org/");
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		jw_str(w, endpoints[i][0], str_cat(rq->cx->mem, rq_base(rq), str_of(endpoints[i][1])));
	jw_arr(w, "scopes_supported");
	for (const char *const *scope = scopes_all; *scope; scope++)
		jw_lit(w, NULL, *scope);
	jw_end(w);
	words(w, "response_types_supported", "code");
	words(w, "response_modes_supported", "query");
	words(w, "grant_types_supported", "authorization_code client_credentials");
	words(w, "token_endpoint_auth_methods_supported", "client_secret_basic client_secret_post");
	words(w, "code_challenge_methods_supported", "S256");
	jw_end(w);
	return OK;
}
