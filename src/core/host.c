/* How other hosts are doing: a breaker each, policies, habits. */
#include "core/host.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/deliver.h"

enum { FAILURES_MAX = 10,
       DOUBLINGS = 6,
       ALIVE_MS = MINUTE };

enum err host_worked(struct ctx *cx, str host)
{
	struct host h = { 0 };
	enum err e = hosts_get(cx->db, cx->mem, host, &h);

	if (e && e != ERR_NOT_FOUND)
		return e;
	TRY(hosts_ok(cx->db, host, cx->now));
	if (!h.failures)
		return OK;
	if (h.open_until)
		LOG(LOG_INFO, "host_back", LS("host", host));
	return deliveries_hurry(cx->db, host, cx->now);
}

enum err host_failed(struct ctx *cx, str host, int64_t times)
{
	int64_t failures, over, until;

	TRY(hosts_failed(cx->db, host, times, cx->now, &failures));
	over = failures - FAILURES_MAX;
	if (over < 0)
		return OK;
	if (over < times)
		LOG(LOG_INFO, "host_down", LS("host", host), LI("failures", failures));
	until = cx->now + (over < DOUBLINGS ? (int64_t)MINUTE << over : (int64_t)HOUR);
	TRY(hosts_rest(cx->db, host, until));
	return deliveries_postpone(cx->db, host, cx->now, until);
}

enum err host_get(struct ctx *cx, str host, struct host *out)
{
	struct host h = { .host = host };
	enum err e = hosts_get(cx->db, cx->mem, host, &h);

	*out = h;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err note_alive(struct ctx *cx, void *arg)
{
	return host_worked(cx, *(str *)arg);
}

enum err host_alive(struct ctx *cx, const struct host *h)
{
	str host = h->host;

	if (!h->failures && cx->now - h->ok_at < ALIVE_MS)
		return OK;
	TRY(write_tx(cx, note_alive, &host));
	if (h->failures)
		deliver_wake(cx);
	return OK;
}

struct quirk {
	str host;
	bool on;
};

static enum err note_quirk(struct ctx *cx, void *arg)
{
	struct quirk *q = arg;

	return hosts_set_quirk(cx->db, q->host, q->on, cx->now);
}

static enum err note_rfc9421(struct ctx *cx, void *arg)
{
	struct quirk *q = arg;

	return hosts_set_rfc9421(cx->db, q->host, q->on, cx->now);
}

enum err host_set_rfc9421(struct ctx *cx, str host, bool rfc9421)
{
	struct quirk q = { host, rfc9421 };

	return write_tx(cx, note_rfc9421, &q);
}

enum err host_set_quirk(struct ctx *cx, str host, bool query_quirk)
{
	struct quirk q = { host, query_quirk };
	struct host h;

	TRY(host_get(cx, host, &h));
	return h.query_quirk == query_quirk ? OK : write_tx(cx, note_quirk, &q);
}
