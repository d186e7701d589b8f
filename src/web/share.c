/* A post written in the browser: other pages send people here with ?text=, title and url. */
#include "core/account.h"
#include "core/site.h"
#include "core/status.h"
#include "web/html.h"
#include "web/web.h"

enum { TEXT_RUNES = 10000 };

static enum err share_page(struct request *rq, struct reply *rp, int status, const struct session *s, str text, str error)
{
	static const char *const visibilities[][2] = {
		{ "public", "Everybody" }, { "unlisted", "Everybody, quietly" }, { "private", "My followers" },
	};
	struct page_html p = html_page(rq, S("New post"));

	HTML(&p.b, "<h1>New post</h1>\n<p>as @{}@{}</p>\n", rq->cx->me->username, rq->cx->me->domain);
	html_said(&p.b, status, error);
	HTML(&p.b,
	     "<form method=\"post\" action=\"/share\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<label>Text <textarea name=\"text\" rows=\"6\" required autofocus>{}</textarea></label>\n"
	     "<label>For whom <select name=\"visibility\">\n",
	     s->csrf, text);
	for (size_t i = 0; i < 3; i++)
		HTML(&p.b, "<option value=\"{}\"{!}>{}</option>\n", str_of(visibilities[i][0]),
		     str_eq(rq->cx->me->default_privacy, str_of(visibilities[i][0])) ? S(" selected") : S(""),
		     str_of(visibilities[i][1]));
	HTML(&p.b, "</select></label>\n<button type=\"submit\">Post</button>\n</form>\n");
	html_reply(&p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

/* What was sent along, a line each. */
static str shared_text(struct request *rq)
{
	static const char *const names[] = { "title", "text", "url" };
	struct buf b = buf_new(rq->cx->mem, 1 << 20);

	for (size_t i = 0; i < 3; i++) {
		str part = str_trim(str_or(param_get(rq, names[i]), S("")));

		if (part.n && b.n)
			buf_byte(&b, '\n');
		buf_add(&b, part);
	}
	return str_head_runes(str_or(buf_str(&b), S("")), TEXT_RUNES);
}

enum err web_share(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;

	TRY(web_member(rq, rp, &s, &done));
	return done ? OK : share_page(rq, rp, 200, &s, shared_text(rq), STR_NONE);
}

enum err web_share_post(struct request *rq, struct reply *rp)
{
	struct post_in in = { 0 };
	struct status_view made;
	struct session s;
	int64_t id;
	bool done;
	enum err e;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	in.text = str_or(param_get(rq, "text"), S(""));
	in.visibility = str_or(param_get(rq, "visibility"), S(""));
	e = status_create(rq->cx, &in, &id);
	if (e == ERR_INVALID)
		return share_page(rq, rp, 422, &s, in.text, rq->cx->said);
	TRY(e);
	TRY(status_view(rq->cx, id, &made));
	reply_redirect(rp, 303, made.s.url);
	return OK;
}
