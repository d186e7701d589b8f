/* The door of the client API (../docs: clients.md, "Errors", "CORS"): one place decides about tokens and scopes, by the
 * columns of routes.def. It does not know what any route does. */
#include "api/enter.h"

#include "base/arena.h"
#include "core/disk.h"
#include "core/oauth.h"

enum err api_refuse(struct reply *rp, int status, const char *said)
{
	rp->status = status;
	return fail(rp->rq->cx, status == 401 || status == 403 ? ERR_DENIED : ERR_INVALID, "%s", said);
}

/* RFC 6750, 2.1 */
str api_bearer(const struct request *rq)
{
	str header = rq_header(rq, "Authorization");

	if (str_none(header) || str_istarts(header, S("Basic "))) /* Basic is the token endpoint's */
		return STR_NONE;
	if (!str_istarts(header, S("Bearer ")))
		return S("");
	return str_trim(str_from(header, 7));
}

static bool any_covers(str held, str alternatives)
{
	for (str one; str_cut(&alternatives, '|', &one);)
		if (scope_covers(held, one))
			return true;
	return false;
}

/* On a full disk things can still be removed. */
static enum err room_for(const struct request *rq)
{
	bool files = rq->route->flags & R_BIG && str_istarts(rq_header(rq, "Content-Type"), S("multipart/form-data"));

	if ((rq->method != M_POST && rq->method != M_PUT && rq->method != M_PATCH) || rq->route->flags & R_ENDS)
		return OK;
	return disk_room(rq->cx, files ? DISK_TIGHT : DISK_FULL);
}

enum err api_enter(struct request *rq, struct reply *rp)
{
	const struct api_route *route = rq->route->what;
	struct ctx *cx = rq->cx;
	str token = api_bearer(rq);

	if (!str_none(token)) {
		enum err e = token_use(cx, token);

		if (e == ERR_DENIED || e == ERR_NOT_FOUND)
			return api_refuse(rp, 401, "The access token is invalid");
		TRY(e);
	}
	if (route->auth != OPEN && !cx->token_id)
		return api_refuse(rp, 401,
		                  route->auth == APP ? "The access token is invalid" :
		                                       "This method requires an authenticated user");
	if (cx->token_id && route->scope && !any_covers(cx->scopes, str_of(route->scope)))
		return api_refuse(rp, 403, "This action is outside the authorized scopes");
	if (route->auth >= WAITING && !cx->me)
		return api_refuse(rp, 422, "This method requires an authenticated user");
	if (route->auth == USER && cx->missing)
		return api_refuse(rp, 403, cx->missing);
	TRY(room_for(rq));
	TRY(api_rate(rq, rp));
	if (cx->missing && route->auth < WAITING)
		cx->me = NULL; /* sees what anybody sees */
	return OK;
}

void api_failed(struct request *rq, struct reply *rp, enum err e)
{
	int status = rp->status;

	(void)rq;
	reply_error(rp, e);
	if (status != 200)
		rp->status = status;
}

void api_leave(struct request *rq, struct reply *rp)
{
	reply_header(rp, "Access-Control-Allow-Origin", S("*"));
	reply_header(rp, "Access-Control-Expose-Headers",
	             S("Link, Mastodon-Async-Refresh, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
	               "X-Request-Id"));
	if (rq->method == M_OPTIONS) {
		reply_header(rp, "Access-Control-Allow-Methods", S("GET, HEAD, POST, PUT, PATCH, DELETE"));
		reply_header(rp, "Access-Control-Allow-Headers", S("Authorization, Content-Type, Idempotency-Key"));
		reply_header(rp, "Access-Control-Max-Age", S("7200"));
		return;
	}
	if (!str_none(rq_header(rq, "Authorization")) || rp->status >= 400)
		reply_header(rp, "Cache-Control", S("private, no-store"));
	reply_header(rp, "Vary", S("Authorization, Origin"));
}
