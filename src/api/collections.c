/* Collections of accounts: https://docs.joinmastodon.org/methods/collections/ */
#include "core/featured_receive.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"

static const struct param collection_params[] = {
	P(collection_in, name, P_STR, "name", 4096),
	P(collection_in, description, P_STR, "description", 4096),
	P(collection_in, language, P_STR, "language", 100),
	P(collection_in, tag, P_STR, "tag_name", 1024),
	P(collection_in, sensitive, P_TRI, "sensitive", 0),
	P(collection_in, discoverable, P_TRI, "discoverable", 0),
};
static const struct param account_params[] = { P(collection_in, accounts, P_IDS, "account_ids", COLLECTION_ITEMS_MOST + 1) };

/* 422 as the reference has it: the sentence and its details one level further down than elsewhere. */
static enum err refuse(struct reply *rp, const struct featured_fault *fault)
{
	str said = rp->rq->cx->said, why = said;
	struct jw *w;

	str_skip(&why, S("Validation failed: "));
	rp->status = 422;
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_obj(w, "error");
	jw_str(w, "error", said);
	jw_obj(w, "details");
	jw_arr(w, fault->field);
	jw_obj(w, NULL);
	jw_lit(w, "error", fault->code);
	jw_str(w, "description", why);
	jw_end(w);
	jw_end(w);
	jw_end(w);
	jw_end(w);
	jw_end(w);
	return OK;
}

static enum err reply_collection(struct reply *rp, int64_t id)
{
	struct featured_view v;
	struct jw *w;

	TRY(featured_view(rp->rq->cx, id, &v));
	w = reply_json(rp);
	jw_obj(w, NULL);
	entity_collection(w, "collection", &v);
	jw_end(w);
	return OK;
}

enum err api_collection_create(struct request *rq, struct reply *rp)
{
	struct collection_in in = { .discoverable = 1 };
	struct featured_fault fault = { 0 };
	int64_t id;
	enum err e;

	TRY(PARAMS(rq, collection_params, &in));
	TRY(PARAMS(rq, account_params, &in));
	e = featured_collection_create(rq->cx, &in, &fault, &id);
	if (e == ERR_INVALID && fault.field)
		return refuse(rp, &fault);
	return e ? e : reply_collection(rp, id);
}

enum err api_collection_update(struct request *rq, struct reply *rp)
{
	struct collection_in in = { 0 };
	struct featured_fault fault = { 0 };
	int64_t id;
	enum err e;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, collection_params, &in));
	e = featured_collection_update(rq->cx, id, &in, &fault);
	if (e == ERR_INVALID && fault.field)
		return refuse(rp, &fault);
	return e ? e : reply_collection(rp, id);
}

enum err api_collection_delete(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(featured_collection_delete(rq->cx, id));
	reply_empty(rp);
	return OK;
}

/* With its owner and everybody in it. */
enum err api_collection_show(struct request *rq, struct reply *rp)
{
	struct account_view *accounts;
	struct featured_view v;
	struct ids who;
	struct jw *w;
	int64_t id;
	size_t n;

	TRY(rq_id(rq, 0, &id));
	TRY(featured_view(rq->cx, id, &v));
	TRY(featured_look_again(rq->cx, &v.c));
	who = (struct ids){ NEWS(rq->cx->mem, int64_t, v.items_n + 1), 1 };
	who.v[0] = v.c.account_id;
	for (size_t i = 0; i < v.items_n; i++)
		if (!ids_has(who, v.items[i].account_id))
			who.v[who.n++] = v.items[i].account_id;
	TRY(account_views(rq->cx, who, &accounts, &n));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_arr(w, "accounts");
	for (size_t i = 0; i < n; i++)
		entity_account(w, NULL, &accounts[i]);
	jw_end(w);
	entity_collection(w, "collection", &v);
	jw_end(w);
	return OK;
}

static enum err list(struct request *rq, struct reply *rp,
                     enum err (*find)(struct ctx *, int64_t, const struct page *, struct ids *))
{
	struct featured_view *views;
	struct account_view of;
	struct page page;
	struct ids ids;
	struct jw *w;
	int64_t id;
	size_t n;

	TRY(rq_id(rq, 0, &id));
	TRY(rq_page(rq, 40, 80, &page));
	TRY(account_view(rq->cx, id, &of));
	TRY(find(rq->cx, id, &page, &ids));
	TRY(featured_views(rq->cx, ids, &views, &n));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_arr(w, "collections");
	for (size_t i = 0; i < n; i++)
		entity_collection(w, NULL, &views[i]);
	jw_end(w);
	jw_end(w);
	reply_offset_links(rp, &page, (int64_t)ids.n);
	return OK;
}

enum err api_account_collections(struct request *rq, struct reply *rp)
{
	return list(rq, rp, featured_collections_of);
}

enum err api_account_in_collections(struct request *rq, struct reply *rp)
{
	return list(rq, rp, featured_collections_with);
}

/* Items */

struct item_in {
	int64_t account;
};
static const struct param item_params[] = { P(item_in, account, P_ID, "account_id", 0) };

enum err api_collection_item_add(struct request *rq, struct reply *rp)
{
	struct item_in in = { 0 };
	struct featured_item made;
	struct featured_view v;
	struct jw *w;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(featured_view(rq->cx, id, &v));
	TRY(PARAMS(rq, item_params, &in));
	if (!in.account)
		return fail(rq->cx, ERR_INVALID, "`account_id` parameter is missing");
	TRY(featured_item_add(rq->cx, id, in.account, &made));
	w = reply_json(rp);
	jw_obj(w, NULL);
	entity_collection_item(w, "collection_item", &made);
	jw_end(w);
	return OK;
}

static enum err leave(struct request *rq, struct reply *rp, enum err (*verb)(struct ctx *, int64_t, int64_t))
{
	int64_t id, item;

	TRY(rq_id(rq, 0, &id));
	TRY(rq_id(rq, 1, &item));
	TRY(verb(rq->cx, id, item));
	reply_empty(rp);
	return OK;
}

enum err api_collection_item_remove(struct request *rq, struct reply *rp)
{
	return leave(rq, rp, featured_item_remove);
}

enum err api_collection_item_revoke(struct request *rq, struct reply *rp)
{
	return leave(rq, rp, featured_item_revoke);
}
