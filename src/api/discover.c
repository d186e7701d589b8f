/* Who and what there is to find: https://docs.joinmastodon.org/methods/trends/ directory/ suggestions/,
 * accounts/#familiar_followers */
#include "core/discover.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "base/clock.h"
#include "core/site.h"

/* Trends */

enum err api_trend_tags(struct request *rq, struct reply *rp)
{
	struct tag_info *tags;
	struct page page;
	struct jw *w;
	size_t n;

	TRY(rq_page(rq, 10, 20, &page));
	TRY(trend_tags(rq->cx, page.limit, page.offset, &tags, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_tag(w, NULL, &tags[i], rq_base(rq), rq->cx->me != NULL);
	jw_end(w);
	return OK;
}

enum err api_trend_statuses(struct request *rq, struct reply *rp)
{
	struct page page;
	struct ids ids;

	TRY(rq_page(rq, 20, 40, &page));
	TRY(trend_statuses(rq->cx, page.limit, page.offset, &ids));
	return write_statuses(rp, ids);
}

enum err api_trend_links(struct request *rq, struct reply *rp)
{
	struct card_used *links;
	struct page page;
	struct jw *w;
	size_t n;

	TRY(rq_page(rq, 10, 20, &page));
	TRY(trend_links(rq->cx, page.limit, page.offset, &links, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_trending_link(w, &links[i], rq->cx->now / DAY * DAY);
	jw_end(w);
	return OK;
}

/* People */

struct directory_in {
	str order;
	bool local;
};
static const struct param directory_params[] = {
	P(directory_in, order, P_STR, "order", 20),
	P(directory_in, local, P_BOOL, "local", 0),
};

enum err api_directory(struct request *rq, struct reply *rp)
{
	struct directory_in in = { 0 };
	struct page page;
	struct ids ids;

	TRY(PARAMS(rq, directory_params, &in));
	TRY(rq_page(rq, 40, 80, &page));
	TRY(directory_list(rq->cx, in.local, str_eq(in.order, S("new")), page.limit, page.offset, &ids));
	return reply_accounts(rp, ids);
}

static enum err suggestions(struct request *rq, struct reply *rp, bool bare)
{
	const struct suggested *s;
	struct account_view *views;
	struct db_rows rows;
	struct page page;
	struct ids ids;
	struct jw *w;
	size_t n, at = 0;

	TRY(rq_page(rq, 40, SUGGESTIONS_MOST, &page));
	TRY(suggestion_list(rq->cx, page.limit, &rows));
	s = rows.p;
	ids = (struct ids){ NEWS(rq->cx->mem, int64_t, rows.n), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		ids.v[i] = s[i].id;
	TRY(account_views(rq->cx, ids, &views, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++) {
		while (s[at].id != views[i].a.id)
			at++; /* in the same order, some left out */
		if (bare) {
			entity_account(w, NULL, &views[i]);
			continue;
		}
		jw_obj(w, NULL);
		jw_lit(w, "source", s[at].friend ? "past_interactions" : "global");
		jw_arr(w, "sources");
		jw_lit(w, NULL, s[at].friend ? "friends_of_friends" : "most_followed");
		jw_end(w);
		entity_account(w, "account", &views[i]);
		jw_end(w);
	}
	jw_end(w);
	return OK;
}

enum err api_suggestions(struct request *rq, struct reply *rp)
{
	return suggestions(rq, rp, false);
}

enum err api_suggestions_v1(struct request *rq, struct reply *rp)
{
	return suggestions(rq, rp, true);
}

enum err api_suggestion_dismiss(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(suggestion_dismiss(rq->cx, id));
	reply_empty(rp);
	return OK;
}

struct familiar_in {
	struct ids ids;
};
static const struct param familiar_params[] = { P(familiar_in, ids, P_IDS, "id", 40) };

/* Each id asked for, in its order, with those of its followers. */
enum err api_familiar_followers(struct request *rq, struct reply *rp)
{
	struct familiar_in in = { 0 };
	const struct familiar *f;
	struct account_view *views;
	struct db_rows rows;
	struct ids ids;
	struct jw *w;
	size_t n;

	TRY(PARAMS(rq, familiar_params, &in));
	TRY(familiar_list(rq->cx, in.ids, &rows));
	f = rows.p;
	ids = (struct ids){ NEWS(rq->cx->mem, int64_t, rows.n), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		ids.v[i] = f[i].account_id;
	TRY(account_views(rq->cx, ids, &views, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < in.ids.n; i++) {
		jw_obj(w, NULL);
		jw_id(w, "id", in.ids.v[i]);
		jw_arr(w, "accounts");
		for (size_t k = 0; k < rows.n; k++)
			for (size_t v = 0; f[k].target_id == in.ids.v[i] && v < n; v++)
				if (views[v].a.id == f[k].account_id) {
					entity_account(w, NULL, &views[v]);
					break;
				}
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	return OK;
}
