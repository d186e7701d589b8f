/* Posts for later: https://docs.joinmastodon.org/methods/scheduled_statuses/ */
#include "core/scheduled.h"

#include "api/entity.h"
#include "api/handlers.h"

static void entity_scheduled(struct jw *w, const struct scheduled *s, const struct attachment *media, size_t n)
{
	jw_obj(w, NULL);
	jw_id(w, "id", s->id);
	jw_time(w, "scheduled_at", s->scheduled_at);
	jw_raw(w, "params", s->params);
	jw_arr(w, "media_attachments");
	for (size_t i = 0; i < n; i++)
		if (media[i].status_id == s->id)
			entity_media(w, NULL, &media[i]);
	jw_end(w);
	jw_end(w);
}

static enum err reply_scheduled(struct reply *rp, const struct scheduled *s)
{
	struct attachment *media;
	size_t n;

	TRY(scheduled_media(rp->rq->cx, s, 1, &media, &n));
	entity_scheduled(reply_json(rp), s, media, n);
	return OK;
}

enum err api_schedule(struct reply *rp, const struct post_in *in, int64_t at)
{
	struct scheduled s;

	TRY(scheduled_add(rp->rq->cx, in, at, &s));
	return reply_scheduled(rp, &s);
}

enum err api_scheduled_list(struct request *rq, struct reply *rp)
{
	struct attachment *media;
	struct scheduled *v;
	struct page page;
	struct jw *w;
	size_t n, media_n;

	TRY(rq_page(rq, 20, 40, &page));
	TRY(scheduled_list(rq->cx, &page, &v, &n));
	TRY(scheduled_media(rq->cx, v, n, &media, &media_n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_scheduled(w, &v[i], media, media_n);
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
	return reply_scheduled(rp, &s);
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
	return reply_scheduled(rp, &s);
}

enum err api_scheduled_cancel(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(scheduled_cancel(rq->cx, id));
	reply_empty(rp);
	return OK;
}
