/* The context of a request or a job, and its transactions. A transaction runs on the database's writer, which is another
 * thread on SQLite; the caller waits meanwhile, so cx has one owner at any time. */
#include "core/ctx.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

void ctx_init(struct ctx *cx, struct app *app, struct arena *mem)
{
	*cx = (struct ctx){ .app = app, .mem = mem, .now = clock_now() };
	cx->after_end = &cx->after;
	cx->db = app && app->dbs ? dbs_reader(app->dbs) : NULL;
}

enum err fail(struct ctx *cx, enum err e, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = n < 0 ? 0 : n < (int)sizeof(text) ? n
	                                      : (int)sizeof(text) - 1;
	if (e == ERR_BUSY || e == ERR_INTERNAL)
		LOG(e == ERR_BUSY ? LOG_WARN : LOG_ERROR, "fail", LS("code", str_of(err_name(e))),
		    LS("why", str_n(text, (size_t)n)), LS("req", cx->request_id));
	else
		cx->said = str_dup(cx->mem, str_n(text, (size_t)n));
	return e;
}

static void forget_after(struct ctx *cx)
{
	cx->after = NULL;
	cx->after_end = &cx->after;
}

/* What a try that is run again left behind is forgotten first. */
static enum err in_tx(struct db *db, void *arg)
{
	struct write_later *job = arg;
	struct ctx *cx = job->cx;
	struct db *reader = cx->db;
	enum err e;

	forget_after(cx);
	cx->said = job->said;
	cx->db = db;
	cx->writing = true;
	e = job->fn(cx, job->arg);
	cx->writing = false;
	cx->db = reader;
	return e;
}

static enum err ended(struct ctx *cx, enum err e, bool full)
{
	struct after *after = cx->after;

	forget_after(cx);
	cx->full = e == ERR_BUSY && full;
	for (; !e && after; after = after->next)
		after->fn(cx, after->arg);
	return e;
}

enum err write_tx(struct ctx *cx, ctx_work fn, void *arg)
{
	struct write_later job = { .cx = cx, .fn = fn, .arg = arg, .said = cx->said };
	enum err e;

	if (cx->writing)
		return fn(cx, arg);
	forget_after(cx);
	e = dbs_write(cx->app->dbs, in_tx, &job);
	return ended(cx, e, dbs_was_full());
}

static void written(struct db_write *w)
{
	struct write_later *t = w->arg;

	t->done(t->done_arg);
}

void write_tx_start(struct write_later *t)
{
	BUG_IF(t->cx->writing);
	t->said = t->cx->said;
	forget_after(t->cx);
	t->write = (struct db_write){ .fn = in_tx, .arg = t, .done = written };
	dbs_write_start(t->cx->app->dbs, &t->write);
}

enum err write_tx_end(struct write_later *t)
{
	return ended(t->cx, t->write.answer, t->write.full);
}

void after_commit(struct ctx *cx, void (*fn)(struct ctx *cx, void *arg), void *arg)
{
	struct after *a;

	if (!cx->writing) {
		fn(cx, arg);
		return;
	}
	a = NEW(cx->mem, struct after);
	*a = (struct after){ fn, arg, NULL };
	*cx->after_end = a;
	cx->after_end = &a->next;
}
