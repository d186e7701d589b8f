/* The table of federation, made from routes.def, and its manners. */
#include "config.h"
#include "core/site.h"
#include "fed/fed.h"
#include "fed/serve.h"

#define ROUTE(method, path, fn, flags) { M_##method, path, fn, flags, NULL },
static const struct route routes[] = {
#include "fed/routes.def"
};
#undef ROUTE

/* The domain of handles may point here too. */
static enum err fed_enter(struct request *rq, struct reply *rp)
{
	(void)rp;
	if (!rq->cx->site)
		rq->cx->site = site_ours(rq->cx->app, rq->host);
	return rq->cx->site ? OK : ERR_NOT_FOUND;
}

static void fed_failed(struct request *rq, struct reply *rp, enum err e)
{
	if (e == ERR_NOT_FOUND && rq->instead && serve_unsigned(rp, rq->instead) == OK)
		return;
	reply_error(rp, e);
}

static void fed_leave(struct request *rq, struct reply *rp)
{
	if (rq->method != M_GET)
		return;
	reply_header(rp, "Vary", rq->cx->app->config->authorized_fetch ? S("Accept, Signature") : S("Accept"));
	reply_header(rp, "Access-Control-Allow-Origin", S("*"));
	if (!str_none(rq_header(rq, "Signature")) || !str_none(rq_header(rq, "Authorization")))
		reply_header(rp, "Cache-Control", S("private, no-store"));
	else
		reply_header(rp, "Cache-Control", rp->status < 300 ? S("public, max-age=180") : S("no-cache"));
}

const struct route_set fed_routes = {
	.routes = routes,
	.n = sizeof(routes) / sizeof(routes[0]),
	.enter = fed_enter,
	.failed = fed_failed,
	.leave = fed_leave,
};
