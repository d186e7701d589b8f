/* Settings of a login: password, address, second factor, the apps that may use the account, where one is logged in. */
#include "base/clock.h"
#include "core/account.h"
#include "core/oauth.h"
#include "core/second_factor.h"
#include "core/site.h"
#include "core/user_link.h"
#include "http/limits.h"
#include "store/oauth.h"
#include "web/html.h"
#include "web/web.h"

static void csrf_field(struct buf *b, const struct session *s)
{
	HTML(b, "<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n", s->csrf);
}

static void password_form(struct buf *b, const struct session *s)
{
	HTML(b, "<h2>Password</h2>\n<form method=\"post\" action=\"/auth/edit/password\">\n");
	csrf_field(b, s);
	HTML(b, PASSWORD_FIELD
	        "<label>New password (8 characters or more) <input type=\"password\" name=\"new\" minlength=\"8\" "
	        "autocomplete=\"new-password\" required></label>\n<button type=\"submit\">Change it</button>\n</form>\n"
	        "<p class=\"meta\">All apps and browsers are logged out then.</p>\n");
}

static void email_form(struct buf *b, const struct session *s, const struct user *u)
{
	HTML(b, "<h2>E-mail address</h2>\n<form method=\"post\" action=\"/auth/edit/email\">\n");
	csrf_field(b, s);
	HTML(b,
	     "<label>Address <input type=\"text\" inputmode=\"email\" name=\"email\" value=\"{}\" autocomplete=\"email\" "
	     "required></label>\n"
	     PASSWORD_FIELD
	     "<button type=\"submit\">Change it</button>\n</form>\n",
	     str_or(u->email, S("")));
}

static enum err factor_form(struct ctx *cx, struct buf *b, const struct session *s, const struct user *u)
{
	int64_t left;

	HTML(b, "<h2>Second factor</h2>\n");
	if (str_none(u->otp_secret)) {
		HTML(b, "<p><a href=\"/auth/edit/second_factor\">Turn it on</a>: "
		        "logging in takes a code of an app as well.</p>\n");
		return OK;
	}
	TRY(second_factor_left(cx, u->id, &left));
	HTML(b, "<p>It is on; {} recovery codes are left. <a href=\"/auth/edit/second_factor\">Set it up anew</a></p>\n"
	        "<form method=\"post\" action=\"/auth/edit/second_factor_off\">\n",
	     strf(cx->mem, "%lld", (long long)left));
	csrf_field(b, s);
	HTML(b, PASSWORD_FIELD
	        "<button type=\"submit\" class=\"quiet\">Turn it off</button>\n</form>\n");
	return OK;
}

static str day(struct arena *mem, int64_t at)
{
	char text[CLOCK_TEXT];

	return str_dup(mem, str_to(clock_iso_s(at, text), 10));
}

static enum err sessions(struct ctx *cx, struct buf *b, const struct session *s)
{
	struct db_rows rows;

	TRY(session_list(cx, s->user_id, &rows));
	HTML(b, "<h2>Where you are logged in</h2>\n<ul>\n");
	for (size_t i = 0; i < rows.n; i++) {
		const struct session_row *r = (const struct session_row *)rows.p + i;
		str id = strf(cx->mem, "%lld", (long long)r->id);

		HTML(b, "<li>{} <span class=\"meta\">{} {}{}</span>", str_or(r->agent, S("A browser")), r->address,
		     day(cx->mem, r->used_at), r->id == s->id ? S(" (this one)") : S(""));
		if (r->id && r->id != s->id) {
			HTML(b, "<form method=\"post\" action=\"/auth/sessions/{}\">\n", id);
			csrf_field(b, s);
			HTML(b, "<button type=\"submit\" class=\"quiet\">Log out there</button></form>");
		}
		HTML(b, "</li>\n");
	}
	HTML(b, "</ul>\n");
	return OK;
}

enum err web_settings_page(struct request *rq, struct reply *rp, int status, const struct session *s, str said)
{
	struct page_html p = html_page(rq, S("Settings"));
	struct user u;

	TRY(user_by_id(rq->cx, s->user_id, &u));
	HTML(&p.b, "<h1>Your login</h1>\n<p>@{}@{}</p>\n", rq->cx->me->username, rq->cx->me->domain);
	html_said(&p.b, status, said);
	password_form(&p.b, s);
	email_form(&p.b, s, &u);
	TRY(factor_form(rq->cx, &p.b, s, &u));
	HTML(&p.b, "<h2>Apps</h2>\n<p><a href=\"/oauth/authorized_applications\">Apps that may use your account</a></p>\n"
	           "<h2>Old posts</h2>\n<p><a href=\"/statuses_cleanup\">Have your old posts deleted by themselves</a></p>\n"
	           "<h2>Moving</h2>\n<p><a href=\"/settings/migration\">Move to or from another account</a> · "
	           "<a href=\"/settings/delete\">Delete the account</a></p>\n");
	TRY(sessions(rq->cx, &p.b, s));
	html_reply(&p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_settings(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;

	TRY(web_member(rq, rp, &s, &done));
	return done ? OK : web_settings_page(rq, rp, 200, &s, STR_NONE);
}

enum err web_password(struct request *rq, const struct session *s, int *wrong)
{
	enum err e = user_password_check(rq->cx, s->user_id, str_or(param_get(rq, "password"), S("")));

	*wrong = e == ERR_LIMIT ? 429 : e == ERR_DENIED ? 422 : 0;
	return *wrong ? OK : e;
}

/* Forms that ask for the password once more: *done, and the answer made, where it is wrong. */
static enum err with_password(struct request *rq, struct reply *rp, struct session *s, bool *done)
{
	int wrong;

	TRY(web_member_form(rq, rp, s, done));
	if (*done)
		return OK;
	TRY(web_password(rq, s, &wrong));
	*done = wrong;
	return wrong ? web_settings_page(rq, rp, wrong, s, rq->cx->said) : OK;
}

enum err web_settings_password(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;
	enum err e;

	TRY(with_password(rq, rp, &s, &done));
	if (done)
		return OK;
	if (!param_get(rq, "new").n)
		return web_settings_page(rq, rp, 422, &s, S("Please type the new password."));
	e = user_password(rq->cx, s.user_id, param_get(rq, "new"), NULL);
	if (e == ERR_INVALID)
		return web_settings_page(rq, rp, 422, &s, rq->cx->said);
	TRY(e);
	reply_cookie(rp, "session", S(""), 0);
	return web_login_page(rq, rp, 200, S("/auth/edit"), S("The new password is set: please log in with it."));
}

enum err web_settings_email(struct request *rq, struct reply *rp)
{
	struct session s;
	struct user u;
	str email = str_or(param_get(rq, "email"), S(""));
	bool done;
	enum err e;

	TRY(with_password(rq, rp, &s, &done));
	if (done)
		return OK;
	if (user_link_mails(rq->cx) && !limits_mail(rq->cx->mem, rq->cx->address, email, s.user_id))
		return web_settings_page(rq, rp, 429, &s, S("Too many tries: please wait a little"));
	TRY(user_by_id(rq->cx, s.user_id, &u));
	e = user_change_email(rq->cx, &u, email);
	if (e == ERR_INVALID)
		return web_settings_page(rq, rp, 422, &s, rq->cx->said);
	TRY(e);
	return web_settings_page(rq, rp, 200, &s,
	                         user_link_mails(rq->cx) ? S("A mail is on its way to the new address: open the link in it.") :
	                                                   S("The address is changed."));
}

enum err web_session_revoke(struct request *rq, struct reply *rp)
{
	struct session s;
	int64_t id;
	bool done;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(rq_id(rq, 0, &id));
	TRY(session_end_one(rq->cx, s.user_id, id));
	reply_redirect(rp, 303, str_cat(rq->cx->mem, rq_base(rq), S("/auth/edit")));
	return OK;
}

/* Apps */

enum err web_apps(struct request *rq, struct reply *rp)
{
	struct page_html p = html_page(rq, S("Apps"));
	struct db_rows rows;
	struct session s;
	bool done;

	TRY(web_member(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(token_apps(rq->cx, s.user_id, &rows));
	HTML(&p.b, "<h1>Apps that may use your account</h1>\n");
	if (!rows.n)
		HTML(&p.b, "<p class=\"meta\">None yet.</p>\n");
	for (size_t i = 0; i < rows.n; i++) {
		const struct granted *g = (const struct granted *)rows.p + i;

		HTML(&p.b, "<article>\n<p><strong>{}</strong> <span class=\"meta\">{} · allowed {} · used {}</span></p>\n",
		     g->name, g->scopes, day(rq->cx->mem, g->created_at), day(rq->cx->mem, g->used_at));
		HTML(&p.b, "<form method=\"post\" action=\"/oauth/authorized_applications/{}\">\n",
		     strf(rq->cx->mem, "%lld", (long long)g->app_id));
		csrf_field(&p.b, &s);
		HTML(&p.b, "<button type=\"submit\" class=\"quiet\">Revoke</button>\n</form>\n</article>\n");
	}
	html_reply(&p, rp, 200);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_apps_revoke(struct request *rq, struct reply *rp)
{
	struct session s;
	int64_t id;
	bool done;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(rq_id(rq, 0, &id));
	TRY(token_revoke_app(rq->cx, s.user_id, id));
	reply_redirect(rp, 303, str_cat(rq->cx->mem, rq_base(rq), S("/oauth/authorized_applications")));
	return OK;
}

/* https://www.w3.org/TR/change-password-url/ */
/* What apps and other pages open under Mastodon's addresses. */
enum err web_to_settings(struct request *rq, struct reply *rp)
{
	reply_redirect(rp, 302, str_cat(rq->cx->mem, rq_base(rq), S("/auth/edit")));
	return OK;
}
