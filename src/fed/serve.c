/* Actors and their collections as ActivityPub. Signed requests see what their signer may see; everyone else what is public.
 * federation.md 2.1, 2.5, 9, 16. */
#include "fed/serve.h"

#include "base/clock.h"
#include "config.h"
#include "core/bring_in.h"
#include "core/emoji.h"
#include "core/featured.h"
#include "core/group.h"
#include "core/interaction.h"
#include "core/react.h"
#include "core/relation.h"
#include "core/site.h"
#include "core/status.h"
#include "core/view.h"
#include "core/visible.h"
#include "fed/as_write.h"
#include "fed/sign.h"
#include "fed/signers.h"

enum { PAGE = 20,
       NAMES_PAGE = 40 };

struct jw *serve_json(struct reply *rp)
{
	struct jw *w = reply_json(rp);

	rp->type = S("application/activity+json; charset=utf-8");
	return w;
}

enum err serve_refuse(struct reply *rp, int status, const char *why)
{
	reply_text(rp, status, "application/json; charset=utf-8", strf(rp->rq->cx->mem, "{\"error\":\"%s\"}", why));
	return OK;
}

enum err serve_unsigned(struct reply *rp, int status)
{
	return serve_refuse(rp, status, "this needs a good signature of someone who is not blocked");
}

enum err serve_viewer(struct request *rq, struct reply *rp, int64_t *viewer, bool *refused)
{
	bool secure = rq->cx->app->config->authorized_fetch;
	struct check c;

	*viewer = 0;
	*refused = false;
	TRY(signature_check(rq, &c));
	/* The key is being fetched; this runs again. */
	if (rq->waiting) {
		*refused = true;
		return OK;
	}
	if (!c.status && !c.is_signed && secure)
		c.status = 401;
	/* What everybody may read needs no signature; who wants more is told what was wrong with theirs. */
	rq->instead = secure || c.status == 403 ? 0 : c.status;
	if (c.status && !rq->instead) {
		*refused = true;
		return serve_unsigned(rp, c.status);
	}
	*viewer = c.account_id;
	return OK;
}

enum err serve_account(struct request *rq, struct reply *rp, struct account *a, bool *done)
{
	struct ctx *cx = rq->cx;
	enum err e = account_local(cx, rq->args[0], a);

	*done = false;
	/* The deleted and the suspended are found by their address only. */
	if (e == ERR_NOT_FOUND)
		e = account_by_uri(cx, strf(cx->mem, "%.*s/users/%.*s", STR_F(rq_base(rq)), STR_F(rq->args[0])), a);
	TRY(e);
	if (a->site_id != cx->site->id || str_eq(a->kind, S("Application")))
		return ERR_NOT_FOUND;
	if (a->deleted_at) {
		*done = true;
		as_tombstone(serve_json(rp), NULL, a->uri, a->deleted_at, true);
		rp->status = 410;
	} else if (a->suspended_at) {
		*done = true;
		return serve_refuse(rp, 403, "this account is suspended");
	}
	return OK;
}

enum err serve_complete(struct ctx *cx, const struct account *author, struct status_view *v)
{
	struct account_view *whole = NEW(cx->mem, struct account_view);
	struct status row;

	TRY(status_by_id(cx, v->s.id, &row));
	v->s.in_reply_to_uri = row.in_reply_to_uri;
	v->s.conversation = row.conversation;
	TRY(group_uri(cx, &row, &v->group));
	TRY(interaction_approval(cx, &row, &v->approval));
	TRY(thread_own(cx, &row, &v->own_replies));
	*whole = *v->author;
	whole->a = *author;
	v->author = whole;
	return OK;
}

enum err serve_open(struct request *rq, struct reply *rp, struct account *a, bool *done)
{
	struct ctx *cx = rq->cx;
	unsigned rel = 0;
	int64_t viewer;

	TRY(serve_viewer(rq, rp, &viewer, done));
	if (*done)
		return OK;
	TRY(serve_account(rq, rp, a, done));
	if (*done || !viewer)
		return OK;
	TRY(visible_relations(cx, viewer, (struct ids){ &a->id, 1 }, &rel));
	if (!(rel & REL_BLOCKED_BY))
		return OK;
	*done = true;
	return serve_refuse(rp, 403, "blocked");
}

static enum err profile_of(struct ctx *cx, const struct account *a, struct as_profile *p)
{
	*p = (struct as_profile){ .a = a, .base = cx->site->base, .context = true };
	return profile_keys(cx, p);
}

enum err fed_actor(struct request *rq, struct reply *rp)
{
	struct as_profile p;
	struct account a;
	bool done;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(profile_of(rq->cx, &a, &p));
	as_actor(serve_json(rp), NULL, &p);
	return OK;
}

enum err fed_actor_page(struct request *rq, struct reply *rp)
{
	struct account a;
	bool done;

	TRY(serve_account(rq, rp, &a, &done));
	if (!done)
		reply_redirect(rp, 302, a.url);
	return OK;
}

enum err fed_emoji(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	str base = cx->site->base;
	struct emoji e;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(emoji_by_id(cx, id, &e));
	as_emoji(serve_json(rp), strf(cx->mem, "%.*s/emojis/%lld", STR_F(base), (long long)id), e.shortcode,
	         media_address(cx->mem, base, e.file), e.created_at);
	return OK;
}

/* Readable by all, always: who wants to check our signatures begins here. */
enum err fed_instance_actor(struct request *rq, struct reply *rp)
{
	struct as_profile p;
	struct account a;

	TRY(account_instance(rq->cx, &a));
	TRY(profile_of(rq->cx, &a, &p));
	as_instance_actor(serve_json(rp), &p);
	return OK;
}

enum err fed_instance_outbox(struct request *rq, struct reply *rp)
{
	struct account a;

	TRY(account_instance(rq->cx, &a));
	as_collection(serve_json(rp), true, a.outbox, 0, STR_NONE);
	return OK;
}

static bool wants_page(struct request *rq)
{
	return str_eq(param_get(rq, "page"), S("true")) || str_eq(param_get(rq, "page"), S("1"));
}

static str page_uri(struct ctx *cx, str collection, int64_t max_id)
{
	if (!max_id)
		return str_cat(cx->mem, collection, S("?page=true"));
	return strf(cx->mem, "%.*s?max_id=%lld&page=true", STR_F(collection), (long long)max_id);
}

enum err fed_outbox(struct request *rq, struct reply *rp)
{
	struct account_statuses filter = { 0 };
	struct status_view *views;
	struct page page = { 0 };
	struct account a;
	struct ids ids = { 0 };
	struct jw *w;
	size_t n = 0;
	bool done;
	str next;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	if (!wants_page(rq)) {
		as_collection(serve_json(rp), true, a.outbox, a.statuses_count, page_uri(rq->cx, a.outbox, 0));
		return OK;
	}
	TRY(rq_page(rq, PAGE, PAGE, &page));
	TRY(account_statuses(rq->cx, a.id, &filter, &page, &ids));
	TRY(status_views(rq->cx, ids, &views, &n));
	next = ids.n == PAGE ? page_uri(rq->cx, a.outbox, ids.v[ids.n - 1]) : STR_NONE;
	w = serve_json(rp);
	as_page_begin(w, a.outbox, page_uri(rq->cx, a.outbox, page.max_id), next, -1);
	for (size_t i = 0; i < n; i++) {
		TRY(serve_complete(rq->cx, &a, &views[i]));
		if (views[i].s.reblog_of_id)
			as_announce(w, NULL, &views[i], false);
		else
			as_create(w, &views[i], false);
	}
	as_page_end(w);
	return OK;
}

static enum err names(struct request *rq, struct reply *rp, enum relation_list which, bool following)
{
	struct account_view *views;
	struct listed *list;
	struct page page = { 0 };
	struct account a;
	struct ids ids;
	struct jw *w;
	size_t n = 0, found = 0;
	bool done;
	str uri, next = STR_NONE;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	uri = following ? a.following_uri : a.followers_uri;
	if (!wants_page(rq)) {
		as_collection(serve_json(rp), true, uri, following ? a.following_count : a.followers_count,
		              a.hide_collections ? STR_NONE : page_uri(rq->cx, uri, 0));
		return OK;
	}
	TRY(rq_page(rq, NAMES_PAGE, NAMES_PAGE, &page));
	TRY(relation_list(rq->cx, which, a.id, &page, &list, &n));
	ids = (struct ids){ NEWS(rq->cx->mem, int64_t, n + 1), n };
	for (size_t i = 0; i < n; i++)
		ids.v[i] = list[i].account;
	TRY(account_views(rq->cx, ids, &views, &found));
	if (n == NAMES_PAGE)
		next = page_uri(rq->cx, uri, list[n - 1].row);
	w = serve_json(rp);
	as_page_begin(w, uri, page_uri(rq->cx, uri, page.max_id), next, -1);
	for (size_t i = 0; i < found; i++)
		jw_str(w, NULL, views[i].a.uri);
	as_page_end(w);
	return OK;
}

enum err fed_followers(struct request *rq, struct reply *rp)
{
	return names(rq, rp, LIST_FOLLOWERS, false);
}

enum err fed_following(struct request *rq, struct reply *rp)
{
	return names(rq, rp, LIST_FOLLOWING, true);
}

/* Only what everyone may see, whoever asks. */
enum err fed_featured(struct request *rq, struct reply *rp)
{
	struct status_view *views;
	struct account a;
	struct ids ids = { 0 };
	struct jw *w;
	size_t n = 0;
	bool done;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(react_pins(rq->cx, a.id, &ids));
	TRY(status_views(rq->cx, ids, &views, &n));
	w = serve_json(rp);
	as_page_begin(w, STR_NONE, a.featured_uri, STR_NONE, (int64_t)n);
	for (size_t i = 0; i < n; i++) {
		TRY(serve_complete(rq->cx, &a, &views[i]));
		as_note(w, NULL, &views[i], false);
	}
	as_page_end(w);
	return OK;
}

enum err fed_featured_tags(struct request *rq, struct reply *rp)
{
	struct db_rows rows = { 0 };
	const struct featured_tag *t;
	struct account a;
	struct jw *w;
	bool done;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(featured_tags(rq->cx, a.id, &rows));
	t = rows.p;
	w = serve_json(rp);
	jw_obj(w, NULL);
	as_context(w);
	jw_str(w, "id", str_cat(rq->cx->mem, a.uri, S("/collections/tags")));
	jw_lit(w, "type", "Collection");
	jw_int(w, "totalItems", (int64_t)rows.n);
	jw_arr(w, "items");
	for (size_t i = 0; i < rows.n; i++)
		as_hashtag(w, NULL, rq->cx->site->base, t[i].name);
	jw_end(w);
	jw_end(w);
	return OK;
}
