/* What goes on in the background for who looks: https://docs.joinmastodon.org/methods/async_refreshes/ */
#include "api/enter.h"
#include "api/handlers.h"
#include "core/bring_in.h"

enum { RETRY_S = 3 };

/* A thread was opened: the rest of it is asked for, and the app is told when to look again. */
enum err api_refresh_thread(struct reply *rp, int64_t status_id)
{
	struct ctx *cx = rp->rq->cx;
	struct refresh r;

	if (!cx->me)
		return OK;
	TRY(refresh_ask(cx, status_id, &r));
	if (r.id)
		reply_header(rp, "Mastodon-Async-Refresh",
		             strf(cx->mem, "id=\"%lld\", retry=%d, result_count=%lld", (long long)r.id, RETRY_S,
		                  (long long)r.found));
	return OK;
}

enum err api_async_refresh(struct request *rq, struct reply *rp)
{
	struct refresh r;
	struct jw *w;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(refresh_by_id(rq->cx, id, &r));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_obj(w, "async_refresh");
	jw_id(w, "id", r.id);
	jw_lit(w, "status", r.ended_at ? "finished" : "running");
	jw_int(w, "result_count", r.found);
	jw_end(w);
	jw_end(w);
	return OK;
}
