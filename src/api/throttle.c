/* How often the API may be asked, in Mastodon's measures and headers (https://docs.joinmastodon.org/api/rate-limits/): by
 * address, account and token, and less often for what costs more. Kept in memory: a restart forgives. Who calls from this
 * machine itself is not counted. */
#include "api/enter.h"
#include "base/arena.h"
#include "base/clock.h"
#include "config.h"
#include "core/account.h"
#include "http/limits.h"

enum { WINDOW = 5 * MINUTE,
       OF_ACCOUNT = 5 }; /* an account has so many times what one of its tokens has */

static void set_header(struct reply *rp, const char *name, str value)
{
	for (int i = 0; i < rp->headers_n; i++)
		if (!strcmp(rp->headers[i].name, name)) {
			rp->headers[i].value = value;
			return;
		}
	reply_header(rp, name, value);
}

static void tell(struct reply *rp, const struct limit_left *left)
{
	struct arena *mem = rp->rq->cx->mem;
	char text[CLOCK_TEXT];
	str reset = clock_iso(left->reset_at, text);

	str_chop(&reset, S("Z"));
	set_header(rp, "X-RateLimit-Limit", strf(mem, "%lld", (long long)left->most));
	set_header(rp, "X-RateLimit-Remaining", strf(mem, "%lld", (long long)left->remaining));
	set_header(rp, "X-RateLimit-Reset", str_cat(mem, reset, S("000Z"))); /* clients read six digits */
	if (!left->remaining) {
		int64_t one = (left->reset_at - rp->rq->cx->now) / left->most; /* until the next is free */

		set_header(rp, "Retry-After", strf(mem, "%lld", (long long)(one / SECOND + 1)));
	}
}

/* The tighter of two: by the share that is left. */
static void tighter(struct limit_left *of, const struct limit_left *other)
{
	if (!of->most || other->remaining * of->most < of->remaining * other->most)
		*of = *other;
}

static bool take(str key, int64_t most, int64_t window, struct limit_left *tightest)
{
	struct limit_left left;
	bool fine = limits_take(limits_shared(), key, most, window, &left);

	tighter(tightest, &left);
	return fine;
}

enum err api_throttle(struct request *rq, struct reply *rp, const char *what, int64_t most, int64_t window)
{
	struct ctx *cx = rq->cx;
	struct limit_left left = { 0 };
	bool fine;

	if (limits_exempt(cx->address))
		return OK;
	fine = take(strf(cx->mem, "%s %.*s", what, STR_F(limits_address(cx->mem, cx->address))), most, window, &left);
	tell(rp, &left);
	return fine ? OK : ERR_LIMIT;
}

/* What costs more than an answer: a tenth of the setting, within half an hour. */
static const struct {
	enum method method;
	const char *path, *name;
} costly[] = {
	{ M_POST, "/api/v1/media", "media" },
	{ M_POST, "/api/v2/media", "media" },
	{ M_DELETE, "/api/v1/statuses/:id", "delete" },
	{ M_POST, "/api/v1/statuses/:id/unreblog", "delete" },
};

static const char *cost_of(const struct request *rq)
{
	for (size_t i = 0; i < sizeof(costly) / sizeof(costly[0]); i++)
		if (rq->method == costly[i].method && !strcmp(rq->route->path, costly[i].path))
			return costly[i].name;
	return NULL;
}

enum err api_rate(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	int64_t most = cx->app->config->rate_limit, whose = cx->me ? cx->me->id : 0;
	struct limit_left left = { 0 };
	const char *cost;
	bool fine;

	if (!most || rq->resumed || limits_exempt(cx->address) || (!cx->token_id && (rq->route->flags & R_MEMO)))
		return OK;
	if (cx->token_id)
		fine = take(strf(cx->mem, "token %lld", (long long)cx->token_id), most, WINDOW, &left);
	else
		fine = take(strf(cx->mem, "ip %.*s", STR_F(limits_address(cx->mem, cx->address))), most, WINDOW, &left);
	if (fine && whose)
		fine = take(strf(cx->mem, "account %lld", (long long)whose), most * OF_ACCOUNT, WINDOW, &left);
	cost = fine && whose ? cost_of(rq) : NULL;
	if (cost)
		fine = take(strf(cx->mem, "%s %lld", cost, (long long)whose), most / 10 + 1, 30 * MINUTE, &left);
	tell(rp, &left);
	return fine ? OK : ERR_LIMIT;
}
