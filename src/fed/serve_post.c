/* Posts as ActivityPub: 200 for who may see them, 404 for who may not, the same as for what never was; 410 for what is gone. */
#include "core/bring_in.h"
#include "core/react.h"
#include "core/status.h"
#include "fed/as_write.h"
#include "fed/serve.h"

enum { REPLIES_PAGE = 20, CONTEXT_PAGE = 100 };

/* The post of the path. done: *rp is the answer. */
static enum err open_status(struct request *rq, struct reply *rp, struct account *author, struct status *s, bool *done)
{
	int64_t viewer, id;
	bool open;

	TRY(serve_viewer(rq, rp, &viewer, done));
	/* A post is not there for whom it is not for. */
	if (*done && !rq->waiting && rp->status == 403) {
		rp->status = 404;
		return ERR_NOT_FOUND;
	}
	if (*done)
		return OK;
	TRY(rq_id(rq, 1, &id));
	TRY(serve_account(rq, rp, author, done));
	if (*done)
		return OK;
	TRY(status_by_id(rq->cx, id, s));
	if (s->account_id != author->id || !s->site_id)
		return ERR_NOT_FOUND;
	open = str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));
	if (s->deleted_at && open) {
		*done = true;
		as_tombstone(serve_json(rp), NULL, s->uri, s->deleted_at, true);
		rp->status = 410;
		return OK;
	}
	return s->deleted_at ? ERR_NOT_FOUND : visible_check(rq->cx, viewer, s);
}

static enum err serve(struct request *rq, struct reply *rp, bool activity)
{
	struct status_view view;
	struct account a;
	struct status s;
	bool done;

	TRY(open_status(rq, rp, &a, &s, &done));
	if (done)
		return OK;
	TRY(status_own_view(rq->cx, s.id, &view));
	TRY(serve_complete(rq->cx, &a, &view));
	if (view.s.reblog_of_id)
		as_announce(serve_json(rp), NULL, &view, true);
	else if (activity)
		as_create(serve_json(rp), &view, true);
	else
		as_note(serve_json(rp), NULL, &view, true);
	return OK;
}

enum err fed_status(struct request *rq, struct reply *rp)
{
	return serve(rq, rp, false);
}

enum err fed_status_activity(struct request *rq, struct reply *rp)
{
	return serve(rq, rp, true);
}

/* People are sent to the page, which decides by itself what it shows. */
enum err fed_status_page(struct request *rq, struct reply *rp)
{
	struct account a;
	struct status s;
	bool done;

	TRY(open_status(rq, rp, &a, &s, &done));
	if (!done)
		reply_redirect(rp, 302, s.url);
	return OK;
}

static str part(struct request *rq, const struct status *s, const char *name)
{
	return str_cat(rq->cx->mem, s->uri, str_of(name));
}

static struct jw *begin_part(struct reply *rp, const char *type, str id)
{
	struct jw *w = serve_json(rp);

	jw_obj(w, NULL);
	as_context(w);
	jw_str(w, "id", id);
	jw_lit(w, "type", type);
	return w;
}

enum err fed_status_replies(struct request *rq, struct reply *rp)
{
	struct ids ids = { 0 };
	struct account a;
	struct status s, reply;
	int64_t after = 0;
	struct jw *w;
	bool done;
	str uri, next = STR_NONE;

	TRY(open_status(rq, rp, &a, &s, &done));
	if (done)
		return OK;
	uri = part(rq, &s, "/replies");
	if (str_none(param_get(rq, "page"))) {
		as_collection(serve_json(rp), false, uri, s.replies_count, str_cat(rq->cx->mem, uri, S("?page=true")));
		return OK;
	}
	if (!str_int(param_get(rq, "min_id"), &after) || after < 0)
		after = 0;
	TRY(status_public_replies(rq->cx, s.id, after, REPLIES_PAGE, &ids));
	if (ids.n == REPLIES_PAGE)
		next = strf(rq->cx->mem, "%.*s?min_id=%lld&page=true", STR_F(uri), (long long)ids.v[ids.n - 1]);
	w = begin_part(rp, "CollectionPage",
	               after ? strf(rq->cx->mem, "%.*s?min_id=%lld&page=true", STR_F(uri), (long long)after)
	                     : str_cat(rq->cx->mem, uri, S("?page=true")));
	jw_str(w, "partOf", uri);
	if (!str_none(next))
		jw_str(w, "next", next);
	jw_arr(w, "items");
	for (size_t i = 0; i < ids.n; i++)
		if (!status_by_id(rq->cx, ids.v[i], &reply))
			jw_str(w, NULL, reply.uri);
	jw_end(w);
	jw_end(w);
	return OK;
}

enum err fed_status_likes(struct request *rq, struct reply *rp)
{
	struct account a;
	struct status s;
	bool done;

	TRY(open_status(rq, rp, &a, &s, &done));
	if (!done)
		as_collection(serve_json(rp), false, part(rq, &s, "/likes"), s.favourites_count, STR_NONE);
	return OK;
}

enum err fed_status_shares(struct request *rq, struct reply *rp)
{
	struct account a;
	struct status s;
	bool done;

	TRY(open_status(rq, rp, &a, &s, &done));
	if (!done)
		as_collection(serve_json(rp), false, part(rq, &s, "/shares"), s.reblogs_count, STR_NONE);
	return OK;
}

/* --- the whole thread of a post of ours, FEP-7888: owned by the author of the first post, only what everyone may read */

static enum err open_context(struct request *rq, struct reply *rp, struct account *author, struct status *s, bool *done)
{
	int64_t viewer, id;

	TRY(serve_viewer(rq, rp, &viewer, done));
	if (*done)
		return OK;
	TRY(rq_id(rq, 0, &id));
	TRY(status_by_id(rq->cx, id, s));
	if (s->site_id != rq->cx->site->id || s->deleted_at || s->reblog_of_id || s->in_reply_to_uri.n ||
	    !(str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"))))
		return ERR_NOT_FOUND;
	TRY(account_by_id(rq->cx, s->account_id, author));
	return author->deleted_at || author->suspended_at ? ERR_NOT_FOUND : visible_check(rq->cx, viewer, s);
}

enum err fed_context(struct request *rq, struct reply *rp)
{
	struct account a;
	struct status s;
	struct jw *w;
	bool done;

	TRY(open_context(rq, rp, &a, &s, &done));
	if (done)
		return OK;
	w = begin_part(rp, "Collection", s.conversation);
	jw_str(w, "attributedTo", a.uri);
	jw_str(w, "first", part(rq, &(struct status){ .uri = s.conversation }, "/items"));
	jw_end(w);
	return OK;
}

enum err fed_context_items(struct request *rq, struct reply *rp)
{
	struct db_rows rows = { 0 };
	const struct thread_uri *u;
	int64_t after = 0;
	struct account a;
	struct status s;
	struct jw *w;
	bool done;
	str items;

	TRY(open_context(rq, rp, &a, &s, &done));
	if (done)
		return OK;
	if (!str_int(param_get(rq, "min_id"), &after) || after < 0)
		after = 0;
	TRY(thread_public(rq->cx, s.thread_id, after, CONTEXT_PAGE, &rows));
	u = rows.p;
	items = str_cat(rq->cx->mem, s.conversation, S("/items"));
	w = begin_part(rp, "CollectionPage",
	                  after ? strf(rq->cx->mem, "%.*s?min_id=%lld", STR_F(items), (long long)after) : items);
	jw_str(w, "partOf", s.conversation);
	if (rows.n == CONTEXT_PAGE)
		jw_str(w, "next", strf(rq->cx->mem, "%.*s?min_id=%lld", STR_F(items), (long long)u[rows.n - 1].id));
	jw_arr(w, "items");
	for (size_t i = 0; i < rows.n; i++)
		jw_str(w, NULL, u[i].uri);
	jw_end(w);
	jw_end(w);
	return OK;
}
