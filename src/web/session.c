/* Logging in and out on the pages. Cookies hold random tokens; the database only their digests (core/user.h). */
#include "base/codec.h"
#include "core/account.h"
#include "core/second_factor.h"
#include "core/sign_up.h"
#include "core/site.h"
#include "http/limits.h"
#include "web/html.h"
#include "web/web.h"

enum { SESSION_DAYS = 30,
       GUEST_SECONDS = 3600 };

enum err web_session(struct request *rq, struct session *s)
{
	str token = rq_cookie(rq, "session");
	struct account *me;
	struct user user;

	if (!token.n)
		return ERR_NOT_FOUND;
	TRY(session_check(rq->cx, token, s));
	TRY(user_by_id(rq->cx, s->user_id, &user));
	me = NEW(rq->cx->mem, struct account);
	TRY(account_by_id(rq->cx, user.account_id, me));
	rq->cx->user_id = user.id;
	rq->cx->me = me;
	rq->cx->missing = user_missing(user.disabled, user.confirmed_at, user.approved_at);
	return OK;
}

enum err web_member(struct request *rq, struct reply *rp, struct session *s, bool *done)
{
	enum err e = web_session(rq, s);

	*done = e || rq->cx->missing;
	if (e == ERR_NOT_FOUND)
		return web_login_page(rq, rp, 200, rq->target, STR_NONE);
	TRY(e);
	return rq->cx->missing ? web_problem(rq, rp, 403, rq->cx->missing) : OK;
}

enum err web_member_form(struct request *rq, struct reply *rp, struct session *s, bool *done)
{
	enum err e = web_session(rq, s);

	if (e && e != ERR_NOT_FOUND)
		return e;
	*done = true;
	if (e || !web_form_ok(rq, s->csrf))
		return web_problem(rq, rp, 403, "This form has expired: go back and try again");
	if (rq->cx->missing)
		return web_problem(rq, rp, 403, rq->cx->missing);
	*done = false;
	return OK;
}

bool web_form_ok(struct request *rq, str want)
{
	str origin = rq_header(rq, "Origin");

	if (origin.n && !str_ieq(origin, rq_base(rq)))
		return false;
	return codec_same(str_or(param_get(rq, "csrf"), S("")), want);
}

bool web_throttle(struct request *rq, const char *what, int64_t most, int64_t seconds)
{
	str address = rq->cx->address;

	return limits_exempt(address) ||
	       limits_take(limits_shared(), strf(rq->cx->mem, "%s %.*s", what, STR_F(limits_address(rq->cx->mem, address))), most,
	                   seconds * 1000, NULL);
}

str web_guest_csrf(struct request *rq, struct reply *rp)
{
	str token = rq_cookie(rq, "guest");

	if (token.n < 20 || token.n > 100) {
		token = codec_token(rq->cx->mem, 18);
		reply_cookie(rp, "guest", token, GUEST_SECONDS);
	}
	return token;
}

enum err web_login_page(struct request *rq, struct reply *rp, int status, str back, str error)
{
	str csrf = web_guest_csrf(rq, rp);
	struct page_html p = html_page(rq, S("Log in"));

	HTML(&p.b, "<h1>Log in to {}</h1>\n", rq->cx->site->domain);
	html_said(&p.b, status, error);
	HTML(&p.b,
	     "<form method=\"post\" action=\"/auth/sign_in\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<input type=\"hidden\" name=\"back\" value=\"{}\">\n"
	     "<label>Name or e-mail address <input type=\"text\" name=\"login\" value=\"{}\" "
	     "autocomplete=\"username\" required autofocus></label>\n"
	     PASSWORD_FIELD
	     "<button type=\"submit\">Log in</button>\n</form>\n"
	     "<p class=\"meta\"><a href=\"/auth/password/new\">Forgot the password?</a>{!}</p>\n",
	     csrf, back, str_head_runes(str_or(param_get(rq, "login"), S("")), 254),
	     sign_up_rule(rq->cx) >= SIGN_UP_APPROVED ? S(" · <a href=\"/auth/sign_up\">Make an account</a>") : S(""));
	html_reply(&p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

/* Only paths of our own: one slash, no back slash, no control byte (OAUTH-25). */
str web_own_path(str back)
{
	if (!str_starts(back, S("/")) || str_starts(back, S("//")) || back.n > 8000)
		return S("/");
	for (size_t i = 0; i < back.n; i++)
		if ((unsigned char)back.p[i] <= ' ' || back.p[i] == '\\' || (unsigned char)back.p[i] > '~')
			return S("/");
	return back;
}

static enum err logged_in_page(struct request *rq, struct reply *rp, const struct session *s)
{
	struct page_html p = html_page(rq, S("Logged in"));

	HTML(&p.b,
	     "<h1>You are logged in</h1>\n<p>as <strong>@{}@{}</strong></p>\n"
	     "<p><a href=\"/auth/edit\">Settings of your login</a></p>\n"
	     "<form method=\"post\" action=\"/auth/sign_out\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<button type=\"submit\">Log out</button>\n</form>\n",
	     rq->cx->me->username, rq->cx->me->domain, s->csrf);
	html_reply(&p, rp, 200);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_sign_in(struct request *rq, struct reply *rp)
{
	struct session s;
	enum err e = web_session(rq, &s);

	if (e == ERR_NOT_FOUND)
		return web_login_page(rq, rp, 200, S("/"), STR_NONE);
	TRY(e);
	return logged_in_page(rq, rp, &s);
}

enum err web_let_in(struct request *rq, struct reply *rp, int64_t user_id, str back)
{
	str token;

	TRY(session_start(rq->cx, user_id, str_or(rq_header(rq, "User-Agent"), S("")), &token));
	reply_redirect(rp, 303, str_cat(rq->cx->mem, rq_base(rq), back));
	reply_cookie(rp, "session", token, SESSION_DAYS * 86400);
	reply_cookie(rp, "guest", S(""), 0);
	return OK;
}

enum err web_sign_in_post(struct request *rq, struct reply *rp)
{
	str guest = rq_cookie(rq, "guest"), back = web_own_path(str_or(param_get(rq, "back"), S("/"))), secret;
	struct user user;
	enum err e;

	if (!guest.n || !web_form_ok(rq, guest))
		return web_problem(rq, rp, 403, "This form has expired: go back and try again");
	e = user_login(rq->cx, str_or(param_get(rq, "login"), S("")), str_or(param_get(rq, "password"), S("")), &user);
	if (e == ERR_DENIED || e == ERR_INVALID)
		return web_login_page(rq, rp, 422, back, S("That name and password do not fit together."));
	if (e == ERR_LIMIT)
		return web_login_page(rq, rp, 429, back, S("Too many wrong tries: please wait some minutes."));
	TRY(e);
	if (str_none(user.otp_secret))
		return web_let_in(rq, rp, user.id, back);
	TRY(second_factor_begin(rq->cx, &user, &secret));
	return web_second_factor_page(rq, rp, 200, secret, back, STR_NONE);
}

enum err web_sign_out(struct request *rq, struct reply *rp)
{
	struct session s;
	enum err e = web_session(rq, &s);

	if (e == OK) {
		if (!web_form_ok(rq, s.csrf))
			return web_problem(rq, rp, 403, "This form has expired: go back and try again");
		TRY(session_end(rq->cx, rq_cookie(rq, "session")));
	} else if (e != ERR_NOT_FOUND) {
		return e;
	}
	reply_redirect(rp, 303, str_cat(rq->cx->mem, rq_base(rq), S("/")));
	reply_cookie(rp, "session", S(""), 0);
	return OK;
}
