/* Claims deliveries in batches, has each attempt signed afresh, keeps many hosts busy at once but only a few requests to each,
 * and only one to an inbox from one account, so that what an account did arrives in its order. Outcomes are noted in
 * batches. One thread, and those that sign; answers come in from the net's. federation.md 12. */
#include "fed/courier.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/cond.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "fed/parcels.h"
#include "fed/sign.h"
#include "fed/sign_pool.h"
#include "fed/state.h"
#include "fed/sync.h"
#include "net/fetch.h"
#include "net/httpsig.h"
#include "net/keys.h"

/* Hosts that have not worked yet, or not lately, or are slow, share a part: the others always have room. */
enum { IN_FLIGHT = 192,
       IN_FLIGHT_DOUBTFUL = 64,
       IN_MEMORY = 512,
       IN_MEMORY_DOUBTFUL = 128,
       SLOW_MS = 5 * SECOND,
       CLOCKS_MS = 5 * MINUTE,
       CLAIM = 256,
       AHEAD = 8,
       DONE_MAX = 256,
       NOTE_MS = 40,
       LEASE_MS = 5 * MINUTE,
       PUT_BACK_MS = 30 * SECOND,
       RETRY_MS = 500 };

static struct {
	pthread_mutex_t lock; /* of what other threads touch: back, woken, stop */
	pthread_cond_t changed;
	struct parcel *back, **back_end; /* answered */
	bool woken, stop;

	/* Of the courier's thread. */
	struct app *app;
	pthread_t thread;
	bool started;
	struct parcels *parcels;
	struct sign_pool *pool; /* NULL: it signs itself */
	int in_flight; /* being signed, too */
	bool drained; /* a host that was left out of a claim may take more again */
	int64_t due;  /* clock_now(): when to claim next */
	struct parcel *done[DONE_MAX];
	struct delivered outcomes[DONE_MAX];
	size_t done_n;
	int64_t done_since; /* clock_mono() */
} c = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct verdict courier_verdict(const struct net_call *call)
{
	int s = call->status;

	if (call->result == NET_REFUSED || call->result == NET_REDIRECTS)
		return (struct verdict){ .outcome = DELIVER_NEVER };
	if (!s || (call->result != NET_OK && call->result != NET_TOO_BIG))
		return (struct verdict){ .outcome = DELIVER_LATER, .host_fault = call->result != NET_STOPPED };
	if (s >= 200 && s < 300)
		return (struct verdict){ .outcome = DELIVERED };
	if (s == 400 || s == 401)
		return (struct verdict){ .outcome = s == 401 ? DELIVER_LATER : DELIVER_NEVER, .knock_again = true };
	if (s == 408 || s == 429 || (s >= 300 && s < 400))
		return (struct verdict){ .outcome = DELIVER_LATER };
	if (s >= 500 && s != 501)
		return (struct verdict){ .outcome = DELIVER_LATER, .host_fault = true };
	return (struct verdict){ .outcome = DELIVER_NEVER };
}

static double dice(void)
{
	static uint64_t state = 0x853c49e6748fea9bu;

	state ^= (uint64_t)clock_mono();
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (double)(state >> 40) / (double)(1 << 24);
}

/* On the net's thread. */
static void answered(struct net_call *call)
{
	struct parcel *p = call->arg;

	pthread_mutex_lock(&c.lock);
	p->next = NULL;
	*c.back_end = p;
	c.back_end = &p->next;
	pthread_cond_signal(&c.changed);
	pthread_mutex_unlock(&c.lock);
}

/* --- outcomes */

static void note_all(void)
{
	struct arena mem ARENA_SCOPE;
	struct ctx cx;
	enum err e = ERR_BUSY;

	if (!c.done_n)
		return;
	ctx_init(&cx, c.app, &mem);
	for (int tries = 0; tries < 5 && e; tries++)
		e = deliver_done(&cx, c.outcomes, c.done_n);
	/* Their leases end, and they are delivered again: at least once is the promise. */
	if (e)
		LOG(LOG_WARN, "deliver", LS("what", S("outcomes not noted")), LI("n", c.done_n), LS("code", str_of(err_name(e))));
	for (size_t i = 0; i < c.done_n; i++)
		parcel_free(c.done[i]);
	c.done_n = 0;
}

static void note(struct parcel *p, struct delivered d)
{
	d.id = p->id;
	d.host = p->host;
	if (!c.done_n)
		c.done_since = clock_mono();
	c.done[c.done_n] = p;
	c.outcomes[c.done_n++] = d;
	if (c.done_n == DONE_MAX)
		note_all();
}

/* The host is not there: what waits for it in memory goes back unharmed, and not for long, however often the one that
 * found out has been tried: the breaker says when a host has to rest. */
static void put_back_rest(const struct parcel *p, int64_t now)
{
	int64_t due = now + PUT_BACK_MS;
	struct parcel *rest;

	while ((rest = parcels_take_host(c.parcels, p->host)))
		note(rest, (struct delivered){ .outcome = DELIVER_LATER, .due = due, .error = S("host is down") });
}

/* What is signed at another time than it seems to be is refused, and nobody would think of that. */
static str clocks_of(const struct net_call *call)
{
	int64_t theirs, away;

	if ((call->status != 400 && call->status != 401) || !clock_parse_http(net_header(call, S("date")), &theirs))
		return S("");
	away = theirs - clock_now();
	if (away > -CLOCKS_MS && away < CLOCKS_MS)
		return S("");
	return strf(call->mem, "; its clock is %lld min %s ours", (long long)(away < 0 ? -away : away) / MINUTE,
	            away < 0 ? "behind" : "ahead of");
}

static str error_of(const struct parcel *p)
{
	const struct net_call *call = &p->call;

	if (call->status)
		return strf(p->call.mem, "HTTP %d%.*s", call->status, STR_F(clocks_of(call)));
	return strf(p->call.mem, "%s %.*s", net_result_name(call->result), STR_F(str_to(call->why, 200)));
}

static void finish(struct parcel *p)
{
	struct verdict v = courier_verdict(&p->call);
	int64_t now = clock_now(), limit = c.app->config->deliver_days * DAY, tries = p->tries < 1 ? 1 : p->tries;
	struct delivered d = { .outcome = v.outcome, .host_fault = v.host_fault, .rfc9421 = p->rfc9421 };

	d.pace = p->call.took_ms > SLOW_MS ? 1 : v.outcome == DELIVERED && p->doubtful ? -1 : 0;
	d.knocked_twice = p->second && v.outcome == DELIVERED;
	if (v.outcome == DELIVER_LATER) {
		int64_t asked = p->call.retry_after > 0 ? p->call.retry_after : 0;

		d.due = deliver_again_at(now, p->created_at, tries, limit, dice(), asked);
		if (d.due < 0)
			d.outcome = DELIVER_NEVER;
	}
	if (p->call.status == 404 || p->call.status == 410)
		d.missing = p->inbox;
	d.gone = p->call.status == 410;
	if (v.outcome != DELIVERED)
		d.error = error_of(p);
	LOG(v.outcome == DELIVERED ? LOG_DEBUG : LOG_INFO, "deliver", LS("inbox", p->inbox), LI("try", tries),
	    LS("error", d.error), LI("status", p->call.status), LI("took", p->call.took_ms),
	    LI("next", d.due > 0 ? (d.due - now) / 1000 : 0));
	if (v.host_fault)
		put_back_rest(p, now);
	note(p, d);
}

/* --- sending */

static bool sign(struct ctx *cx, struct parcel *p)
{
	struct signing s;
	struct sig_with with;
	struct strs lines;
	struct url u;

	if (url_parse(p->call.mem, p->inbox, &u) || sign_as(cx, p->account_id, &s))
		return false;
	with = (struct sig_with){ .key = s.key, .key_id = s.key_id, .now = clock_now(), .rfc9421 = p->rfc9421 };
	with.sync = p->digest;
	lines = sig_sign(p->call.mem, &with, S("POST"), &u, p->letter->body);
	key_free(s.key);
	if (!lines.n)
		return false;
	p->call.headers.v = NEWS(p->call.mem, str, lines.n + 1);
	memcpy(p->call.headers.v, lines.v, lines.n * sizeof(str));
	p->call.headers.v[lines.n] = S("Content-Type: application/activity+json");
	p->call.headers.n = lines.n + 1;
	return true;
}

/* On a thread of the pool. */
static void sign_and_submit(struct ctx *cx, struct parcel *p)
{
	p->is_signed = sign(cx, p);
	if (p->is_signed)
		net_submit(fed.net, &p->call);
	else
		answered(&p->call);
}

static struct net_call call_of(struct parcel *p)
{
	struct net_call call = { .mem = &p->mem, .method = S("POST"), .url = p->inbox, .body = p->letter->body };

	call.drop_body = true;
	call.done = answered;
	call.arg = p;
	return call;
}

/* It comes back by answered(). */
static void start(struct ctx *cx, struct parcel *p)
{
	p->call = call_of(p);
	p->digest = p->sync ? str_dup(&p->mem, sync_header(cx, p->account_id, p->host)) : STR_NONE;
	if (c.pool)
		sign_pool_add(c.pool, p);
	else
		sign_and_submit(cx, p);
}

static void send_ready(struct ctx *cx)
{
	struct parcel *p;

	while (c.in_flight < IN_FLIGHT && (p = parcels_next(c.parcels, IN_FLIGHT_DOUBTFUL))) {
		c.in_flight++;
		start(cx, p);
	}
}

/* Those that came back; the list is the courier's alone by now. */
static void collect(struct ctx *cx, struct parcel *list)
{
	for (struct parcel *p = list, *next; p; p = next) {
		int first_status = p->call.status;

		next = p->next;
		if (p->is_signed && !p->second && courier_verdict(&p->call).knock_again) {
			p->first_status = first_status;
			p->second = true;
			p->rfc9421 = !p->rfc9421;
			start(cx, p);
			continue;
		}
		/* Where both kinds fail, the first answer is the one that counts. */
		if (p->second && p->first_status && courier_verdict(&p->call).outcome != DELIVERED)
			p->call.status = p->first_status;
		c.in_flight--;
		if (parcels_ended(c.parcels, p))
			c.drained = true;
		if (p->is_signed || p->second)
			finish(p);
		else
			note(p, (struct delivered){ .outcome = DELIVER_NEVER, .error = S("cannot be signed") });
	}
}

static void claim(struct ctx *cx)
{
	struct deliver_want want = { .busy = parcels_busy(c.parcels, cx->mem, AHEAD / 2), .n = CLAIM, .per_host = AHEAD };
	struct delivery *list = NULL;
	size_t n = 0;
	int64_t next = INT64_MAX;
	enum err e;

	c.drained = false;
	want.doubtful = IN_MEMORY_DOUBTFUL - parcels_doubtful(c.parcels);
	e = deliver_claim(cx, &want, LEASE_MS, &list, &n);
	if (!e && !n)
		e = deliver_next(cx, &next);
	parcels_add(c.parcels, list, e ? 0 : n);
	if (e)
		c.due = clock_now() + RETRY_MS;
	else if (n)
		c.due = 0;
	else if (want.busy.n || next == INT64_MAX)
		c.due = want.busy.n && next != INT64_MAX ? clock_now() + 5 * SECOND : INT64_MAX;
	else
		c.due = next > clock_now() + SECOND ? next : clock_now() + SECOND;
}

/* --- the thread */

static int64_t wait_ms(void)
{
	int64_t now = clock_now(), wait = INT64_MAX;

	if (c.drained && parcels_count(c.parcels) < IN_MEMORY)
		return 0;
	if (c.due != INT64_MAX && parcels_count(c.parcels) < IN_MEMORY)
		wait = c.due - now;
	if (c.done_n) {
		int64_t note_in = NOTE_MS - (clock_mono() - c.done_since);

		wait = note_in < wait ? note_in : wait;
	}
	return wait < 0 ? 0 : wait;
}

/* What came back, or NULL after the time or a wake. */
static struct parcel *wait_for_any(bool *stop)
{
	int64_t wait = wait_ms();
	struct parcel *list;

	pthread_mutex_lock(&c.lock);
	if (!c.back && !c.woken && !c.stop && wait == INT64_MAX) {
		pthread_cond_wait(&c.changed, &c.lock);
	} else if (!c.back && !c.woken && !c.stop && wait > 0) {
		cond_wait(&c.changed, &c.lock, clock_mono() + (wait > HOUR ? HOUR : wait));
	}
	list = c.back;
	c.back = NULL;
	c.back_end = &c.back;
	if (c.woken)
		c.due = 0;
	c.woken = false;
	*stop = c.stop;
	pthread_mutex_unlock(&c.lock);
	return list;
}

static void *courier(void *arg)
{
	struct arena mem ARENA_SCOPE;
	bool stop = false;

	(void)arg;
	while (!stop) {
		struct parcel *list = wait_for_any(&stop);
		struct arena_mark mark = arena_mark(&mem);
		struct ctx cx;

		ctx_init(&cx, c.app, &mem);
		collect(&cx, list);
		if (!stop && parcels_count(c.parcels) < IN_MEMORY && (c.drained || c.due <= clock_now()))
			claim(&cx);
		if (!stop)
			send_ready(&cx);
		/* Noted, they may make way for what waited behind them. */
		if (c.done_n && (stop || !c.in_flight || clock_mono() - c.done_since >= NOTE_MS)) {
			note_all();
			c.drained = true;
		}
		arena_rewind(&mem, mark);
	}
	return NULL;
}

enum err courier_start(struct app *app)
{
	cond_init(&c.changed);
	c.app = app;
	c.back = NULL;
	c.back_end = &c.back;
	c.woken = c.stop = false;
	c.due = 0;
	c.parcels = parcels_new((int)app->config->deliver_per_host);
	c.pool = sign_pool_new(app, sign_and_submit);
	c.started = !pthread_create(&c.thread, NULL, courier, NULL);
	return c.started ? OK : ERR_INTERNAL;
}

void courier_wake(void)
{
	pthread_mutex_lock(&c.lock);
	c.woken = true;
	pthread_cond_signal(&c.changed);
	pthread_mutex_unlock(&c.lock);
}

/* After the thread has ended, this one is the courier: it takes in what still comes back. */
void courier_stop(int64_t for_ms)
{
	struct arena mem ARENA_SCOPE;
	int64_t until = clock_mono() + for_ms;
	struct ctx cx;

	if (!c.started)
		return;
	pthread_mutex_lock(&c.lock);
	c.stop = true;
	pthread_cond_signal(&c.changed);
	pthread_mutex_unlock(&c.lock);
	pthread_join(c.thread, NULL);
	c.started = false;
	sign_pool_free(c.pool);
	c.pool = NULL;
	ctx_init(&cx, c.app, &mem);
	while (c.in_flight && clock_mono() < until) {
		struct parcel *list;

		nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
		pthread_mutex_lock(&c.lock);
		list = c.back;
		c.back = NULL;
		c.back_end = &c.back;
		pthread_mutex_unlock(&c.lock);
		collect(&cx, list);
	}
	note_all();
	/* What is still under way keeps its memory: the net calls back when it stops. */
	if (!c.in_flight)
		parcels_free(c.parcels);
}
