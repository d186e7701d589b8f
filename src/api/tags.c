/* Hashtags: https://docs.joinmastodon.org/methods/tags/ followed_tags/ featured_tags/ */
#include "core/tag.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"
#include "base/clock.h"
#include "core/featured.h"

static enum err reply_tag(struct reply *rp, str name)
{
	struct tag_info t;

	TRY(tag_info(rp->rq->cx, name, &t));
	entity_tag(reply_json(rp), NULL, &t, rq_base(rp->rq), rp->rq->cx->me != NULL);
	return OK;
}

static enum err reply_tags(struct reply *rp, const struct db_rows *rows)
{
	const struct tag_name *row = rows->p;
	struct ctx *cx = rp->rq->cx;
	struct strs names = { NEWS(cx->mem, str, rows->n), rows->n };
	struct tag_info *tags;
	struct jw *w;
	size_t n;

	for (size_t i = 0; i < rows->n; i++)
		names.v[i] = row[i].name;
	TRY(tag_infos(cx, names, &tags, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_tag(w, NULL, &tags[i], rq_base(rp->rq), cx->me != NULL);
	jw_end(w);
	return OK;
}

enum err api_tag_show(struct request *rq, struct reply *rp)
{
	return reply_tag(rp, rq->args[0]);
}

static enum err tag_switch(struct request *rq, struct reply *rp, enum err (*set)(struct ctx *, str, bool), bool on)
{
	TRY(set(rq->cx, rq->args[0], on));
	return reply_tag(rp, rq->args[0]);
}

enum err api_tag_follow(struct request *rq, struct reply *rp)
{
	return tag_switch(rq, rp, tag_follow, true);
}

enum err api_tag_unfollow(struct request *rq, struct reply *rp)
{
	return tag_switch(rq, rp, tag_follow, false);
}

enum err api_tag_feature(struct request *rq, struct reply *rp)
{
	return tag_switch(rq, rp, tag_feature, true);
}

enum err api_tag_unfeature(struct request *rq, struct reply *rp)
{
	return tag_switch(rq, rp, tag_feature, false);
}

enum err api_followed_tags(struct request *rq, struct reply *rp)
{
	const struct tag_name *row;
	struct db_rows rows;
	struct page page;

	TRY(rq_page(rq, 100, 200, &page));
	TRY(tag_followed(rq->cx, &page, &rows));
	TRY(reply_tags(rp, &rows));
	row = rows.p;
	if (rows.n)
		reply_links(rp, row[0].row, row[rows.n - 1].row);
	return OK;
}

static void entity_featured_tag(struct jw *w, const char *key, const struct featured_tag *t, str base)
{
	char day[CLOCK_TEXT];

	jw_obj(w, key);
	jw_id(w, "id", t->id);
	jw_str(w, "name", t->name);
	jw_str(w, "url", tag_url(w->b.mem, base, t->folded));
	jw_str(w, "statuses_count", strf(w->b.mem, "%lld", (long long)t->statuses_count));
	jw_str(w, "last_status_at", t->last_status_at ? str_head_runes(clock_iso(t->last_status_at, day), 10) : STR_NONE);
	jw_end(w);
}

static enum err reply_featured(struct reply *rp, int64_t account_id)
{
	struct db_rows rows;
	struct jw *w;

	TRY(featured_tags(rp->rq->cx, account_id, &rows));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < rows.n; i++)
		entity_featured_tag(w, NULL, (const struct featured_tag *)rows.p + i, rq_base(rp->rq));
	jw_end(w);
	return OK;
}

enum err api_featured_tags(struct request *rq, struct reply *rp)
{
	return reply_featured(rp, rq->cx->me->id);
}

/* Nothing of one that is gone, or that blocks who asks. */
enum err api_account_featured_tags(struct request *rq, struct reply *rp)
{
	struct account_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(account_view(rq->cx, id, &v));
	return reply_featured(rp, v.a.deleted_at || v.a.suspended_at ? 0 : id);
}

struct featured_in {
	str name;
};
static const struct param featured_params[] = { P(featured_in, name, P_STR, "name", 1024) };

enum err api_featured_tag_create(struct request *rq, struct reply *rp)
{
	struct featured_in in = { .name = S("") };
	struct featured_tag made;

	TRY(PARAMS(rq, featured_params, &in));
	TRY(featured_tag_add(rq->cx, rq->cx->me, in.name, &made));
	entity_featured_tag(reply_json(rp), NULL, &made, rq_base(rq));
	return OK;
}

enum err api_featured_tag_delete(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(featured_tag_remove(rq->cx, rq->cx->me, id));
	reply_empty(rp);
	return OK;
}

enum err api_featured_suggestions(struct request *rq, struct reply *rp)
{
	struct db_rows rows;

	TRY(tag_suggestions(rq->cx, &rows));
	return reply_tags(rp, &rows);
}
