/* The pages of OAuth 2: log in, consent, and the code shown for copying (RFC 6749 4.1, RFC 7636 S256, out of band as
 * Mastodon has it). Until client and redirect URI are known to belong together nothing is ever redirected. */
#include "base/codec.h"
#include "base/url.h"
#include "core/account.h"
#include "core/oauth.h"
#include "core/site.h"
#include "web/html.h"
#include "web/web.h"

static const str oob = { "urn:ietf:wg:oauth:2.0:oob", 25 };

struct ask {
	str response_type, client_id, redirect_uri, scope, state, challenge, challenge_method;
	bool force_login;
	/* checked: */
	struct oauth_app app;
};
static const struct param ask_params[] = {
	P(ask, response_type, P_STR, "response_type", 100),
	P(ask, client_id, P_STR, "client_id", 500),
	P(ask, redirect_uri, P_STR, "redirect_uri", 4000),
	P(ask, scope, P_STR, "scope", 1000),
	P(ask, state, P_STR, "state", 4096),
	P(ask, challenge, P_STR, "code_challenge", 200),
	P(ask, challenge_method, P_STR, "code_challenge_method", 20),
	P(ask, force_login, P_BOOL, "force_login", 0),
};

static bool challenge_ok(const struct ask *a)
{
	if (!a->challenge.n)
		return !a->challenge_method.n;
	return str_eq(a->challenge_method, S("S256")) && a->challenge.n == 43;
}

/* NULL: all is well; else what to tell the person. */
static const char *wrong_with(struct ctx *cx, struct ask *a, enum err *e)
{
	*e = app_by_client_id(cx, str_or(a->client_id, S("")), &a->app);
	if (*e == ERR_NOT_FOUND)
		return "The app that sent you here is not known to this server";
	if (*e)
		return NULL;
	if (!app_redirect_ok(&a->app, cx->mem, str_or(a->redirect_uri, S(""))))
		return "The app asked to send you to an address that it has not registered";
	if (!str_eq(a->response_type, S("code")))
		return "The app asked for something this server does not do (response_type)";
	if (!challenge_ok(a))
		return "The app asked for something this server does not do (code_challenge_method)";
	a->scope = str_or(a->scope, S("read"));
	if (!scopes_known(a->scope) || !scopes_within(a->scope, a->app.scopes))
		return "The app asked for permissions that it has not registered";
	return NULL;
}

static enum err read_ask(struct request *rq, struct reply *rp, struct ask *a, bool *bad)
{
	const char *why;
	enum err e = PARAMS(rq, ask_params, a);

	*bad = true;
	if (e == ERR_INVALID)
		return web_problem(rq, rp, 400, "That request could not be understood");
	TRY(e);
	why = wrong_with(rq->cx, a, &e);
	TRY(e == ERR_NOT_FOUND ? OK : e);
	if (why)
		return web_problem(rq, rp, 400, why);
	*bad = false;
	return OK;
}

/* Where forms may lead: the origin of http(s) addresses, else the scheme. */
static str where_to(struct ctx *cx, str redirect_uri)
{
	struct url u;
	long colon;

	if (str_eq(redirect_uri, oob))
		return STR_NONE;
	if (!url_parse(cx->mem, redirect_uri, &u))
		return u.origin;
	colon = str_chr(redirect_uri, ':');
	return colon > 0 ? str_to(redirect_uri, (size_t)colon + 1) : STR_NONE;
}

static void hidden(struct buf *b, const char *name, str value)
{
	if (value.n)
		HTML(b, "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", str_of(name), value);
}

static void say_scopes(struct buf *b, str scopes)
{
	static const struct {
		const char *prefix, *text;
	} meanings[] = {
		{ "read", "read what you can read" },
		{ "write", "post, follow and change things as you" },
		{ "follow", "change whom you follow, block and mute" },
		{ "push", "receive your notifications" },
		{ "profile", "see who you are" },
		{ "admin", "administrate this server" },
	};
	str one;

	HTML(b, "<ul>\n");
	while (str_cut(&scopes, ' ', &one))
		for (size_t i = 0; one.n && i < sizeof(meanings) / sizeof(meanings[0]); i++)
			if (str_starts(one, str_of(meanings[i].prefix)))
				HTML(b, "<li>{} <span class=\"meta\">{}</span></li>\n", str_of(meanings[i].text), one);
	HTML(b, "</ul>\n");
}

static enum err consent_page(struct request *rq, struct reply *rp, const struct ask *a, const struct session *s)
{
	struct page_html p = html_page(rq, S("Allow an app"));

	p.form_action = where_to(rq->cx, a->redirect_uri);
	HTML(&p.b, "<h1>Allow {} to use your account?</h1>\n<p>You are <strong>@{}@{}</strong>. The app would be able to:</p>\n",
	     a->app.name, rq->cx->me->username, rq->cx->me->domain);
	say_scopes(&p.b, a->scope);
	if (p.form_action.n)
		HTML(&p.b, "<p>It will take you to <strong>{}</strong></p>\n", p.form_action);
	HTML(&p.b, "<form method=\"post\" action=\"/oauth/authorize\">\n");
	hidden(&p.b, "csrf", s->csrf);
	hidden(&p.b, "response_type", a->response_type);
	hidden(&p.b, "client_id", a->client_id);
	hidden(&p.b, "redirect_uri", a->redirect_uri);
	hidden(&p.b, "scope", a->scope);
	hidden(&p.b, "state", a->state);
	hidden(&p.b, "code_challenge", a->challenge);
	hidden(&p.b, "code_challenge_method", a->challenge_method);
	HTML(&p.b, "<button type=\"submit\" name=\"allow\" value=\"yes\">Allow</button>\n"
	           "<button type=\"submit\" name=\"allow\" value=\"no\" class=\"quiet\">Do not allow</button>\n</form>\n"
	           "<p class=\"meta\"><a href=\"/oauth/authorize?{}&amp;force_login=true\">Somebody else?</a></p>\n",
	     rq->query);
	html_reply(&p, rp, 200);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_authorize(struct request *rq, struct reply *rp)
{
	struct ask a = { 0 };
	struct session s;
	bool bad;
	enum err e;

	TRY(read_ask(rq, rp, &a, &bad));
	if (bad)
		return OK;
	e = web_session(rq, &s);
	if (e == ERR_NOT_FOUND || (e == OK && a.force_login)) {
		str query = rq->query, back;
		long at = str_find(query, S("force_login="));

		if (at >= 0) /* once is enough */
			query = strf(rq->cx->mem, "%.*sasked=%.*s", (int)at, query.p, STR_F(str_from(query, (size_t)at + 12)));
		back = str_cat(rq->cx->mem, S("/oauth/authorize?"), query);
		return web_login_page(rq, rp, 200, back, STR_NONE);
	}
	TRY(e);
	if (rq->cx->missing)
		return web_problem(rq, rp, 403, rq->cx->missing);
	return consent_page(rq, rp, &a, &s);
}

/* redirect_uri with one parameter and the state added. */
static str answer_url(struct ctx *cx, const struct ask *a, const char *name, str value)
{
	struct buf b = buf_new(cx->mem, 64 << 10);

	buf_add(&b, a->redirect_uri);
	buf_byte(&b, str_chr(a->redirect_uri, '?') >= 0 ? '&' : '?');
	buf_add(&b, str_of(name));
	buf_byte(&b, '=');
	buf_pct(&b, value);
	if (a->state.n) {
		buf_add(&b, S("&state="));
		buf_pct(&b, a->state);
	}
	return buf_str(&b);
}

static enum err refused(struct request *rq, struct reply *rp, const struct ask *a)
{
	if (str_eq(a->redirect_uri, oob))
		return web_problem(rq, rp, 200, "The app was not allowed to use your account");
	reply_redirect(rp, 302, answer_url(rq->cx, a, "error", S("access_denied")));
	return OK;
}

enum err web_authorize_post(struct request *rq, struct reply *rp)
{
	struct ask a = { 0 };
	struct code_in in;
	struct session s;
	bool bad;
	str code;

	TRY(web_member_form(rq, rp, &s, &bad));
	if (bad)
		return OK;
	TRY(read_ask(rq, rp, &a, &bad));
	if (bad)
		return OK;
	reply_header(rp, "Cache-Control", S("no-store"));
	if (!str_eq(param_get(rq, "allow"), S("yes")))
		return refused(rq, rp, &a);
	in = (struct code_in){ a.app.id, s.user_id, rq->cx->me->id, a.redirect_uri, a.scope,
		               a.challenge.n ? a.challenge : STR_NONE };
	TRY(code_make(rq->cx, &in, &code));
	if (str_eq(a.redirect_uri, oob))
		reply_redirect(rp, 302, strf(rq->cx->mem, "%.*s/oauth/authorize/native?code=%.*s",
		                             STR_F(rq_base(rq)), STR_F(code)));
	else
		reply_redirect(rp, 302, answer_url(rq->cx, &a, "code", code));
	return OK;
}

enum err web_authorize_native(struct request *rq, struct reply *rp)
{
	str code = str_or(param_get(rq, "code"), S(""));
	struct page_html p = html_page(rq, S("Code for the app"));

	HTML(&p.b, "<h1>Almost done</h1>\n<p>Copy this code into the app:</p>\n<p><code class=\"code\">{}</code></p>\n",
	     str_head_runes(code, 200));
	html_reply(&p, rp, 200);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}
