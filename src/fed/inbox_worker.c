/* Threads that take what hosts sent in turns (arrivals.h); an idle one claims for all. Effects are committed many at a time;
 * where one of them fails they are done one by one. Nothing here polls: an idle server sleeps. */
#include "fed/inbox_worker.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/cond.h"
#include "base/log.h"
#include "core/disk.h"
#include "fed/arrivals.h"
#include "fed/take.h"

enum { LANES = 4,
       DOUBTFUL_LANES = LANES / 2,
       CLAIM = 64,
       PER_HOST = 32, /* in a claim */
       FULL = 64,     /* of a host in memory */
       IN_MEMORY = 1024,
       IN_MEMORY_BYTES = 32 << 20,
       BATCH = 64,
       TRIES = 12,
       ALONE = 3,
       LEASE_MS = 5 * MINUTE,
       GATHER_MS = 10, /* between two claims: what came meanwhile is claimed, done and committed together */
       RETRY_MS = 500,
       FULL_MS = 15 * SECOND };

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct app *app;
	struct arrivals *arrivals;
	pthread_t threads[LANES];
	int started;
	bool woken, claiming, stop;
	bool left_out; /* the last claim left out hosts of which enough was here, and is */
	int64_t due;   /* clock_now() */
	int64_t rests; /* clock_mono(): no claim before that */
} w = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool has_room(void)
{
	return arrivals_count(w.arrivals) < IN_MEMORY && arrivals_bytes(w.arrivals) < IN_MEMORY_BYTES;
}

/* Called and left with the lock held; not held meanwhile. */
static void claim(void)
{
	struct arena mem ARENA_SCOPE;
	struct inbox_want want = { .busy = arrivals_full(w.arrivals, &mem, FULL), .n = CLAIM, .per_host = PER_HOST };
	struct inbox_item *items = NULL;
	int64_t due = INT64_MAX;
	struct ctx cx;
	size_t n = 0;
	enum err e;

	w.claiming = true;
	w.woken = false;
	w.left_out = want.busy.n > 0;
	pthread_mutex_unlock(&w.lock);
	ctx_init(&cx, w.app, &mem);
	e = disk_room(&cx, DISK_FULL);
	if (!e)
		e = inbox_claim(&cx, &want, LEASE_MS, &items, &n);
	if (!e && !n)
		e = inbox_next(&cx, &due);
	pthread_mutex_lock(&w.lock);
	if (!e)
		arrivals_add(w.arrivals, items, n);
	w.rests = n < PER_HOST && (n || w.left_out) ? clock_mono() + GATHER_MS : 0;
	w.claiming = false;
	if (e)
		w.due = clock_now() + (cx.full ? FULL_MS : RETRY_MS);
	else if (n || (want.busy.n && !w.left_out))
		w.due = 0;
	else /* what was left out may be due: whoever takes some of it looks again */
		w.due = want.busy.n && due < clock_now() + RETRY_MS ? clock_now() + RETRY_MS : due;
	if (n)
		pthread_cond_broadcast(&w.changed);
}

static void wait_until(int64_t due)
{
	int64_t wait = due - clock_now();

	if (due == INT64_MAX) {
		pthread_cond_wait(&w.changed, &w.lock);
		return;
	}
	wait = wait < 1 ? 1 : wait > HOUR ? HOUR
	                                  : wait;
	cond_wait(&w.changed, &w.lock, clock_mono() + wait);
}

/* When there may be something to claim, and it may be; the rest is measured by a clock that nobody sets back. */
static int64_t next_claim(void)
{
	int64_t rest = w.rests - clock_mono(), soonest = clock_now() + (rest > 0 ? rest : 0);

	if (w.claiming || !has_room())
		return INT64_MAX;
	return w.woken || w.due < soonest ? soonest : w.due;
}

/* There is room again for what a claim left out, also if it is under way. */
static void look_again(void)
{
	if (!w.left_out)
		return;
	w.left_out = false;
	w.due = w.rests = 0;
	pthread_cond_signal(&w.changed);
}

/* Up to BATCH to work on, or NULL when it is time to stop. */
static struct arrival *next_works(void)
{
	struct arrival *list = NULL;

	pthread_mutex_lock(&w.lock);
	while (!w.stop && !(list = arrivals_take(w.arrivals, BATCH))) {
		int64_t next = next_claim();

		if (next <= clock_now())
			claim();
		else
			wait_until(next);
	}
	if (list)
		look_again();
	pthread_mutex_unlock(&w.lock);
	return list;
}

/* Its hosts may be worked for again; and there is room. */
static void settle(struct arrival *list)
{
	pthread_mutex_lock(&w.lock);
	arrivals_done(w.arrivals, list);
	look_again();
	pthread_cond_broadcast(&w.changed);
	pthread_mutex_unlock(&w.lock);
}

struct batch {
	struct take takes[BATCH];
	bool ready[BATCH];
	size_t n;
};

static enum err apply_all(struct ctx *cx, void *arg)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->n; i++) {
		if (!b->ready[i])
			continue;
		TRY(take_apply(cx, &b->takes[i]));
		TRY(inbox_done(cx, b->takes[i].item->id));
	}
	return OK;
}

static enum err apply_one(struct ctx *cx, void *arg)
{
	struct take *t = arg;

	TRY(take_apply(cx, t));
	return inbox_done(cx, t->item->id);
}

static enum err give_up(struct ctx *cx, void *arg)
{
	return inbox_done(cx, *(int64_t *)arg);
}

/* Later, with growing pauses; a full disk is no fault of what came. What has been tried too often is dropped, with a line in the
 * log. */
static void put_back(struct ctx *cx, const struct inbox_item *item)
{
	int64_t tries = item->tries < 1 ? 1 : item->tries, wait = 5 * SECOND;
	int64_t id = item->id;
	enum err e;

	for (int64_t i = 1; i < tries && wait < HOUR; i++)
		wait *= 3;
	if (cx->full) {
		e = inbox_put_off(cx, id, clock_now() + FULL_MS);
	} else if (tries >= TRIES) {
		LOG(LOG_WARN, "inbox", LS("what", S("given up")), LI("id", id), LI("tries", tries));
		e = write_tx(cx, give_up, &id);
	} else {
		e = inbox_again(cx, id, clock_now() + wait);
	}
	if (e)
		LOG(LOG_WARN, "inbox", LS("what", S("not put back")), LI("id", id), LS("code", str_of(err_name(e))));
}

static void prepare_all(struct ctx *cx, struct arrival **v, size_t n, struct batch *b)
{
	for (b->n = 0; b->n < n; b->n++) {
		struct take *t = &b->takes[b->n];
		int64_t began = clock_mono();

		*t = (struct take){ .item = &v[b->n]->item };
		b->ready[b->n] = t->item->tries <= TRIES && take_prepare(cx, t->item, t) == OK;
		v[b->n]->took_ms = clock_mono() - began;
	}
}

static void write_all(struct ctx *cx, struct arrival **v, struct batch *b)
{
	enum err e;

	cx->now = clock_now();
	e = write_tx(cx, apply_all, b);
	for (size_t i = 0; i < b->n; i++) {
		enum err one = !b->ready[i] ? ERR_BUSY : e ? write_tx(cx, apply_one, &b->takes[i])
		                                           : OK;

		if (one)
			put_back(cx, &v[i]->item);
		take_done(&b->takes[i]);
	}
}

/* Waits for what came before. `list` is all that was taken; if it is also all that is written now, others may meanwhile prepare
 * what comes after it. */
static void wait_for_turn(const struct arrival *list, bool whole)
{
	pthread_mutex_lock(&w.lock);
	while (!arrivals_may_write(w.arrivals, list))
		pthread_cond_wait(&w.changed, &w.lock);
	if (whole) {
		arrivals_write(w.arrivals, list);
		pthread_cond_broadcast(&w.changed);
	}
	pthread_mutex_unlock(&w.lock);
}

static void run_some(const struct arrival *list, struct arrival **v, size_t n, bool whole)
{
	struct arena mem ARENA_SCOPE;
	struct batch b;
	struct ctx cx;

	ctx_init(&cx, w.app, &mem);
	prepare_all(&cx, v, n, &b);
	wait_for_turn(list, whole);
	write_all(&cx, v, &b);
}

/* What was claimed often and never settled may be what ends the process. It goes alone and last, and its kind begins at a
 * different one each time, so that those beside it get through before it is given up. */
static void run(struct arrival *list)
{
	struct arrival *calm[BATCH], *odd[BATCH];
	size_t calms = 0, odds = 0, from = 0;

	for (struct arrival *k = list; k; k = k->next) {
		if (k->item.tries > ALONE)
			odd[odds++] = k;
		else
			calm[calms++] = k;
	}
	if (calms)
		run_some(list, calm, calms, !odds);
	if (odds > 1)
		codec_random(&from, sizeof(from));
	for (size_t i = 0; i < odds; i++)
		run_some(list, &odd[(from % odds + i) % odds], 1, false);
}

static void *lane(void *arg)
{
	struct arrival *list;

	(void)arg;
	while ((list = next_works())) {
		run(list);
		settle(list);
	}
	return NULL;
}

enum err inbox_worker_start(struct app *app)
{
	cond_init(&w.changed);
	w.app = app;
	w.woken = true;
	w.stop = false;
	w.arrivals = arrivals_new(DOUBTFUL_LANES);
	for (w.started = 0; w.started < LANES; w.started++)
		if (pthread_create(&w.threads[w.started], NULL, lane, NULL))
			return ERR_INTERNAL;
	return OK;
}

void inbox_worker_wake(void)
{
	pthread_mutex_lock(&w.lock);
	/* One idle lane will do; if it was told already, or all are busy, they will see. */
	if (!w.woken)
		pthread_cond_signal(&w.changed);
	w.woken = true;
	pthread_mutex_unlock(&w.lock);
}

void inbox_worker_stop(void)
{
	pthread_mutex_lock(&w.lock);
	w.stop = true;
	pthread_cond_broadcast(&w.changed);
	pthread_mutex_unlock(&w.lock);
	while (w.started > 0)
		pthread_join(w.threads[--w.started], NULL);
	arrivals_free(w.arrivals);
	w.arrivals = NULL;
}
