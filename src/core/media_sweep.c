/* What nobody needs any more: uploads that came to hang on no post, blobs that nothing names, and the room they took. In
 * small steps with pauses, so that nobody waits for it. */
#include <time.h>

#include "base/clock.h"
#include "core/cache.h"
#include "core/job.h"
#include "core/media.h"
#include "core/slice.h"
#include "store/remote_files.h"

enum { BATCH = 50, PAGES_SPARE = 256, PAUSE_MS = 5 };

static void pause_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
}

static enum err remove_loose(struct ctx *cx, void *arg)
{
	return media_remove_loose(cx, *(int64_t *)arg);
}

static enum err sweep_loose(struct ctx *cx)
{
	struct ids ids = { 0 };

	do {
		TRY(media_loose(cx->db, cx->mem, cx->now - DAY, BATCH, &ids));
		for (size_t i = 0; i < ids.n; i++)
			TRY(write_tx(cx, remove_loose, &ids.v[i]));
	} while (ids.n == BATCH);
	return OK;
}

static enum err drop_unused(struct ctx *cx, void *arg)
{
	const struct db_rows *rows = arg;
	const struct blob_unused *b = rows->p;

	for (size_t i = 0; i < rows->n; i++)
		TRY(media_drop(cx, b[i].hash));
	return OK;
}

static enum err sweep_unused(struct ctx *cx)
{
	struct db_rows rows = { 0 };

	do {
		TRY(blobs_unused(cx->db, cx->mem, cx->now - HOUR, BATCH, &rows));
		if (rows.n)
			TRY(write_tx(cx, drop_unused, &rows));
	} while (rows.n == BATCH);
	return OK;
}

struct sweeping {
	int64_t before, gone;
};

static enum err sweep_remote_some(struct db *db, void *arg)
{
	struct sweeping *s = arg;

	return remote_files_sweep(db, s->before, BATCH, &s->gone);
}

/* A failure is remembered for longer than it keeps anything from being tried again. */
static enum err sweep_remote(struct ctx *cx)
{
	struct sweeping s = { .before = cx->now - 7 * (int64_t)DAY };

	do
		TRY(dbs_write(cx->app->cache, sweep_remote_some, &s));
	while (s.gone == BATCH);
	return OK;
}

static enum err shrink(struct ctx *cx, struct dbs *in)
{
	bool more = true;

	for (; more; pause_a_little())
		TRY(blob_sweep_some(cx, in, &more));
	return slice_give_back(in, PAGES_SPARE, NULL);
}

enum err media_job_sweep(struct ctx *cx, const struct job *job)
{
	(void)job;
	TRY(sweep_loose(cx));
	TRY(sweep_unused(cx));
	TRY(shrink(cx, cx->app->dbs));
	if (!cx->app->cache)
		return OK;
	TRY(sweep_remote(cx));
	TRY(cache_make_room(cx, 0));
	return shrink(cx, cx->app->cache);
}
