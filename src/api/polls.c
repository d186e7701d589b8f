/* Polls: https://docs.joinmastodon.org/methods/polls/ */
#include "core/poll.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"

static enum err reply_poll(struct reply *rp, int64_t id)
{
	struct status_view v;

	TRY(status_view(rp->rq->cx, id, &v));
	if (!v.poll)
		return ERR_NOT_FOUND;
	entity_poll(reply_json(rp), NULL, &v);
	return OK;
}

/* Whatever comes of it: what is stored is shown. */
static void refresh(struct ctx *cx, void *uri)
{
	if (cx->app->ports.refresh && cx->app->ports.refresh(cx, *(str *)uri) != OK)
		return;
}

/* Another server's tallies are asked for while somebody looks. */
static enum err ask(struct request *rq, int64_t id, bool *later)
{
	struct ctx *cx = rq->cx;
	str *uri = NEW(cx->mem, str);
	struct status_view v;

	*later = false;
	if (rq->resumed || !cx->me || !cx->app->ports.refresh)
		return OK;
	TRY(status_view(cx, id, &v));
	if (!v.poll || v.s.site_id)
		return OK;
	TRY(poll_stale(cx, id, later));
	*uri = v.s.uri;
	return *later ? rq_later(rq, refresh, uri) : OK;
}

enum err api_poll_show(struct request *rq, struct reply *rp)
{
	bool later;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(ask(rq, id, &later));
	return later ? OK : reply_poll(rp, id);
}

struct vote_in {
	struct strs choices;
};
static const struct param vote_params[] = { P(vote_in, choices, P_STRS, "choices", 500) };

enum err api_poll_vote(struct request *rq, struct reply *rp)
{
	struct vote_in in = { 0 };
	struct ids choices;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, vote_params, &in));
	choices = (struct ids){ NEWS(rq->cx->mem, int64_t, in.choices.n), in.choices.n };
	for (size_t i = 0; i < choices.n; i++)
		if (!str_int(in.choices.v[i], &choices.v[i]))
			choices.v[i] = -1;
	TRY(poll_vote(rq->cx, id, choices));
	return reply_poll(rp, id);
}
