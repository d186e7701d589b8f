/* The second step of a login, and turning the second factor on and off. */
#include "core/second_factor.h"

#include <qrencode.h>

#include "core/account.h"
#include "core/otp.h"
#include "core/site.h"
#include "web/html.h"
#include "web/web.h"

enum err web_second_factor_page(struct request *rq, struct reply *rp, int status, str secret, str back, str error)
{
	str csrf = web_guest_csrf(rq, rp);
	struct page_html p = html_page(rq, S("Log in"));

	HTML(&p.b, "<h1>One more step</h1>\n");
	html_said(&p.b, status, error);
	HTML(&p.b,
	     "<form method=\"post\" action=\"/auth/second_factor\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<input type=\"hidden\" name=\"secret\" value=\"{}\">\n<input type=\"hidden\" name=\"back\" value=\"{}\">\n"
	     "<label>The code that your app shows now, or a recovery code <input type=\"text\" name=\"code\" "
	     "inputmode=\"numeric\" autocomplete=\"one-time-code\" required autofocus></label>\n"
	     "<button type=\"submit\">Log in</button>\n</form>\n",
	     csrf, secret, back);
	html_reply(&p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_second_factor_post(struct request *rq, struct reply *rp)
{
	str guest = rq_cookie(rq, "guest"), back = web_own_path(str_or(param_get(rq, "back"), S("/")));
	str secret = str_or(param_get(rq, "secret"), S(""));
	struct user user;
	enum err e;

	if (!guest.n || !web_form_ok(rq, guest))
		return web_problem(rq, rp, 403, "This form has expired: go back and try again");
	e = second_factor_check(rq->cx, secret, str_or(param_get(rq, "code"), S("")), &user);
	if (e == ERR_NOT_FOUND)
		return web_login_page(rq, rp, 422, back, S("That took too long: please log in again."));
	if (e == ERR_DENIED || e == ERR_LIMIT)
		return web_second_factor_page(rq, rp, e == ERR_LIMIT ? 429 : 422, secret, back, rq->cx->said);
	TRY(e);
	return web_let_in(rq, rp, user.id, back);
}

/* A picture of squares, as SVG within the page. */
static void picture(struct buf *b, struct arena *mem, str text)
{
	QRcode *qr = QRcode_encodeString(cstr(mem, text), 0, QR_ECLEVEL_M, QR_MODE_8, 1);

	if (!qr)
		return;
	buf_addf(b, "<svg class=\"qr\" viewBox=\"-2 -2 %d %d\" role=\"img\" aria-label=\"QR code\"><path d=\"", qr->width + 4,
	         qr->width + 4);
	for (int y = 0; y < qr->width; y++)
		for (int x = 0; x < qr->width; x++)
			if (qr->data[y * qr->width + x] & 1)
				buf_addf(b, "M%d %dh1v1h-1z", x, y);
	buf_add(b, S("\"/></svg>\n"));
	QRcode_free(qr);
}

static enum err setup_page(struct request *rq, struct reply *rp, int status, const struct session *s, str secret, str error)
{
	struct ctx *cx = rq->cx;
	struct page_html p = html_page(rq, S("Second factor"));
	str uri = otp_uri(cx->mem, secret, strf(cx->mem, "%.*s@%.*s", STR_F(cx->me->username), STR_F(cx->me->domain)),
	                  cx->site->domain);

	HTML(&p.b, "<h1>A second factor</h1>\n<p>Scan this with an app for one-time codes, or type the key into it, then "
	           "enter the code that it shows.</p>\n");
	html_said(&p.b, status, error);
	picture(&p.b, cx->mem, uri);
	HTML(&p.b,
	     "<p><code class=\"code\">{}</code></p>\n<form method=\"post\" action=\"/auth/edit/second_factor\">\n"
	     "<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n<input type=\"hidden\" name=\"secret\" value=\"{}\">\n"
	     PASSWORD_FIELD
	     "<label>Code <input type=\"text\" name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" "
	     "required></label>\n"
	     "<button type=\"submit\">Turn on</button>\n</form>\n",
	     secret, s->csrf, secret);
	html_reply(&p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_settings_factor(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;

	TRY(web_member(rq, rp, &s, &done));
	return done ? OK : setup_page(rq, rp, 200, &s, otp_secret(rq->cx->mem), STR_NONE);
}

enum err web_settings_factor_post(struct request *rq, struct reply *rp)
{
	str secret = str_or(param_get(rq, "secret"), S(""));
	struct page_html p;
	struct strs codes;
	struct session s;
	bool done;
	enum err e;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	e = user_password_check(rq->cx, s.user_id, str_or(param_get(rq, "password"), S("")));
	if (!e)
		e = second_factor_on(rq->cx, s.user_id, secret, str_or(param_get(rq, "code"), S("")), &codes);
	if (e == ERR_DENIED || e == ERR_LIMIT)
		return setup_page(rq, rp, 422, &s, secret.n >= 16 ? secret : otp_secret(rq->cx->mem), rq->cx->said);
	TRY(e);
	p = html_page(rq, S("Second factor"));
	HTML(&p.b, "<h1>The second factor is on</h1>\n<p>Keep these recovery codes where you will find them without your "
	           "phone. Each lets you in once; they are not shown again.</p>\n<ul>\n");
	for (size_t i = 0; i < codes.n; i++)
		HTML(&p.b, "<li><code>{}</code></li>\n", codes.v[i]);
	HTML(&p.b, "</ul>\n<p><a href=\"/auth/edit\">Done</a></p>\n");
	html_reply(&p, rp, 200);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_settings_factor_off(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;
	int wrong;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(web_password(rq, &s, &wrong));
	if (wrong)
		return web_settings_page(rq, rp, wrong, &s, rq->cx->said);
	TRY(second_factor_off(rq->cx, s.user_id));
	return web_settings_page(rq, rp, 200, &s, S("The second factor is off."));
}
