/* Coming in and back in: making an account, invitations, confirming an address, a new password. */
#include "base/json.h"
#include "core/oauth.h"
#include "core/sign_up.h"
#include "core/site.h"
#include "core/user_link.h"
#include "http/limits.h"
#include "web/html.h"
#include "web/web.h"

static enum err answer(struct page_html *p, struct reply *rp, int status)
{
	html_reply(p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	reply_header(rp, "Referrer-Policy", S("no-referrer")); /* addresses with secrets in them */
	return OK;
}

static str given(struct request *rq, const char *name)
{
	return str_head_runes(str_or(param_get(rq, name), S("")), 8000);
}

static enum err expired(struct request *rq, struct reply *rp)
{
	return web_problem(rq, rp, 403, "This form has expired: go back and try again");
}

static bool guest_form_ok(struct request *rq)
{
	str guest = rq_cookie(rq, "guest");

	return guest.n && web_form_ok(rq, guest);
}

/* Making an account */

static enum err sign_up_page(struct request *rq, struct reply *rp, int status, str error)
{
	str csrf = web_guest_csrf(rq, rp), invite = given(rq, "invite");
	bool reason = !invite.n && sign_up_rule(rq->cx) == SIGN_UP_APPROVED, mails = user_link_mails(rq->cx);
	struct page_html p = html_page(rq, S("Make an account"));

	HTML(&p.b, "<h1>Make an account at {}</h1>\n", rq->cx->site->domain);
	html_said(&p.b, status, error);
	HTML(&p.b,
	     "<form method=\"post\" action=\"/auth/sign_up\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<input type=\"hidden\" name=\"invite\" value=\"{}\">\n"
	     "<label>Name (letters, digits and _) <input type=\"text\" name=\"username\" value=\"{}\" maxlength=\"30\" "
	     "autocomplete=\"username\" required autofocus></label>\n"
	     "<label>E-mail address{} <input type=\"text\" inputmode=\"email\" name=\"email\" value=\"{}\" "
	     "autocomplete=\"email\"{!}></label>\n"
	     "<label>Password (8 characters or more) <input type=\"password\" name=\"password\" minlength=\"8\" "
	     "autocomplete=\"new-password\" required></label>\n",
	     csrf, invite, given(rq, "username"), mails ? S("") : S(" (may be left out: no mail is sent from here)"),
	     given(rq, "email"), mails ? S(" required") : S(""));
	if (reason)
		HTML(&p.b, "<label>Why do you want to join? <textarea name=\"reason\" rows=\"3\" maxlength=\"500\" "
		           "required>{}</textarea></label>\n",
		     given(rq, "reason"));
	HTML(&p.b, "<label class=\"check\"><input type=\"checkbox\" name=\"agreement\" value=\"1\" required> I have read <a "
	           "href=\"/about\">the rules</a> and agree</label>\n"
	           "<button type=\"submit\">Make the account</button>\n</form>\n");
	return answer(&p, rp, status);
}

static enum err closed(struct request *rq, struct reply *rp)
{
	struct site_text t = { 0 };
	struct page_html p;
	enum err e = site_text(rq->cx, "sign_up_message", &t);

	if (e == ERR_NOT_FOUND)
		return web_problem(rq, rp, 403, "Accounts are not made here without an invitation");
	TRY(e);
	p = html_page(rq, S("Make an account"));
	HTML(&p.b, "<h1>Accounts are not made here without an invitation</h1>\n{!}\n", site_text_html(rq->cx, t.text));
	return answer(&p, rp, 403);
}

static bool may_sign_up(struct request *rq)
{
	struct invite i;
	str code = given(rq, "invite");

	return sign_up_rule(rq->cx) >= SIGN_UP_APPROVED || (code.n && !invite_look(rq->cx, code, &i));
}

enum err web_sign_up(struct request *rq, struct reply *rp)
{
	return may_sign_up(rq) ? sign_up_page(rq, rp, 200, STR_NONE) : closed(rq, rp);
}

static enum err welcome(struct request *rq, struct reply *rp, const struct user *u)
{
	struct page_html p = html_page(rq, S("Welcome"));

	HTML(&p.b, "<h1>Welcome</h1>\n");
	if (!u->confirmed_at)
		HTML(&p.b, "<p>A mail is on its way to {}: open the link in it to confirm the address.</p>\n", u->email);
	if (!u->approved_at)
		HTML(&p.b, "<p>A moderator will look at your request.</p>\n");
	if (u->confirmed_at && u->approved_at)
		HTML(&p.b, "<p>Your account is ready: log in with any app for Mastodon, at <strong>{}</strong>.</p>\n",
		     rq->cx->site->host);
	return answer(&p, rp, 200);
}

enum err web_sign_up_post(struct request *rq, struct reply *rp)
{
	struct sign_up_in in = {
		.user = { .username = given(rq, "username"), .email = given(rq, "email"), .password = given(rq, "password"),
		          .reason = given(rq, "reason"), .locale = S("en") },
		.invite = given(rq, "invite"),
	};
	struct user made;
	enum err e;

	if (!guest_form_ok(rq))
		return expired(rq, rp);
	if (!may_sign_up(rq))
		return closed(rq, rp);
	if ((!in.user.email.n && user_link_mails(rq->cx)) || !in.user.password.n)
		return sign_up_page(rq, rp, 422, S("Please fill in all of it."));
	if (!str_eq(param_get(rq, "agreement"), S("1")))
		return sign_up_page(rq, rp, 422, S("Please agree to the rules."));
	if (!web_throttle(rq, "sign_up", 5, 1800))
		return web_problem(rq, rp, 429, "Too many tries: please wait a little");
	e = sign_up(rq->cx, &in, &made, NULL, NULL);
	if (e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_DENIED)
		return sign_up_page(rq, rp, 422, rq->cx->said);
	TRY(e);
	return welcome(rq, rp, &made);
}

/* For people a page, for apps JSON. */
enum err web_invite(struct request *rq, struct reply *rp)
{
	struct invite i;
	struct jw *w;
	enum err e = invite_look(rq->cx, rq->args[0], &i);

	if (e)
		return e == ERR_NOT_FOUND ? web_problem(rq, rp, 404, "This invitation is not valid (any more)") : e;
	if (str_find(str_or(rq_header(rq, "Accept"), S("")), S("application/json")) < 0) {
		reply_redirect(rp, 302, strf(rq->cx->mem, "%.*s/auth/sign_up?invite=%.*s", STR_F(rq_base(rq)), STR_F(i.code)));
		return OK;
	}
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_str(w, "invite_code", i.code);
	jw_str(w, "instance_api_url", str_cat(rq->cx->mem, rq_base(rq), S("/api/v2/instance")));
	jw_end(w);
	return OK;
}

/* Confirming an address */

enum err web_confirm(struct request *rq, struct reply *rp)
{
	enum err e = user_link_confirm(rq->cx, given(rq, "confirmation_token"));

	if (e == ERR_NOT_FOUND)
		return web_problem(rq, rp, 404, "This link is too old, or was used before");
	if (e == ERR_INVALID)
		return web_problem(rq, rp, 422, cstr(rq->cx->mem, rq->cx->said));
	TRY(e);
	return web_problem(rq, rp, 200, "Thank you: your address is confirmed");
}

/* One field, an address, and a mail sent there. */
static enum err address_page(struct request *rq, struct reply *rp, const char *title, const char *action)
{
	str csrf = web_guest_csrf(rq, rp);
	struct page_html p = html_page(rq, str_of(title));

	HTML(&p.b, "<h1>{}</h1>\n", str_of(title));
	if (!user_link_mails(rq->cx)) {
		HTML(&p.b, "<p>This server sends no mail. Who runs it can give you a link: {}</p>\n",
		     rq->cx->site->contact_email);
		return answer(&p, rp, 200);
	}
	HTML(&p.b,
	     "<form method=\"post\" action=\"{}\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<label>E-mail address <input type=\"text\" inputmode=\"email\" name=\"email\" autocomplete=\"email\" required "
	     "autofocus></label>\n<button type=\"submit\">Send me a link</button>\n</form>\n",
	     str_of(action), csrf);
	return answer(&p, rp, 200);
}

static enum err send_link(struct request *rq, struct reply *rp, const char *kind)
{
	if (!guest_form_ok(rq))
		return expired(rq, rp);
	if (!web_throttle(rq, "mail", 5, 1800))
		return web_problem(rq, rp, 429, "Too many tries: please wait a little");
	if (!limits_mail(rq->cx->mem, rq->cx->address, given(rq, "email"), 0))
		return web_problem(rq, rp, 429, "Too many tries: please wait a little");
	TRY(user_link_mail(rq->cx, given(rq, "email"), kind));
	return web_problem(rq, rp, 200, "If that address belongs to somebody here, a mail is on its way");
}

enum err web_confirm_ask(struct request *rq, struct reply *rp)
{
	return address_page(rq, rp, "Confirm your address", "/auth/confirmation");
}

enum err web_confirm_ask_post(struct request *rq, struct reply *rp)
{
	return send_link(rq, rp, "confirm");
}

/* A new password */

enum err web_reset_ask(struct request *rq, struct reply *rp)
{
	return address_page(rq, rp, "A new password", "/auth/password");
}

enum err web_reset_ask_post(struct request *rq, struct reply *rp)
{
	return send_link(rq, rp, "reset");
}

static enum err reset_page(struct request *rq, struct reply *rp, int status, str error)
{
	str csrf = web_guest_csrf(rq, rp);
	struct page_html p = html_page(rq, S("A new password"));

	HTML(&p.b, "<h1>A new password</h1>\n");
	html_said(&p.b, status, error);
	HTML(&p.b,
	     "<form method=\"post\" action=\"/auth/password/edit\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<input type=\"hidden\" name=\"reset_password_token\" value=\"{}\">\n"
	     "<label>New password (8 characters or more) <input type=\"password\" name=\"password\" minlength=\"8\" "
	     "autocomplete=\"new-password\" required autofocus></label>\n<button type=\"submit\">Set it</button>\n</form>\n",
	     csrf, given(rq, "reset_password_token"));
	return answer(&p, rp, status);
}

enum err web_reset(struct request *rq, struct reply *rp)
{
	struct user u;
	enum err e = user_link_look(rq->cx, given(rq, "reset_password_token"), "reset", &u);

	if (e == ERR_NOT_FOUND)
		return web_problem(rq, rp, 404, "This link is too old, or was used before");
	TRY(e);
	return reset_page(rq, rp, 200, STR_NONE);
}

enum err web_reset_post(struct request *rq, struct reply *rp)
{
	enum err e;

	if (!guest_form_ok(rq))
		return expired(rq, rp);
	e = user_link_reset(rq->cx, given(rq, "reset_password_token"), given(rq, "password"));
	if (e == ERR_NOT_FOUND)
		return web_problem(rq, rp, 404, "This link is too old, or was used before");
	if (e == ERR_INVALID)
		return reset_page(rq, rp, 422, rq->cx->said);
	TRY(e);
	return web_login_page(rq, rp, 200, S("/auth/edit"), S("The new password is set: please log in with it."));
}
