/* Search: https://docs.joinmastodon.org/methods/search/ */
#include "core/search.h"

#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"

struct search_form {
	struct search_in in;
	bool resolve;
};
static const struct param search_params[] = {
	P(search_form, in.q, P_STR, "q", 512),
	P(search_form, in.type, P_STR, "type", 20),
	P(search_form, in.following, P_BOOL, "following", 0),
	P(search_form, in.account_id, P_ID, "account_id", 0),
	P(search_form, resolve, P_BOOL, "resolve", 0),
};

static enum err write_found(struct reply *rp, const struct search_found *found)
{
	struct account_view *accounts;
	struct status_view *statuses;
	struct tag_info *tags;
	struct featured_view *collections;
	size_t accounts_n, statuses_n, tags_n, collections_n;
	struct ctx *cx = rp->rq->cx;
	struct jw *w;

	TRY(account_views(cx, found->accounts, &accounts, &accounts_n));
	TRY(status_views(cx, found->statuses, &statuses, &statuses_n));
	TRY(tag_infos(cx, found->tags, &tags, &tags_n));
	TRY(featured_views(cx, found->collections, &collections, &collections_n));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_arr(w, "accounts");
	for (size_t i = 0; i < accounts_n; i++)
		entity_account(w, NULL, &accounts[i]);
	jw_end(w);
	jw_arr(w, "statuses");
	for (size_t i = 0; i < statuses_n; i++)
		entity_status(w, NULL, &statuses[i]);
	jw_end(w);
	jw_arr(w, "hashtags");
	for (size_t i = 0; i < tags_n; i++)
		entity_tag(w, NULL, &tags[i], rq_base(rp->rq), cx->me != NULL);
	jw_end(w);
	jw_arr(w, "collections");
	for (size_t i = 0; i < collections_n; i++)
		entity_collection(w, NULL, &collections[i]);
	jw_end(w);
	jw_end(w);
	return OK;
}

enum err api_search(struct request *rq, struct reply *rp)
{
	struct search_form form = { 0 };
	struct search_found found;
	struct page page;

	TRY(PARAMS(rq, search_params, &form));
	TRY(rq_page(rq, 20, 40, &page));
	if ((form.resolve || page.offset) && !rq->cx->me)
		return api_refuse(rp, 401, "Search queries that resolve remote resources or page are for users of this server");
	if (form.resolve && !rq->resumed && search_resolvable(rq->cx, form.in.q)) {
		struct strs *one = NEW(rq->cx->mem, struct strs);

		*one = (struct strs){ NEW(rq->cx->mem, str), 1 };
		one->v[0] = form.in.q;
		return rq_later(rq, api_bring_in, one);
	}
	form.in.limit = page.limit;
	form.in.offset = page.offset;
	form.in.max_id = page.max_id;
	form.in.min_id = page.min_id;
	TRY(search_run(rq->cx, &form.in, &found));
	return write_found(rp, &found);
}
