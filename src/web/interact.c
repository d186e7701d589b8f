/* "Follow from my own server": other servers send people here with ?uri= of an account or a post (the subscribe template
 * of WebFinger). Shows what it is, with a button. */
#include "core/relation.h"
#include "core/search.h"
#include "core/site.h"
#include "core/view.h"
#include "web/html.h"
#include "web/web.h"

static void bring_in(struct ctx *cx, void *uri)
{
	if (cx->app->ports.resolve && cx->app->ports.resolve(cx, *(str *)uri) != OK)
		return; /* stays unknown: the page says so */
}

static enum err find(struct ctx *cx, str what, struct search_found *found)
{
	struct search_in in = { .q = what, .named = true, .limit = 1 };

	return search_run(cx, &in, found);
}

static enum err show(struct request *rq, struct reply *rp, const struct search_found *found, const struct session *s)
{
	struct page_html p = html_page(rq, S("Follow"));
	struct account_view v;

	TRY(account_view(rq->cx, found->accounts.v[0], &v));
	HTML(&p.b,
	     "<div class=\"profile\"><img src=\"{}\" alt=\"\"><div><h1>{}</h1><p class=\"handle\">@{}</p></div></div>\n{!}\n",
	     v.avatar, str_or(v.a.display_name, v.a.username), v.acct, v.a.note);
	HTML(&p.b,
	     "<form method=\"post\" action=\"/authorize_interaction\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n"
	     "<input type=\"hidden\" name=\"id\" value=\"{}\">\n<button type=\"submit\">Follow as @{}</button>\n</form>\n",
	     s->csrf, strf(rq->cx->mem, "%lld", (long long)v.a.id), rq->cx->me->username);
	html_reply(&p, rp, 200);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

enum err web_interact(struct request *rq, struct reply *rp)
{
	str what = str_or(param_get(rq, "uri"), S(""));
	struct search_found found;
	struct session s;
	enum err e = web_session(rq, &s);

	str_skip(&what, S("acct:"));
	if (e == ERR_NOT_FOUND)
		return web_login_page(rq, rp, 200, str_cat(rq->cx->mem, S("/authorize_interaction?"), rq->query), STR_NONE);
	TRY(e);
	if (!what.n || what.n > 512)
		return web_problem(rq, rp, 400, "That request could not be understood");
	if (!rq->resumed && search_resolvable(rq->cx, what)) {
		str *arg = NEW(rq->cx->mem, str);

		*arg = what;
		return rq_later(rq, bring_in, arg);
	}
	TRY(find(rq->cx, what, &found));
	if (found.accounts.n)
		return show(rq, rp, &found, &s);
	if (found.statuses.n) {
		struct status_view v;

		TRY(status_view(rq->cx, found.statuses.v[0], &v));
		reply_redirect(rp, 302, str_or(v.s.url, v.s.uri));
		return OK;
	}
	return web_problem(rq, rp, 404, "Nothing was found at that address");
}

enum err web_interact_post(struct request *rq, struct reply *rp)
{
	struct follow_in in = { 0 };
	struct account target;
	struct session s;
	int64_t id;
	enum err e = web_session(rq, &s);

	if (e == ERR_NOT_FOUND || (e == OK && !web_form_ok(rq, s.csrf)))
		return web_problem(rq, rp, 403, "This form has expired: go back and try again");
	TRY(e);
	if (!str_int(str_or(param_get(rq, "id"), S("")), &id))
		return ERR_NOT_FOUND;
	TRY(account_by_id(rq->cx, id, &target));
	e = relation_follow(rq->cx, rq->cx->me, &target, &in);
	if (e == ERR_DENIED || e == ERR_INVALID)
		return web_problem(rq, rp, 403, "This account cannot be followed");
	TRY(e);
	return web_problem(rq, rp, 200, "Done: you follow this account, or have asked to");
}
