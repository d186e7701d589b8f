/* Limits for what costs us something and needs no account. Kept in memory: a restart forgives. */
#include <pthread.h>

#include "api/enter.h"
#include "base/arena.h"
#include "base/clock.h"
#include "http/limits.h"

enum { BUCKETS = 4096 };

static struct limits *limits; /* for as long as the process lives */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make(void)
{
	limits = limits_new(BUCKETS);
}

static void tell(struct reply *rp, const struct limit_left *left)
{
	struct arena *mem = rp->rq->cx->mem;
	char text[CLOCK_TEXT];

	reply_header(rp, "X-RateLimit-Limit", strf(mem, "%lld", (long long)left->most));
	reply_header(rp, "X-RateLimit-Remaining", strf(mem, "%lld", (long long)left->remaining));
	reply_header(rp, "X-RateLimit-Reset", str_cat(mem, clock_iso(left->reset_at, text), S("")));
}

enum err api_throttle(struct request *rq, struct reply *rp, const char *what, int64_t most, int64_t window)
{
	struct ctx *cx = rq->cx;
	str address = cx->address;
	struct limit_left left;
	bool fine;

	if (!address.n || str_starts(address, S("127.")) || str_eq(address, S("::1")))
		return OK;
	pthread_once(&once, make);
	fine = limits_take(limits, strf(cx->mem, "%s %.*s", what, STR_F(limits_address(cx->mem, address))), most, window, &left);
	tell(rp, &left);
	return fine ? OK : ERR_LIMIT;
}
