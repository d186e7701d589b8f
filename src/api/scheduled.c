/* Posts for later: https://docs.joinmastodon.org/methods/scheduled_statuses/ */
#include "core/scheduled.h"

#include "api/entity.h"
#include "api/handlers.h"

static void entity_scheduled(struct jw *w, const char *key, const struct scheduled *s)
{
	jw_obj(w, key);
	jw_id(w, "id", s->id);
	jw_time(w, "scheduled_at", s->scheduled_at);
	jw_raw(w, "params", s->params);
	jw_arr(w, "media_attachments");
	jw_end(w);
	jw_end(w);
}

enum err api_schedule(struct reply *rp, const struct post_in *in, int64_t at)
{
	struct scheduled s;

	TRY(scheduled_add(rp->rq->cx, in, at, &s));
	entity_scheduled(reply_json(rp), NULL, &s);
	return OK;
}

enum err api_scheduled_list(struct request *rq, struct reply *rp)
{
	struct scheduled *v;
	struct page page;
	struct jw *w;
	size_t n;

	TRY(rq_page(rq, 20, 40, &page));
	TRY(scheduled_list(rq->cx, &page, &v, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_scheduled(w, NULL, &v[i]);
	jw_end(w);
	if (n)
		reply_links(rp, v[0].id, v[n - 1].id);
	return OK;
}

enum err api_scheduled_show(struct request *rq, struct reply *rp)
{
	struct scheduled s;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(scheduled_find(rq->cx, id, &s));
	entity_scheduled(reply_json(rp), NULL, &s);
	return OK;
}

struct move_in {
	int64_t at;
};
static const struct param move_params[] = { P(move_in, at, P_TIME, "scheduled_at", 0) };

enum err api_scheduled_move(struct request *rq, struct reply *rp)
{
	struct move_in in = { 0 };
	struct scheduled s;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, move_params, &in));
	TRY(scheduled_move(rq->cx, id, in.at, &s));
	entity_scheduled(reply_json(rp), NULL, &s);
	return OK;
}

enum err api_scheduled_cancel(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(scheduled_cancel(rq->cx, id));
	reply_empty(rp);
	return OK;
}
