/* The threads take turns on lanes. A lane is looked at when it was woken, when its time has come, or after IDLE_MS in any
 * case (another node's crash leaves leases to expire). Nothing here polls: an idle server sleeps. */
#include "work/worker.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/cond.h"
#include "base/log.h"

enum { IDLE_MS = 30 * SECOND, TROUBLE_MS = SECOND };

struct lane_state {
	int running, most;
	bool woken;     /* there may be work now: until a turn finds none */
	unsigned wakes; /* so that a turn notices a wake that came while it looked */
	int64_t look;   /* clock_mono(): look again then */
};

/* Guarded by lock, but for what is const after start. */
struct workers {
	struct app *app;
	const struct lane *lanes;
	int lanes_n, threads_n, alive;
	int turn; /* the lane to ask first: round robin */
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t wake, ended;
	pthread_t *threads;
	struct lane_state *state;
};

static bool ready(const struct workers *w, int i, int64_t mono)
{
	const struct lane_state *s = &w->state[i];

	return s->running < s->most && (s->woken || s->look <= mono);
}

/* The next lane that has or may have work, or -1. */
static int pick(struct workers *w, int64_t mono)
{
	for (int k = 0; k < w->lanes_n; k++) {
		int i = (w->turn + k) % w->lanes_n;

		if (ready(w, i, mono)) {
			w->turn = (i + 1) % w->lanes_n;
			return i;
		}
	}
	return -1;
}

static bool any_ready(const struct workers *w, int64_t mono)
{
	for (int i = 0; i < w->lanes_n; i++)
		if (ready(w, i, mono))
			return true;
	return false;
}

/* Until woken, or until the first lane with room wants to be looked at. */
static void sleep_locked(struct workers *w, int64_t mono)
{
	int64_t until = mono + IDLE_MS;

	for (int i = 0; i < w->lanes_n; i++)
		if (w->state[i].running < w->state[i].most && w->state[i].look < until)
			until = w->state[i].look;
	cond_wait(&w->wake, &w->lock, until);
}

/* One turn on lane i; the lock is held on both sides of it but not in between. */
static void take_turn(struct workers *w, int i, struct arena *mem)
{
	struct lane_state *s = &w->state[i];
	struct arena_mark start = arena_mark(mem);
	int64_t next = INT64_MAX, wait = IDLE_MS;
	struct ctx cx;
	unsigned wakes = s->wakes;
	int done = 0;
	enum err e;

	s->running++;
	s->look = clock_mono() + IDLE_MS;
	if (any_ready(w, clock_mono()))
		pthread_cond_signal(&w->wake); /* one thread wakes the next, as long as there is work for it */
	pthread_mutex_unlock(&w->lock);

	ctx_init(&cx, w->app, mem);
	e = w->lanes[i].turn(&cx, w->lanes[i].arg, &done, &next);
	arena_rewind(mem, start);

	pthread_mutex_lock(&w->lock);
	s->running--;
	if (!done && wakes == s->wakes)
		s->woken = false;
	if (e) {
		wait = TROUBLE_MS;
		LOG(LOG_WARN, "lane", LS("lane", str_of(w->lanes[i].name)), LS("code", str_of(err_name(e))));
	} else if (done) {
		s->woken = true;
	} else if (next < INT64_MAX) {
		wait = next - clock_now();
		wait = wait < 1 ? 1 : wait > IDLE_MS ? IDLE_MS : wait;
	}
	if (clock_mono() + wait < s->look)
		s->look = clock_mono() + wait;
}

static void *work(void *arg)
{
	struct workers *w = arg;
	struct arena mem ARENA_SCOPE;

	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		int64_t mono = clock_mono();
		int i = pick(w, mono);

		if (i < 0)
			sleep_locked(w, mono);
		else
			take_turn(w, i, &mem);
	}
	if (!--w->alive)
		pthread_cond_broadcast(&w->ended);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	BUG_IF(!p);
	return p;
}

struct workers *workers_new(struct app *app, const struct lane *lanes, int lanes_n, int threads)
{
	struct workers *w = zeroed(1, sizeof(*w));

	w->app = app;
	w->lanes = lanes;
	w->lanes_n = lanes_n;
	w->threads_n = threads;
	w->state = zeroed((size_t)lanes_n, sizeof(*w->state));
	w->threads = zeroed((size_t)threads, sizeof(*w->threads));
	for (int i = 0; i < lanes_n; i++) {
		int half = threads > 1 ? threads / 2 : 1;

		w->state[i].most = lanes[i].most ? lanes[i].most : half;
		w->state[i].woken = true; /* what was left by the last run */
	}
	pthread_mutex_init(&w->lock, NULL);
	cond_init(&w->wake);
	cond_init(&w->ended);
	return w;
}

void workers_start(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	for (; w->alive < w->threads_n; w->alive++)
		if (pthread_create(&w->threads[w->alive], NULL, work, w))
			break;
	w->threads_n = w->alive;
	pthread_mutex_unlock(&w->lock);
	BUG_IF(!w->threads_n);
}

void workers_wake(void *arg)
{
	struct workers *w = arg;

	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < w->lanes_n; i++) {
		w->state[i].woken = true;
		w->state[i].wakes++;
	}
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

bool workers_stop(struct workers *w, int64_t drain_ms)
{
	int64_t until = clock_mono() + drain_ms;
	bool ended, in_time = true;

	if (!w)
		return true;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->wake);
	if (!w->alive)
		w->threads_n = 0; /* never started */
	while (w->alive && in_time)
		in_time = cond_wait(&w->ended, &w->lock, until);
	ended = !w->alive;
	pthread_mutex_unlock(&w->lock);
	if (!ended)
		return false; /* what still runs uses it: left to the end of the process */
	for (int i = 0; i < w->threads_n; i++)
		pthread_join(w->threads[i], NULL);
	w->threads_n = 0;
	return true;
}

void workers_free(struct workers *w)
{
	if (!w)
		return;
	pthread_cond_destroy(&w->wake);
	pthread_cond_destroy(&w->ended);
	pthread_mutex_destroy(&w->lock);
	free(w->threads);
	free(w->state);
	free(w);
}
