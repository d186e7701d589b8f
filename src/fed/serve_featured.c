/* Collections of accounts, their items, and leave to be in them: FEP-7aa9. The same for all whom their owner does not block. */
#include "core/featured_collection.h"
#include "core/site.h"
#include "fed/as_write.h"
#include "fed/serve.h"

/* Of the account, by the path's second argument. */
static enum err find(struct request *rq, const struct account *a, struct featured_view *v)
{
	int64_t id;

	TRY(rq_id(rq, 1, &id));
	TRY(featured_view(rq->cx, id, v));
	return v->c.account_id == a->id && v->c.local ? OK : ERR_NOT_FOUND;
}

/* Those that want to be found. */
enum err fed_featured_collections(struct request *rq, struct reply *rp)
{
	struct page page = { .limit = COLLECTIONS_MOST };
	struct featured_view *views;
	struct account a;
	struct ids ids;
	struct jw *w;
	size_t n;
	bool done;
	str uri;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(featured_collections_of(rq->cx, a.id, &page, &ids));
	TRY(featured_views(rq->cx, ids, &views, &n));
	uri = str_cat(rq->cx->mem, a.uri, S("/featured_collections"));
	w = serve_json(rp);
	jw_obj(w, NULL);
	as_context(w);
	jw_str(w, "id", uri);
	jw_lit(w, "type", "OrderedCollection");
	jw_str(w, "attributedTo", a.uri);
	jw_int(w, "totalItems", (int64_t)n);
	jw_arr(w, "orderedItems");
	for (size_t i = 0; i < n; i++)
		jw_str(w, NULL, views[i].c.uri);
	jw_end(w);
	jw_end(w);
	return OK;
}

enum err fed_featured_collection(struct request *rq, struct reply *rp)
{
	struct featured_view v;
	struct account a;
	bool done;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(find(rq, &a, &v));
	as_featured_collection(serve_json(rp), NULL, &v, a.uri, true);
	return OK;
}

/* The address of its page leads programs to it, and so does the id people. */
enum err fed_collection_at_page(struct request *rq, struct reply *rp)
{
	struct featured_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(featured_view(rq->cx, id, &v));
	if (!v.c.local || site_of_url(rq->cx->app, v.c.uri) != rq->cx->site)
		return ERR_NOT_FOUND;
	reply_redirect(rp, 302, v.c.uri);
	return OK;
}

enum err fed_featured_item(struct request *rq, struct reply *rp)
{
	struct featured_view v;
	struct account a;
	int64_t id;
	bool done;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(find(rq, &a, &v));
	TRY(rq_id(rq, 2, &id));
	for (size_t i = 0; i < v.items_n; i++)
		if (v.items[i].id == id) {
			as_featured_item(serve_json(rp), NULL, &v.items[i], true);
			return OK;
		}
	return ERR_NOT_FOUND;
}

/* While it stands; a name in a collection of somebody else, or here. */
enum err fed_feature_authorization(struct request *rq, struct reply *rp)
{
	struct featured_collection c;
	struct featured_item i;
	struct account a;
	int64_t id;
	bool done;

	TRY(serve_open(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(rq_id(rq, 1, &id));
	TRY(featured_stamp(rq->cx, a.id, id, &i, &c));
	as_feature_stamp(serve_json(rp), NULL, i.stamp, c.uri, a.uri, true);
	return OK;
}
