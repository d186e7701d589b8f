/* Favourite, boost, bookmark, pin, mute a thread: https://docs.joinmastodon.org/methods/statuses/ */
#include "core/react.h"

#include "api/handlers.h"

enum err api_favourite(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(react_favourite(rq->cx, rq->cx->me, id, STR_NONE));
	return reply_status(rp, id);
}

enum err api_unfavourite(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(react_unfavourite(rq->cx, rq->cx->me, id));
	return reply_status(rp, id);
}

struct reblog_in {
	str visibility;
};
static const struct param reblog_params[] = { P(reblog_in, visibility, P_STR, "visibility", 20) };

enum err api_reblog(struct request *rq, struct reply *rp)
{
	struct reblog_in in = { 0 };
	int64_t id, made;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, reblog_params, &in));
	TRY(react_reblog(rq->cx, rq->cx->me, id, in.visibility, STR_NONE, 0, &made));
	return reply_status(rp, made);
}

enum err api_unreblog(struct request *rq, struct reply *rp)
{
	struct status s;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(status_by_id(rq->cx, id, &s));
	if (s.reblog_of_id)
		id = s.reblog_of_id;
	TRY(react_unreblog(rq->cx, rq->cx->me, id));
	return reply_status(rp, id);
}

/* The four that are a switch of one's own. */
static enum err own_switch(struct request *rq, struct reply *rp, enum err (*set)(struct ctx *, int64_t, bool), bool on)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(set(rq->cx, id, on));
	return reply_status(rp, id);
}

enum err api_bookmark(struct request *rq, struct reply *rp)
{
	return own_switch(rq, rp, react_bookmark, true);
}

enum err api_unbookmark(struct request *rq, struct reply *rp)
{
	return own_switch(rq, rp, react_bookmark, false);
}

enum err api_pin(struct request *rq, struct reply *rp)
{
	return own_switch(rq, rp, react_pin, true);
}

enum err api_unpin(struct request *rq, struct reply *rp)
{
	return own_switch(rq, rp, react_pin, false);
}

enum err api_mute_thread(struct request *rq, struct reply *rp)
{
	return own_switch(rq, rp, react_mute_thread, true);
}

enum err api_unmute_thread(struct request *rq, struct reply *rp)
{
	return own_switch(rq, rp, react_mute_thread, false);
}

typedef enum err (*by_list)(struct ctx *, int64_t, const struct page *, struct listed **, size_t *);

static enum err reply_by(struct request *rq, struct reply *rp, by_list list)
{
	struct listed *rows;
	struct page page;
	int64_t id;
	size_t n;

	TRY(rq_id(rq, 0, &id));
	TRY(rq_page(rq, 40, 80, &page));
	TRY(list(rq->cx, id, &page, &rows, &n));
	return reply_listed_accounts(rp, rows, n);
}

enum err api_favourited_by(struct request *rq, struct reply *rp)
{
	return reply_by(rq, rp, react_favourited_by);
}

enum err api_reblogged_by(struct request *rq, struct reply *rp)
{
	return reply_by(rq, rp, react_reblogged_by);
}

typedef enum err (*own_list)(struct ctx *, const struct page *, struct listed **, size_t *);

static enum err reply_own(struct request *rq, struct reply *rp, own_list list)
{
	struct listed *rows;
	struct page page;
	size_t n;

	TRY(rq_page(rq, 20, 40, &page));
	TRY(list(rq->cx, &page, &rows, &n));
	return reply_listed_statuses(rp, rows, n);
}

enum err api_favourites(struct request *rq, struct reply *rp)
{
	return reply_own(rq, rp, react_favourites);
}

enum err api_bookmarks(struct request *rq, struct reply *rp)
{
	return reply_own(rq, rp, react_bookmarks);
}
