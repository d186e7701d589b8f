/* What many handlers share: pages of posts and accounts, and bringing in what is elsewhere. */
#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"
#include "base/clock.h"
#include "config.h"
#include "core/site.h"

enum { BRING_IN_MS = 12 * SECOND };

enum err write_statuses(struct reply *rp, struct ids ids)
{
	struct status_view *views;
	struct jw *w;
	size_t n;

	TRY(status_views(rp->rq->cx, ids, &views, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_status(w, NULL, &views[i]);
	jw_end(w);
	return OK;
}

enum err reply_statuses(struct reply *rp, struct ids ids)
{
	TRY(write_statuses(rp, ids));
	if (ids.n)
		reply_links(rp, ids.v[0], ids.v[ids.n - 1]);
	return OK;
}

enum err reply_accounts(struct reply *rp, struct ids ids)
{
	struct account_view *views;
	struct jw *w;
	size_t n;

	TRY(account_views(rp->rq->cx, ids, &views, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_account(w, NULL, &views[i]);
	jw_end(w);
	return OK;
}

struct ids listed_ids(struct arena *mem, const struct listed *rows, size_t n)
{
	struct ids ids = { NEWS(mem, int64_t, n), n };

	for (size_t i = 0; i < n; i++)
		ids.v[i] = rows[i].account;
	return ids;
}

enum err reply_listed_accounts(struct reply *rp, const struct listed *rows, size_t n)
{
	TRY(reply_accounts(rp, listed_ids(rp->rq->cx->mem, rows, n)));
	if (n)
		reply_links(rp, rows[0].row, rows[n - 1].row);
	return OK;
}

enum err reply_listed_statuses(struct reply *rp, const struct listed *rows, size_t n)
{
	TRY(write_statuses(rp, listed_ids(rp->rq->cx->mem, rows, n)));
	if (n)
		reply_links(rp, rows[0].row, rows[n - 1].row);
	return OK;
}

enum err reply_status(struct reply *rp, int64_t id)
{
	struct status_view v;

	TRY(status_view(rp->rq->cx, id, &v));
	entity_status(reply_json(rp), NULL, &v);
	return OK;
}

enum err reply_relationship(struct reply *rp, int64_t account_id)
{
	struct relationship *r;
	size_t n;

	TRY(account_relationships(rp->rq->cx, (struct ids){ &account_id, 1 }, &r, &n));
	if (!n)
		return ERR_NOT_FOUND;
	entity_relationship(reply_json(rp), NULL, r);
	return OK;
}

enum err reply_credentials(struct reply *rp)
{
	struct ctx *cx = rp->rq->cx;
	struct account_view v;
	struct listed *waiting;
	size_t n;
	struct page all = { .limit = 80 };

	TRY(account_view(cx, cx->me->id, &v));
	TRY(relation_list(cx, LIST_REQUESTS, cx->me->id, &all, &waiting, &n));
	entity_credential_account(reply_json(rp), &v, (int64_t)n);
	return OK;
}

void api_bring_in(struct ctx *cx, void *arg)
{
	struct strs *list = arg;
	int64_t end = clock_mono() + BRING_IN_MS;

	for (size_t i = 0; i < list->n && clock_mono() < end; i++)
		if (cx->app->ports.resolve && cx->app->ports.resolve(cx, list->v[i]) != OK)
			continue; /* stays unknown: the handler sees that for itself */
}

enum err api_may_read_timelines(struct reply *rp)
{
	return visible_timelines(rp->rq->cx) ? OK : api_refuse(rp, 401, "This method requires an authenticated user");
}
