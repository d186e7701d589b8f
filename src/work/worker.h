#pragma once
/* Threads that do background work, lane by lane: who runs, when to look again, how to stop. Knows no job. */
#include "core/ctx.h"

/* One kind of work with a queue of its own. */
struct lane {
	const char *name;
	/* Claims a piece of this lane's work that is due and does it: *done is how many (0: there was none), and *next when
	 * the next will be due, if that is known and nothing was done (clock_now() time; INT64_MAX: not before a wake).
	 * Anything but OK means the queue could not be read: it is tried again a little later. Any thread, several at once. */
	enum err (*turn)(struct ctx *cx, void *arg, int *done, int64_t *next);
	void *arg;
	int most; /* threads at once; 0: half of all, so that one lane never holds up the others */
};

struct workers;

/* Does nothing before workers_start(), but can be woken. lanes are borrowed and must outlive it. */
struct workers *workers_new(struct app *app, const struct lane *lanes, int lanes_n, int threads);
void workers_start(struct workers *w);
/* For struct ports: something was added to some lane. arg is the struct workers; NULL does nothing. */
void workers_wake(void *arg);
/* No new turns; waits for those running, at most drain_ms. True if they ended. Also for one that was never started. */
bool workers_stop(struct workers *w, int64_t drain_ms);
/* Of one that has stopped, when nobody is left who may wake it. */
void workers_free(struct workers *w);
