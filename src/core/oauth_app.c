/* Apps: registering them (Mastodon's /api/v1/apps) and telling whether one is who it says. */
#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/url.h"
#include "core/oauth.h"
#include "store/sites.h"

enum { APP_NAME_MAX = 200,
       URL_MAX = 2000,
       REDIRECTS_MAX = 20,
       CLIENT_ID_BYTES = 32,
       SECRET_BYTES = 32 };

static bool scheme_ok(str uri)
{
	static const char *const never[] = {
		"javascript",
		"data",
		"vbscript",
		"file",
		"blob",
		"about",
		"mailto",
	};
	str rest = uri, scheme;

	if (!str_cut(&rest, ':', &scheme) || !scheme.n || str_none(rest) || !rest.n)
		return false;
	for (size_t i = 0; i < scheme.n; i++) {
		char c = scheme.p[i] | 0x20;
		if (!((c >= 'a' && c <= 'z') ||
		      (i && ((scheme.p[i] >= '0' && scheme.p[i] <= '9') || strchr("+-.", scheme.p[i])))))
			return false;
	}
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (str_ieq(scheme, str_of(never[i])))
			return false;
	return true;
}

/* Nothing that breaks out of a header or a page. */
static bool plain(str uri)
{
	for (size_t i = 0; i < uri.n; i++)
		if ((unsigned char)uri.p[i] <= ' ' || (unsigned char)uri.p[i] >= 127 ||
		    strchr("\"<>\\^`{|}", uri.p[i]))
			return false;
	return uri.n && uri.n <= URL_MAX;
}

/* Absolute, no fragment. Apps have schemes of their own. */
static bool redirect_ok(str uri)
{
	return plain(uri) && str_chr(uri, '#') < 0 && scheme_ok(uri);
}

static bool website_ok(struct ctx *cx, str website)
{
	struct url u;

	return plain(website) && !url_parse(cx->mem, website, &u);
}

static enum err insert_app(struct ctx *cx, void *arg)
{
	return apps_insert(cx->db, arg);
}

static enum err check_app(struct ctx *cx, const struct app_in *in)
{
	if (!str_trim(in->name).n || in->name.n > APP_NAME_MAX || !str_utf8(in->name))
		return fail(cx, ERR_INVALID, "Validation failed: Application name can't be blank");
	if (!in->redirect_uris.n || in->redirect_uris.n > REDIRECTS_MAX)
		return fail(cx, ERR_INVALID, "Validation failed: Redirect URI can't be blank");
	for (size_t i = 0; i < in->redirect_uris.n; i++)
		if (!redirect_ok(in->redirect_uris.v[i]))
			return fail(cx, ERR_INVALID,
			            "Validation failed: Redirect URI must be an absolute URI.");
	if (in->website.n && !website_ok(cx, in->website))
		return fail(cx, ERR_INVALID, "Validation failed: Website is not a valid URL");
	if (in->scopes.n > 2000 || !scopes_known(in->scopes))
		return fail(cx, ERR_INVALID,
		            "Validation failed: Scopes doesn't match configured on the server.");
	return OK;
}

enum err app_create(struct ctx *cx, const struct app_in *in, struct oauth_app *made, str *secret)
{
	struct oauth_app a = {
		.id = id_new(),
		.name = str_trim(in->name),
		.website = in->website.n ? in->website : STR_NONE,
	};

	BUG_IF(!cx->site);
	TRY(check_app(cx, in));
	a.site_id = cx->site->id;
	a.redirect_uris = db_text_list(cx->mem, in->redirect_uris);
	a.scopes = str_or(str_trim(in->scopes), S("read"));
	a.client_id = codec_token(cx->mem, CLIENT_ID_BYTES);
	*secret = codec_token(cx->mem, SECRET_BYTES);
	a.secret_hash = codec_token_hash(cx->mem, *secret);
	a.created_at = a.used_at = cx->now;
	TRY(write_tx(cx, insert_app, &a));
	*made = a;
	return OK;
}

enum err app_by_client_id(struct ctx *cx, str client_id, struct oauth_app *app)
{
	struct oauth_app a;

	if (!cx->site || !client_id.n || client_id.n > 200)
		return ERR_NOT_FOUND;
	TRY(apps_by_client_id(cx->db, cx->mem, client_id, &a));
	if (a.site_id != cx->site->id)
		return ERR_NOT_FOUND;
	*app = a;
	return OK;
}

enum err app_by_id(struct ctx *cx, int64_t id, struct oauth_app *app)
{
	return apps_by_id(cx->db, cx->mem, id, app);
}

enum err app_check(struct ctx *cx, str client_id, str secret, struct oauth_app *app)
{
	struct oauth_app a = { 0 };
	enum err e = app_by_client_id(cx, client_id, &a);
	str hash = codec_token_hash(cx->mem, secret);
	bool same;

	if (e && e != ERR_NOT_FOUND)
		return e;
	same = codec_same(hash,
	                  e ? S("0000000000000000000000000000000000000000000000000000000000000000") : a.secret_hash);
	if (e || !same)
		return ERR_DENIED;
	*app = a;
	return OK;
}

bool app_redirect_ok(const struct oauth_app *app, struct arena *mem, str redirect_uri)
{
	json_t *list JR_SCOPE = NULL;

	(void)mem;
	if (!redirect_uri.n || jr_parse(app->redirect_uris, &list))
		return false;
	for (size_t i = 0; i < jr_len(list); i++)
		if (str_eq(jr_text(jr_at(list, i)), redirect_uri))
			return true;
	return false;
}
