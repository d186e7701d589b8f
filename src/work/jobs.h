#pragma once
/* Jobs of the database as lanes for the workers: claim, run, keep or try again or bury. Knows no job: cmd/serve makes the
 * table of kinds from jobs.def. */
#include "core/ctx.h"
#include "core/job.h"

/* OK: done. ERR_BUSY, ERR_INTERNAL: tried again later, until tries are used up, then kept in dead_jobs. Anything else:
 * it never will work, and is forgotten with a line in the log. */
typedef enum err (*job_fn)(struct ctx *cx, const struct job *job);

/* local: only this machine is needed; remote: it may wait for other servers; slow: for minutes, and nobody waits for it;
 * media: it may decode for minutes, and somebody does. */
enum job_lane { JOBS_LOCAL, JOBS_REMOTE, JOBS_SLOW, JOBS_MEDIA };

struct job_kind {
	const char *name;
	job_fn fn;
	enum job_lane lane;
	int tries;
	int64_t every_ms; /* 0: when someone adds it; else also by itself, so often */
};

/* What jobs_turn() needs; one for each lane. Const but for alone, which settles soon. */
struct job_table {
	const struct job_kind *kinds;
	int n;
	enum job_lane lane;
	bool crowded; /* the backlog of the last run is done: several may be claimed at once */
};
/* The turn of a lane (work/worker.h); arg is a struct job_table. */
enum err jobs_turn(struct ctx *cx, void *arg, int *done, int64_t *next);
/* Adds the periodic ones that do not wait already. Inside or outside of a transaction. */
enum err jobs_plant(struct ctx *cx, const struct job_kind *kinds, int n) MUST_CHECK;

/* Pure: how long to wait after so many tries: 5 s, 20 s, 80 s, ... to 6 h, +-25 % by dice (0..1). */
int64_t job_wait_ms(int64_t tries, double dice);
