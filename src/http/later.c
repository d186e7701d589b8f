/* A bounded queue and its threads. A job belongs to its slow thread from the pop until MHD_resume_connection(); after
 * that it must not be touched here. */
#include "http/later.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/call.h"

enum { THREADS_MAX = 64, WAITS_MAX = 4 };

struct later {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct call *first, **end;
	int reserved; /* places taken: queued, running, or about to be queued */
	int threads, started;
	bool closed;
	pthread_t ids[THREADS_MAX];
};

static void run(struct call *call)
{
	struct ctx cx = call->cx;

	cx.db = cx.app->dbs ? dbs_reader(cx.app->dbs) : NULL;
	cx.after_end = &cx.after;
	call->later(&cx, call->later_arg);
	call->cx.said = cx.said;
	call->cx.full = cx.full;
}

static void *slow_thread(void *arg)
{
	struct later *l = arg;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		struct call *call = l->first;
		bool drop = l->closed;

		/* Who has a place may still be on the way to the queue. */
		if (l->closed && !l->reserved)
			break;
		if (!call) {
			pthread_cond_wait(&l->work, &l->lock);
			continue;
		}
		l->first = call->next;
		if (!l->first)
			l->end = &l->first;
		pthread_mutex_unlock(&l->lock);
		if (drop)
			call->later_dropped = true;
		else
			run(call);
		MHD_resume_connection(call->mhd);
		pthread_mutex_lock(&l->lock);
		if (--l->reserved == 0 && l->closed)
			pthread_cond_broadcast(&l->work);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct later *later_new(int threads)
{
	struct later *l = calloc(1, sizeof(*l));

	BUG_IF(!l);
	l->threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
	l->end = &l->first;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->work, NULL);
	return l;
}

bool later_reserve(struct later *l)
{
	bool ok;

	pthread_mutex_lock(&l->lock);
	while (l->started < l->threads && l->reserved >= l->started && !l->closed) {
		if (pthread_create(&l->ids[l->started], NULL, slow_thread, l))
			break;
		l->started++;
	}
	ok = !l->closed && l->started && l->reserved < LATER_QUEUE_MAX;
	l->reserved += ok;
	pthread_mutex_unlock(&l->lock);
	return ok;
}

void later_add(struct later *l, struct call *call)
{
	pthread_mutex_lock(&l->lock);
	call->next = NULL;
	*l->end = call;
	l->end = &call->next;
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
}

void later_free(struct later *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->closed = true;
	pthread_cond_broadcast(&l->work);
	pthread_mutex_unlock(&l->lock);
	for (int i = 0; i < l->started; i++)
		pthread_join(l->ids[i], NULL);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->work);
	free(l);
}

enum err rq_later(struct request *rq, void (*fn)(struct ctx *cx, void *arg), void *arg)
{
	struct call *call = rq->conn;

	BUG_IF(!call || rq->waiting);
	if (call->waits++ == WAITS_MAX || !later_reserve(call->server->slow))
		return fail(rq->cx, ERR_BUSY, "too many requests wait for the network");
	call->later = fn;
	call->later_arg = rq->later = arg;
	rq->waiting = true;
	return OK;
}

enum err rq_wait(struct request *rq, void (*start)(void *arg, void *waiting), void *arg)
{
	struct call *call = rq->conn;

	BUG_IF(!call || rq->waiting);
	if (call->waits++ == WAITS_MAX)
		return fail(rq->cx, ERR_BUSY, "waited too often");
	call->later = NULL;
	call->start = start;
	rq->later = arg;
	rq->waiting = true;
	return OK;
}

void rq_go_on(void *waiting)
{
	struct call *call = waiting;
	struct server *s = call->server;

	MHD_resume_connection(call->mhd);
	atomic_fetch_sub(&s->waiting, 1);
}
