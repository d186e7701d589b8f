/* The queue of background work. */
#include "core/job.h"

#include "base/clock.h"

enum { PER_HOST = 300 };

static void wake(struct ctx *cx, void *arg)
{
	(void)arg;
	if (cx->app->ports.wake)
		cx->app->ports.wake(cx->app->ports.wake_arg);
}

/* Once a transaction, however much it adds. */
void job_wake(struct ctx *cx)
{
	for (const struct after *a = cx->after; cx->writing && a; a = a->next)
		if (a->fn == wake)
			return;
	after_commit(cx, wake, NULL);
}

struct job_work {
	struct job j;
	str key, text;
	int64_t n, lease;
	struct db_rows rows;
};

static enum err insert_job(struct ctx *cx, void *arg)
{
	struct job_work *w = arg;

	bool added;

	w->j.id = id_new();
	TRY(jobs_insert(cx->db, &w->j, w->key, &added));
	if (added)
		job_wake(cx);
	return OK;
}

enum err job_add(struct ctx *cx, const char *kind, str args, int64_t due, str key)
{
	struct job_work w = {
		.j = {
			.kind = str_of(kind),
			.args = args,
			.due = due,
			.created_at = cx->now },
		.key = key,
	};

	return write_tx(cx, insert_job, &w);
}

enum err job_add_for(struct ctx *cx, const char *kind, str args, str host, str key)
{
	return job_add_for_later(cx, kind, args, host, key, cx->now);
}

enum err job_add_for_later(struct ctx *cx, const char *kind, str args, str host, str key, int64_t due)
{
	struct job_work w = {
		.j = { .kind = str_of(kind), .args = args, .due = due, .created_at = cx->now, .host = host },
		.key = key,
	};
	int64_t waiting;

	TRY(jobs_of_host(cx->db, host, PER_HOST, &waiting));
	return waiting < PER_HOST ? write_tx(cx, insert_job, &w) : OK;
}

static enum err claim_jobs(struct ctx *cx, void *arg)
{
	struct job_work *w = arg;

	return jobs_claim(cx->db, cx->mem, w->text, w->n, cx->now, cx->now + w->lease, &w->rows);
}

enum err job_claim(struct ctx *cx, str kinds, int64_t n, int64_t lease_ms, struct job **out, size_t *got)
{
	struct job_work w = { .text = kinds, .n = n, .lease = lease_ms };
	bool any;

	*got = 0;
	TRY(jobs_any(cx->db, kinds, cx->now, &any));
	if (!any)
		return OK;
	TRY(write_tx(cx, claim_jobs, &w));
	*out = w.rows.p;
	*got = w.rows.n;
	return OK;
}

static enum err delete_job(struct ctx *cx, void *arg)
{
	return jobs_delete(cx->db, *(int64_t *)arg);
}

enum err job_done(struct ctx *cx, int64_t id)
{
	return write_tx(cx, delete_job, &id);
}

static enum err put_back(struct ctx *cx, void *arg)
{
	struct job_work *w = arg;

	return jobs_again(cx->db, w->j.id, w->j.due, w->text);
}

enum err job_again(struct ctx *cx, int64_t id, int64_t due, str error)
{
	struct job_work w = { .j = { .id = id, .due = due }, .text = error };

	return write_tx(cx, put_back, &w);
}

static enum err put_off(struct ctx *cx, void *arg)
{
	struct job_work *w = arg;

	TRY(jobs_uncount(cx->db, w->j.id));
	return jobs_again(cx->db, w->j.id, w->j.due, w->text);
}

enum err job_put_off(struct ctx *cx, int64_t id, int64_t due, str error)
{
	struct job_work w = { .j = { .id = id, .due = due }, .text = error };

	return write_tx(cx, put_off, &w);
}

static enum err bury_job(struct ctx *cx, void *arg)
{
	struct job_work *w = arg;

	return jobs_bury(cx->db, w->j.id, cx->now, w->text);
}

enum err job_bury(struct ctx *cx, int64_t id, str error)
{
	struct job_work w = { .j = { .id = id }, .text = error };

	return write_tx(cx, bury_job, &w);
}

enum err job_next(struct ctx *cx, int64_t *due)
{
	int64_t found;

	TRY(jobs_next(cx->db, &found));
	*due = found ? found : INT64_MAX;
	return OK;
}
