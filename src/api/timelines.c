/* Timelines: https://docs.joinmastodon.org/methods/timelines/ */
#include "core/timeline.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "http/reply.h"

enum err api_timeline_home(struct request *rq, struct reply *rp)
{
	struct page page;
	struct ids ids;

	TRY(rq_page(rq, 20, 40, &page));
	TRY(timeline_home(rq->cx, &page, &ids));
	return reply_statuses(rp, ids);
}

static const struct param filter_params[] = {
	P(timeline_filter, local, P_BOOL, "local", 0),
	P(timeline_filter, remote, P_BOOL, "remote", 0),
	P(timeline_filter, only_media, P_BOOL, "only_media", 0),
	P(timeline_filter, any, P_STRS, "any", 20),
	P(timeline_filter, all, P_STRS, "all", 20),
	P(timeline_filter, none, P_STRS, "none", 20),
};

enum err api_timeline_public(struct request *rq, struct reply *rp)
{
	struct timeline_filter filter = { 0 };
	struct page page;
	struct ids ids;

	TRY(api_may_read_timelines(rp));
	TRY(PARAMS(rq, filter_params, &filter));
	TRY(rq_page(rq, 20, 40, &page));
	TRY(timeline_public(rq->cx, &filter, &page, &ids));
	return reply_statuses(rp, ids);
}

enum err api_timeline_tag(struct request *rq, struct reply *rp)
{
	struct timeline_filter filter = { 0 };
	struct page page;
	struct ids ids;

	TRY(api_may_read_timelines(rp));
	TRY(PARAMS(rq, filter_params, &filter));
	TRY(rq_page(rq, 20, 40, &page));
	TRY(timeline_tag(rq->cx, rq->args[0], &filter, &page, &ids));
	return reply_statuses(rp, ids);
}
