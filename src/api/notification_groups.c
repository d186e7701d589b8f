/* Notifications in groups: https://docs.joinmastodon.org/methods/grouped_notifications/ */
#include "api/handlers.h"
#include "api/notices.h"
#include "base/arena.h"

struct expand_in {
	str accounts;
};
static const struct param expand_params[] = { P(expand_in, accounts, P_STR, "expand_accounts", 100) };

static enum err read_expand(struct request *rq, struct reply *rp, bool *partial)
{
	struct expand_in in = { S("full") };

	TRY(PARAMS(rq, expand_params, &in));
	*partial = str_eq(in.accounts, S("partial_avatars"));
	if (*partial || !in.accounts.n || str_eq(in.accounts, S("full")))
		return OK;
	rp->status = 400;
	return fail(rq->cx, ERR_INVALID,
	            "Invalid value for 'expand_accounts': '%.*s', allowed values are 'full' and 'partial_avatars'",
	            STR_F(in.accounts));
}

/* Every account once, in the order in which they are met; what the groups are about besides. */
struct gathered {
	struct ids full, partial;
	struct notice_wants wants;
};

static void gather(struct ids *into, int64_t id)
{
	if (id && !ids_has(*into, id))
		into->v[into->n++] = id;
}

static void gather_all(struct arena *mem, const struct notice_group *g, size_t n, bool partial, struct gathered *all)
{
	struct ids *from = &all->wants.from;

	all->full.v = NEWS(mem, int64_t, n * GROUP_SAMPLE);
	all->partial.v = NEWS(mem, int64_t, n * GROUP_SAMPLE);
	all->wants = notices_want(mem, n, n * 2 * GROUP_SAMPLE);
	for (size_t i = 0; i < n; i++) {
		notices_want_one(&all->wants, &g[i].n);
		for (size_t k = 0; k < (partial ? 1 : g[i].sample.n); k++)
			gather(&all->full, g[i].sample.v[k]);
	}
	for (size_t i = 0; partial && i < n; i++)
		for (size_t k = 1; k < g[i].sample.n; k++)
			if (!ids_has(all->full, g[i].sample.v[k]))
				gather(&all->partial, g[i].sample.v[k]);
	for (size_t i = 0; i < all->full.n; i++)
		from->v[from->n++] = all->full.v[i];
	for (size_t i = 0; i < all->partial.n; i++)
		from->v[from->n++] = all->partial.v[i];
}

static void write_accounts(struct jw *w, const struct gathered *all, bool partial, const struct notice_loaded *l)
{
	jw_arr(w, "accounts");
	for (size_t i = 0; i < all->full.n; i++)
		if (notices_from(l, all->full.v[i]))
			entity_account(w, NULL, notices_from(l, all->full.v[i]));
	jw_end(w);
	if (!partial)
		return;
	jw_arr(w, "partial_accounts");
	for (size_t i = 0; i < all->partial.n; i++)
		if (notices_from(l, all->partial.v[i]))
			entity_partial_account(w, notices_from(l, all->partial.v[i]));
	jw_end(w);
}

/* A group is loaded by the newest of its accounts. */
static void write_group(struct jw *w, const struct notice_group *g, const struct notice_loaded *l,
                        const struct notice_known *known, bool paged)
{
	struct notice n = g->n;
	struct notice_parts parts;

	n.from_id = g->sample.v[0];
	if (!notices_parts(l, &n, &parts))
		return;
	parts.fallback = notices_fallback(known, n.kind);
	entity_notification_group(w, g, &parts, paged);
}

static enum err write_groups(struct reply *rp, const struct notice_group *g, size_t n, bool partial, bool paged)
{
	struct ctx *cx = rp->rq->cx;
	struct gathered all = { 0 };
	struct notice_known known;
	struct notice_loaded l;
	struct jw *w;

	TRY(notices_known(rp->rq, &known));
	gather_all(cx->mem, g, n, partial, &all);
	TRY(notices_load(cx, &all.wants, &l));
	w = reply_json(rp);
	jw_obj(w, NULL);
	write_accounts(w, &all, partial, &l);
	jw_arr(w, "statuses");
	for (size_t i = 0; i < all.wants.about.n; i++)
		if (notices_about(&l, all.wants.about.v[i]))
			entity_status(w, NULL, notices_about(&l, all.wants.about.v[i]));
	jw_end(w);
	jw_arr(w, "notification_groups");
	for (size_t i = 0; i < n; i++)
		write_group(w, &g[i], &l, &known, paged);
	jw_end(w);
	jw_end(w);
	return OK;
}

enum err api_notification_groups(struct request *rq, struct reply *rp)
{
	struct notice_group *list = NULL;
	struct notice_filter filter;
	struct page page;
	bool partial;
	size_t n;

	TRY(read_expand(rq, rp, &partial));
	TRY(notices_filter(rq, &filter));
	TRY(rq_page(rq, 40, 80, &page));
	TRY(notice_groups(rq->cx, &filter, &page, &list, &n));
	TRY(write_groups(rp, list, n, partial, true));
	if (n)
		reply_links(rp, list[0].n.id, list[n - 1].n.id);
	return OK;
}

enum err api_notification_groups_unread(struct request *rq, struct reply *rp)
{
	return notices_reply_unread(rq, rp, true);
}

enum err api_notification_group_show(struct request *rq, struct reply *rp)
{
	struct notice_group g;

	TRY(notice_group(rq->cx, rq->args[0], &g));
	return write_groups(rp, &g, 1, false, false);
}

enum err api_notification_group_accounts(struct request *rq, struct reply *rp)
{
	struct notice *list;
	struct page page;
	struct ids ids;
	size_t n;

	TRY(rq_page(rq, 40, 80, &page));
	TRY(notice_group_list(rq->cx, rq->args[0], &page, &list, &n));
	ids = (struct ids){ NEWS(rq->cx->mem, int64_t, n), 0 };
	for (size_t i = 0; i < n; i++)
		gather(&ids, list[i].from_id);
	TRY(reply_accounts(rp, ids));
	if (n)
		reply_links(rp, list[0].id, list[n - 1].id);
	return OK;
}

enum err api_notification_group_dismiss(struct request *rq, struct reply *rp)
{
	TRY(notice_group_dismiss(rq->cx, rq->args[0]));
	reply_empty(rp);
	return OK;
}
