#pragma once
/* From a path to a route, and through a folder's manners to an answer. */
#include "http/router.h"

enum { PATH_PARTS = 12 };

struct router;
/* Compiles the tables; sets must outlive it. A mistake in a table is a BUG. */
struct router *router_new(const struct route_set *const *sets, int n);
void router_free(struct router *r);

/* What was found. No route: status is what to answer (204 for OPTIONS, 404, 405); no set: nobody's. */
struct routed {
	const struct route_set *set;
	const struct route *route;
	int status;
	unsigned allow; /* bits of methods known there */
};
/* Decodes the path into rq->path and finds its route; fills rq->route and rq->args. ERR_INVALID for a path that is none:
 * bad encoding, NUL, not UTF-8. rq->method, target, wants_as and cx->mem must be set. */
enum err router_find(const struct router *r, struct request *rq, struct routed *to) MUST_CHECK;
/* enter() alone, before the body is there: true if it refuses, and the answer is in *rp. */
bool router_refuses(const struct routed *to, struct request *rq, struct reply *rp);
/* enter() if it has not run, the handler, failed(), leave(). When rq->waiting is set afterwards there is no answer yet:
 * call again later with rq->resumed, and *rp as it is. */
void router_run(const struct routed *to, struct request *rq, struct reply *rp);
