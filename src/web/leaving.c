/* Going: to another account, which this one then redirects to, and for good. And coming: which accounts are one's old ones. */
#include "core/account.h"
#include "core/move.h"
#include "core/site.h"
#include "web/html.h"
#include "web/web.h"

enum { ACCT_MOST = 512,
       LOOKS = 10,
       LOOKS_S = 3600 };

static void begin_form(struct buf *b, const struct session *s, const char *action)
{
	HTML(b, "<form method=\"post\" action=\"{}\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n", str_of(action),
	     s->csrf);
}

static enum err answer(struct page_html *p, struct reply *rp, int status)
{
	HTML(&p->b, "<p><a href=\"/auth/edit\">Settings</a></p>\n");
	html_reply(p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

static str sentence(struct ctx *cx)
{
	str said = cx->said;

	str_skip(&said, S("Validation failed: "));
	return said;
}

/* What a form of settings can be told. */
static bool tells(enum err e)
{
	return e == ERR_INVALID || e == ERR_DENIED || e == ERR_NOT_FOUND || e == ERR_CONFLICT || e == ERR_LIMIT;
}

/* Moving */

static void redirect(struct buf *b, const struct account *me, const struct session *s)
{
	if (me->moved_to_uri.n) {
		HTML(b, "<p>This account redirects to <a href=\"{}\">{}</a>.</p>\n", me->moved_to_uri, me->moved_to_uri);
		begin_form(b, s, "/settings/migration/undo");
		HTML(b, "<button type=\"submit\" class=\"quiet\">End that</button>\n</form>\n");
		return;
	}
	HTML(b, "<p>Followers are taken along, posts stay here. The other account must name this one, @{}@{}, as an alias first; "
	        "this one neither posts nor follows afterwards.</p>\n",
	     me->username, me->domain);
	begin_form(b, s, "/settings/migration");
	HTML(b, "<label>The new account (name@server) <input type=\"text\" name=\"acct\" required></label>\n"
	        PASSWORD_FIELD
	        "<button type=\"submit\">Move there</button>\n</form>\n");
}

static void aliases(struct ctx *cx, struct buf *b, const struct account *me, const struct session *s)
{
	struct strs list = move_aliases(cx, me);

	HTML(b, "<h2>From other accounts to this one</h2>\n"
	        "<p>Old accounts that are named here may move to this one.</p>\n<ul>\n");
	for (size_t i = 0; i < list.n; i++) {
		struct account known;
		bool is = !account_by_uri(cx, list.v[i], &known);
		str name = is ? strf(cx->mem, "@%.*s@%.*s", STR_F(known.username), STR_F(known.domain)) : list.v[i];

		HTML(b, "<li>{}", name);
		begin_form(b, s, "/settings/aliases/remove");
		HTML(b, "<input type=\"hidden\" name=\"uri\" value=\"{}\">\n"
		        "<button type=\"submit\" class=\"quiet\">Remove</button>\n</form></li>\n",
		     list.v[i]);
	}
	HTML(b, "</ul>\n");
	begin_form(b, s, "/settings/aliases");
	HTML(b, "<label>The old account (name@server) <input type=\"text\" name=\"acct\" required></label>\n"
	        "<button type=\"submit\">Add it</button>\n</form>\n");
}

static enum err moving_page(struct request *rq, struct reply *rp, int status, const struct session *s, str said)
{
	struct page_html p = html_page(rq, S("Moving"));
	struct account me;

	TRY(account_by_id(rq->cx, rq->cx->me->id, &me));
	HTML(&p.b, "<h1>Moving</h1>\n");
	html_said(&p.b, status, said);
	HTML(&p.b, "<h2>From this account to another</h2>\n");
	redirect(&p.b, &me, s);
	aliases(rq->cx, &p.b, &me, s);
	return answer(&p, rp, status);
}

enum err web_moving(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;

	TRY(web_member(rq, rp, &s, &done));
	return done ? OK : moving_page(rq, rp, 200, &s, STR_NONE);
}

/* What came of a verb, told on the page. */
static enum err tell(struct request *rq, struct reply *rp, const struct session *s, enum err e, const char *good)
{
	if (tells(e))
		return moving_page(rq, rp, 422, s, sentence(rq->cx));
	TRY(e);
	return moving_page(rq, rp, 200, s, str_of(good));
}

struct finding {
	str acct;
	struct account found;
	enum err e;
};

static void look(struct ctx *cx, void *arg)
{
	struct finding *f = arg;

	f->e = move_find(cx, f->acct, &f->found);
}

/* The account that the form names, from its server. *f: NULL while that is waited for, or where the answer is made. */
static enum err find(struct request *rq, struct reply *rp, const struct session *s, struct finding **f)
{
	str acct = str_trim(str_or(param_get(rq, "acct"), S(""))), said;

	*f = NULL;
	if (!rq->resumed) {
		struct finding *asked = NEW(rq->cx->mem, struct finding);

		str_skip(&acct, S("@"));
		if (!acct.n || acct.n > ACCT_MOST)
			return moving_page(rq, rp, 422, s, S("Please type the name of the other account."));
		if (!web_throttle(rq, "move", LOOKS, LOOKS_S))
			return moving_page(rq, rp, 429, s, S("Too many tries: please wait a little"));
		asked->acct = acct;
		return rq_later(rq, look, asked);
	}
	if (!((struct finding *)rq->later)->e) {
		*f = rq->later;
		return OK;
	}
	said = strf(rq->cx->mem, "There is no account %.*s, or its server does not answer now.", STR_F(acct));
	return moving_page(rq, rp, 422, s, said);
}

enum err web_moving_post(struct request *rq, struct reply *rp)
{
	struct finding *f;
	struct session s;
	bool done;
	int wrong;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	if (!rq->resumed) {
		TRY(web_password(rq, &s, &wrong));
		if (wrong)
			return moving_page(rq, rp, wrong, &s, rq->cx->said);
	}
	TRY(find(rq, rp, &s, &f));
	if (!f)
		return OK;
	return tell(rq, rp, &s, move_out(rq->cx, rq->cx->me, &f->found), "Done: followers are told within minutes.");
}

enum err web_moving_undo(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	return tell(rq, rp, &s, move_undo(rq->cx, rq->cx->me), "This account is here again; followers stay where they went.");
}

enum err web_alias_add(struct request *rq, struct reply *rp)
{
	struct finding *f;
	struct session s;
	bool done;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(find(rq, rp, &s, &f));
	if (!f)
		return OK;
	return tell(rq, rp, &s, move_alias_add(rq->cx, rq->cx->me, &f->found), "Added: now move from there.");
}

enum err web_alias_remove(struct request *rq, struct reply *rp)
{
	struct session s;
	enum err e;
	bool done;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	e = move_alias_remove(rq->cx, rq->cx->me, str_or(param_get(rq, "uri"), S("")));
	return tell(rq, rp, &s, e == ERR_NOT_FOUND ? OK : e, "Removed.");
}

/* For good */

static enum err delete_page(struct request *rq, struct reply *rp, int status, const struct session *s, str said)
{
	struct page_html p = html_page(rq, S("Delete the account"));

	HTML(&p.b, "<h1>Delete the account</h1>\n");
	html_said(&p.b, status, said);
	HTML(&p.b, "<p>This deletes @{}@{}, all its posts and files, here and, as far as they can be told, elsewhere. Nothing "
	           "brings it back, and its name is never given again.</p>\n",
	     rq->cx->me->username, rq->cx->me->domain);
	begin_form(&p.b, s, "/settings/delete");
	HTML(&p.b, PASSWORD_FIELD "<button type=\"submit\">Delete it for good</button>\n</form>\n");
	return answer(&p, rp, status);
}

enum err web_delete(struct request *rq, struct reply *rp)
{
	struct session s;
	bool done;

	TRY(web_member(rq, rp, &s, &done));
	return done ? OK : delete_page(rq, rp, 200, &s, STR_NONE);
}

enum err web_delete_post(struct request *rq, struct reply *rp)
{
	struct session s;
	struct user u;
	bool done;
	int wrong;

	TRY(web_member_form(rq, rp, &s, &done));
	if (done)
		return OK;
	TRY(web_password(rq, &s, &wrong));
	if (wrong)
		return delete_page(rq, rp, wrong, &s, rq->cx->said);
	TRY(user_by_id(rq->cx, s.user_id, &u));
	if (str_eq(u.role, S("owner")))
		return delete_page(rq, rp, 422, &s, S("Make somebody else the owner first."));
	TRY(account_delete(rq->cx, rq->cx->me));
	reply_cookie(rp, "session", S(""), 0);
	return web_problem(rq, rp, 200, "The account is deleted; its posts go within minutes");
}
