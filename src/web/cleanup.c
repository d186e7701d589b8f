/* Whether and when one's own old posts leave by themselves. */
#include "core/cleanup.h"

#include "core/account.h"
#include "core/site.h"
#include "web/html.h"
#include "web/web.h"

static void field(struct buf *b, struct arena *mem, const struct cleanup_policy *p, const struct cleanup_setting *s)
{
	str name = str_of(s->name), label = str_of(s->label), value = cleanup_text(mem, p, s);

	if (s->kind == CLEANUP_SWITCH) {
		HTML(b, "<label class=\"check\"><input type=\"checkbox\" name=\"{}\" value=\"yes\"{!}> {}</label>\n", name,
		     str_eq(value, S("yes")) ? S(" checked") : S(""), label);
		return;
	}
	if (s->kind == CLEANUP_COUNT) {
		HTML(b, "<label>{} <input type=\"text\" inputmode=\"numeric\" name=\"{}\" value=\"{}\"></label>\n", label, name,
		     value);
		return;
	}
	HTML(b, "<label>{} <select name=\"{}\">\n", label, name);
	for (size_t i = 0; i < CLEANUP_AGES; i++)
		HTML(b, "<option value=\"{}\"{!}>{}</option>\n", str_of(cleanup_ages[i].name),
		     str_eq(value, str_of(cleanup_ages[i].name)) ? S(" selected") : S(""), str_of(cleanup_ages[i].label));
	HTML(b, "</select></label>\n");
}

static enum err cleanup_page(struct request *rq, struct reply *rp, int status, const struct session *s,
                             const struct cleanup_policy *policy, str said)
{
	struct page_html p = html_page(rq, S("Old posts"));

	HTML(&p.b, "<h1>Old posts</h1>\n<p>@{}@{}: posts and boosts can leave by themselves when they are old, a few a minute, "
	           "here and, as far as they can be told, elsewhere. What is deleted does not come back.</p>\n",
	     rq->cx->me->username, rq->cx->me->domain);
	html_said(&p.b, status, said);
	HTML(&p.b, "<form method=\"post\" action=\"/statuses_cleanup\">\n"
	           "<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n",
	     s->csrf);
	for (size_t i = 0; i < CLEANUP_SETTINGS; i++)
		field(&p.b, rq->cx->mem, policy, &cleanup_settings[i]);
	HTML(&p.b, "<button type=\"submit\">Save</button>\n</form>\n<p><a href=\"/auth/edit\">Settings</a></p>\n");
	html_reply(&p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_cleanup(struct request *rq, struct reply *rp)
{
	struct cleanup_policy p;
	struct session s;
	bool done;

	TRY(web_member(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(cleanup_get(rq->cx, rq->cx->me->id, &p));
	return cleanup_page(rq, rp, 200, &s, &p, STR_NONE);
}

/* A box that is not ticked is not sent. */
static enum err read_form(struct request *rq, struct cleanup_policy *p)
{
	for (size_t i = 0; i < CLEANUP_SETTINGS; i++) {
		const struct cleanup_setting *s = &cleanup_settings[i];

		TRY(cleanup_take(rq->cx, p, str_of(s->name),
		                 str_or(param_get(rq, s->name), s->kind == CLEANUP_SWITCH ? S("no") : S(""))));
	}
	return OK;
}

enum err web_cleanup_post(struct request *rq, struct reply *rp)
{
	struct cleanup_policy p;
	struct session s;
	bool done;
	enum err e;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(cleanup_get(rq->cx, rq->cx->me->id, &p));
	e = read_form(rq, &p);
	if (e == ERR_INVALID)
		return cleanup_page(rq, rp, 422, &s, &p, rq->cx->said);
	TRY(e);
	TRY(cleanup_put(rq->cx, &p));
	return cleanup_page(rq, rp, 200, &s, &p, S("Saved."));
}
