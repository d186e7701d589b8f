/* One turn of a lane of jobs. Tries are counted when a job is claimed, so a job that kills the process is buried after its
 * tries too. Right after a start jobs are claimed one by one: one that kills the process then takes no other with it. */
#include "work/jobs.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/log.h"
#include "core/disk.h"

enum { LEASE_MS = 60 * SECOND, LEASE_REMOTE_MS = 5 * MINUTE, LEASE_MEDIA_MS = 15 * MINUTE, OTHERS_MS = 250, BATCH = 8,
       FIRST_MS = 5 * SECOND, LAST_MS = 6 * HOUR, FULL_MS = 15 * SECOND };

int64_t job_wait_ms(int64_t tries, double dice)
{
	int64_t wait = FIRST_MS;

	for (int64_t i = 1; i < tries && wait < LAST_MS; i++)
		wait *= 4;
	if (wait > LAST_MS)
		wait = LAST_MS;
	return wait + (int64_t)((double)wait * (dice - 0.5) / 2);
}

static double throw_dice(void)
{
	uint32_t r;

	codec_random(&r, sizeof(r));
	return (double)r / 4294967296.0;
}

static const struct job_kind *kind_of(const struct job_table *t, str name)
{
	for (int i = 0; i < t->n; i++)
		if (str_eq(name, str_of(t->kinds[i].name)))
			return &t->kinds[i];
	return NULL;
}

static str kinds_of(struct arena *mem, const struct job_table *t)
{
	struct jw w;

	jw_init(&w, mem, 4096);
	jw_arr(&w, NULL);
	for (int i = 0; i < t->n; i++)
		if (t->kinds[i].lane == t->lane)
			jw_lit(&w, NULL, t->kinds[i].name);
	jw_end(&w);
	return jw_done(&w);
}

/* A claimed job and what became of it. */
struct ran {
	const struct job *job;
	const struct job_kind *kind;
	enum err e;
	bool full; /* there was no room on the disk for what it did */
	str error;
};
struct batch {
	struct ran *ran;
	size_t n;
};

static enum err keep_or_bury(struct ctx *cx, const struct ran *r)
{
	if (r->full)
		return job_put_off(cx, r->job->id, cx->now + FULL_MS, r->error);
	if (r->e == ERR_INVALID || r->job->tries >= r->kind->tries)
		return job_bury(cx, r->job->id, r->error);
	return job_again(cx, r->job->id, cx->now + job_wait_ms(r->job->tries, throw_dice()), r->error);
}

/* In one transaction for the batch. A periodic job is planted anew, whatever became of it. */
static enum err settle(struct ctx *cx, void *arg)
{
	struct batch *b = arg;

	cx->now = clock_now();
	for (size_t i = 0; i < b->n; i++) {
		const struct ran *r = &b->ran[i];
		bool over = r->e != ERR_BUSY && r->e != ERR_INTERNAL && r->e != ERR_INVALID;

		TRY(over ? job_done(cx, r->job->id) : keep_or_bury(cx, r));
		if (r->kind->every_ms && !r->full && (over || r->job->tries >= r->kind->tries))
			TRY(job_add(cx, r->kind->name, S("{}"), cx->now + r->kind->every_ms, str_of(r->kind->name)));
	}
	return OK;
}

static void run_one(struct ctx *cx, const struct job_table *t, const struct job *job, struct ran *r)
{
	int64_t began = clock_mono();
	struct ctx own;

	*r = (struct ran){ .job = job, .kind = kind_of(t, job->kind) };
	BUG_IF(!r->kind); /* only these were asked for */
	if (job->tries > r->kind->tries) {
		/* claimed that often and never settled: it takes the process with it */
		r->e = ERR_INTERNAL;
		r->error = S("the process ended while it ran, every time");
	} else {
		ctx_init(&own, cx->app, cx->mem);
		r->e = r->kind->fn(&own, job);
		r->full = r->e == ERR_BUSY && own.full;
		r->error = own.said.n ? own.said : str_of(err_name(r->e));
	}
	LOG(r->e == OK ? LOG_DEBUG : LOG_INFO, "job", LS("kind", job->kind), LI("id", job->id), LI("try", job->tries),
	    LS("code", str_of(r->e ? err_name(r->e) : "ok")), LI("took", clock_mono() - began));
}

static int64_t lease_of(enum job_lane lane)
{
	return lane == JOBS_LOCAL ? LEASE_MS : lane == JOBS_MEDIA ? LEASE_MEDIA_MS
	                                                          : LEASE_REMOTE_MS;
}

enum err jobs_turn(struct ctx *cx, void *arg, int *done, int64_t *next)
{
	struct job_table *t = arg;
	bool crowded = __atomic_load_n(&t->crowded, __ATOMIC_RELAXED), remote = t->lane != JOBS_LOCAL;
	struct job *jobs = NULL;
	struct batch b = { 0 };
	size_t n = 0;

	TRY(job_next(cx, next)); /* a read: claiming is a transaction */
	if (*next > cx->now) {
		__atomic_store_n(&t->crowded, true, __ATOMIC_RELAXED);
		return OK;
	}
	if (t->lane != JOBS_SLOW && disk_room(cx, DISK_FULL)) { /* slow ones sweep */
		*next = cx->now + FULL_MS;
		return OK;
	}
	TRY(job_claim(cx, kinds_of(cx->mem, t), crowded && !remote ? BATCH : 1, lease_of(t->lane), &jobs, &n));
	if (!n) {
		*next = cx->now + OTHERS_MS; /* it belongs to the other lane */
		return OK;
	}
	b.ran = NEWS(cx->mem, struct ran, n);
	for (; b.n < n; b.n++)
		run_one(cx, t, &jobs[b.n], &b.ran[b.n]);
	TRY(write_tx(cx, settle, &b));
	*done = (int)n;
	return OK;
}

struct planting {
	const struct job_kind *kinds;
	int n;
};

static enum err plant(struct ctx *cx, void *arg)
{
	const struct planting *p = arg;

	for (int i = 0; i < p->n; i++)
		if (p->kinds[i].every_ms)
			TRY(job_add(cx, p->kinds[i].name, S("{}"), cx->now + MINUTE, str_of(p->kinds[i].name)));
	return OK;
}

enum err jobs_plant(struct ctx *cx, const struct job_kind *kinds, int n)
{
	return write_tx(cx, plant, &(struct planting){ kinds, n });
}
