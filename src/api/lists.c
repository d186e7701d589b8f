/* Lists: https://docs.joinmastodon.org/methods/lists/ */
#include "core/list.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "core/timeline.h"

static void entity_list(struct jw *w, const char *key, const struct list *l)
{
	jw_obj(w, key);
	jw_id(w, "id", l->id);
	jw_str(w, "title", l->title);
	jw_str(w, "replies_policy", l->replies_policy);
	jw_bool(w, "exclusive", l->exclusive);
	jw_end(w);
}

static enum err reply_lists(struct reply *rp, int64_t with)
{
	struct db_rows rows;
	struct jw *w;

	TRY(list_all(rp->rq->cx, with, &rows));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < rows.n; i++)
		entity_list(w, NULL, (const struct list *)rows.p + i);
	jw_end(w);
	return OK;
}

enum err api_lists(struct request *rq, struct reply *rp)
{
	(void)rq;
	return reply_lists(rp, 0);
}

enum err api_account_lists(struct request *rq, struct reply *rp)
{
	struct account a;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(account_by_id(rq->cx, id, &a));
	return reply_lists(rp, id);
}

static const struct param list_params[] = {
	P(list_in, title, P_STR, "title", 4096),
	P(list_in, replies_policy, P_STR, "replies_policy", 40),
	P(list_in, exclusive, P_TRI, "exclusive", 0),
};

enum err api_list_create(struct request *rq, struct reply *rp)
{
	struct list_in in = { 0 };
	struct list l;

	TRY(PARAMS(rq, list_params, &in));
	TRY(list_create(rq->cx, &in, &l));
	entity_list(reply_json(rp), NULL, &l);
	return OK;
}

enum err api_list_show(struct request *rq, struct reply *rp)
{
	struct list l;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(list_mine(rq->cx, id, &l));
	entity_list(reply_json(rp), NULL, &l);
	return OK;
}

enum err api_list_update(struct request *rq, struct reply *rp)
{
	struct list_in in = { 0 };
	struct list l;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, list_params, &in));
	TRY(list_update(rq->cx, id, &in, &l));
	entity_list(reply_json(rp), NULL, &l);
	return OK;
}

enum err api_list_delete(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(list_delete(rq->cx, id));
	reply_empty(rp);
	return OK;
}

/* limit=0 is everybody, as some apps want it. */
enum err api_list_accounts(struct request *rq, struct reply *rp)
{
	struct listed *rows;
	struct page page;
	int64_t id;
	size_t n;

	TRY(rq_id(rq, 0, &id));
	TRY(rq_page(rq, 40, 80, &page));
	if (str_eq(param_get(rq, "limit"), S("0")))
		page.limit = 0;
	TRY(list_accounts(rq->cx, id, &page, &rows, &n));
	if (!page.limit)
		return reply_accounts(rp, listed_ids(rq->cx->mem, rows, n));
	return reply_listed_accounts(rp, rows, n);
}

struct members_in {
	struct ids accounts;
};
static const struct param members_params[] = { P(members_in, accounts, P_IDS, "account_ids", 500) };

static enum err change_members(struct request *rq, struct reply *rp,
                               enum err (*change)(struct ctx *, int64_t, struct ids))
{
	struct members_in in = { 0 };
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, members_params, &in));
	TRY(change(rq->cx, id, in.accounts));
	reply_empty(rp);
	return OK;
}

enum err api_list_add(struct request *rq, struct reply *rp)
{
	return change_members(rq, rp, list_add);
}

enum err api_list_remove(struct request *rq, struct reply *rp)
{
	return change_members(rq, rp, list_remove);
}

enum err api_timeline_list(struct request *rq, struct reply *rp)
{
	struct page page;
	struct ids ids;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(rq_page(rq, 20, 40, &page));
	TRY(timeline_list(rq->cx, id, &page, &ids));
	return reply_statuses(rp, ids);
}
