#include "fed/sign_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fed/parcels.h"

enum { THREADS_MAX = 4,
       NICE = 5 };

struct sign_pool {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct app *app;
	void (*sign)(struct ctx *cx, struct parcel *p);
	struct parcel *first, **end;
	int threads, started, idle;
	bool closed;
	pthread_t ids[THREADS_MAX];
};

static void sign_one(struct sign_pool *s, struct parcel *p)
{
	struct arena mem ARENA_SCOPE;
	struct ctx cx;

	ctx_init(&cx, s->app, &mem);
	s->sign(&cx, p);
}

static void *work(void *arg)
{
	struct sign_pool *s = arg;

	setpriority(PRIO_PROCESS, 0, NICE); /* of this thread alone */
	pthread_mutex_lock(&s->lock);
	while (s->first || !s->closed) {
		struct parcel *p = s->first;

		if (!p) {
			s->idle++;
			pthread_cond_wait(&s->work, &s->lock);
			s->idle--;
			continue;
		}
		s->first = p->next;
		if (!s->first)
			s->end = &s->first;
		pthread_mutex_unlock(&s->lock);
		sign_one(s, p);
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

struct sign_pool *sign_pool_new(struct app *app, void (*sign)(struct ctx *cx, struct parcel *p))
{
	struct sign_pool *s = calloc(1, sizeof(*s));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	BUG_IF(!s);
	s->app = app;
	s->sign = sign;
	s->end = &s->first;
	s->threads = processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (int)processors;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->work, NULL);
	return s;
}

void sign_pool_add(struct sign_pool *s, struct parcel *p)
{
	bool here;

	pthread_mutex_lock(&s->lock);
	if (!s->idle && s->started < s->threads && !pthread_create(&s->ids[s->started], NULL, work, s))
		s->started++;
	here = !s->started;
	if (!here) {
		p->next = NULL;
		*s->end = p;
		s->end = &p->next;
		if (s->idle)
			pthread_cond_signal(&s->work);
	}
	pthread_mutex_unlock(&s->lock);
	if (here) /* no thread can be had */
		sign_one(s, p);
}

void sign_pool_free(struct sign_pool *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->closed = true;
	pthread_cond_broadcast(&s->work);
	pthread_mutex_unlock(&s->lock);
	for (int i = 0; i < s->started; i++)
		pthread_join(s->ids[i], NULL);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->work);
	free(s);
}
