/* Files on their way. One lock a file; the bytes themselves are read without it, since what is there does not change. */
#include "core/arriving.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "config.h"

enum { MIB = 1 << 20, SPARE_PARTS = 4, LINGER_MS = 15 * MINUTE };

struct reader {
	void (*go_on)(void *of);
	void *of;
	int64_t at;
	struct reader *next;
};

/* Heap; the last holder frees it. The rest but fd and app is under the lock. */
struct arriving {
	pthread_mutex_t lock;
	struct app *app;
	int fd, holders;
	int64_t n, all;
	bool over, broken;
	int64_t until; /* clock_mono(): readers may have it so long; 0: it is still fetched, or stored */
	const char *mime;
	struct reader *waiting;
};

struct arriving *arriving_new(struct app *app, int fd)
{
	struct arriving *a = calloc(1, sizeof(*a));

	BUG_IF(!a);
	pthread_mutex_init(&a->lock, NULL);
	a->app = app;
	a->fd = fd;
	a->holders = 1;
	a->all = -1;
	return a;
}

struct arriving *arriving_hold(struct arriving *a)
{
	pthread_mutex_lock(&a->lock);
	a->holders++;
	pthread_mutex_unlock(&a->lock);
	return a;
}

void arriving_drop(void *arg)
{
	struct arriving *a = arg;
	bool last;

	pthread_mutex_lock(&a->lock);
	last = --a->holders == 0;
	pthread_mutex_unlock(&a->lock);
	if (!last)
		return;
	BUG_IF(a->waiting);
	close(a->fd);
	atomic_fetch_sub(&a->app->arriving, a->n);
	if (a->until)
		atomic_fetch_sub(&a->app->lingering, a->n);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* Those who have something to do now. The lock is held. */
static struct reader *ready(struct arriving *a)
{
	struct reader **at = &a->waiting, *out = NULL;

	while (*at) {
		struct reader *r = *at;

		if (r->at >= a->n && !a->over && !a->broken) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		r->next = out;
		out = r;
	}
	return out;
}

/* Without the lock: they may come back at once. */
static void go_on(struct reader *r)
{
	for (struct reader *next; r; r = next) {
		next = r->next;
		r->go_on(r->of);
		free(r);
	}
}

static int64_t room(const struct app *app)
{
	return (app->config ? app->config->cache_size_mb : 2048) * MIB;
}

enum arriving_room arriving_grew(struct arriving *a, int64_t n, int64_t all)
{
	struct reader *r;
	int64_t more, sum;

	pthread_mutex_lock(&a->lock);
	if (a->broken) {
		pthread_mutex_unlock(&a->lock);
		return ARRIVING_CROWDED;
	}
	more = n - a->n;
	a->n = n;
	a->all = all;
	r = ready(a);
	pthread_mutex_unlock(&a->lock);
	sum = atomic_fetch_add(&a->app->arriving, more) + more;
	go_on(r);
	if (sum <= room(a->app))
		return ARRIVING_FITS;
	return n <= room(a->app) ? ARRIVING_CROWDED : ARRIVING_TOO_LARGE;
}

/* What breaks off takes no room any more, though readers may hold it for a moment. The lock is held. */
static void give_up(struct arriving *a)
{
	a->broken = true;
	atomic_fetch_sub(&a->app->arriving, a->n);
	a->n = 0;
	(void)!ftruncate(a->fd, 0);
}

void arriving_end(struct arriving *a, bool whole)
{
	struct reader *r;

	pthread_mutex_lock(&a->lock);
	a->over = whole;
	if (whole)
		a->all = a->n;
	else
		give_up(a);
	r = ready(a);
	pthread_mutex_unlock(&a->lock);
	go_on(r);
}

/* Slow readers of many files together must not take the room of those that come. */
void arriving_leave(struct arriving *a)
{
	pthread_mutex_lock(&a->lock);
	if (a->holders > 1 && a->over) {
		int64_t all = atomic_fetch_add(&a->app->lingering, a->n) + a->n;

		a->until = clock_mono() + LINGER_MS;
		if (all > room(a->app) / SPARE_PARTS)
			a->broken = true;
	}
	pthread_mutex_unlock(&a->lock);
	arriving_drop(a);
}

void arriving_show(struct arriving *a, const char *mime)
{
	pthread_mutex_lock(&a->lock);
	a->mime = mime;
	pthread_mutex_unlock(&a->lock);
}

const char *arriving_mime(struct arriving *a)
{
	const char *mime;

	pthread_mutex_lock(&a->lock);
	mime = a->broken ? NULL : a->mime;
	pthread_mutex_unlock(&a->lock);
	return mime;
}

int64_t arriving_size(struct arriving *a)
{
	int64_t all;

	pthread_mutex_lock(&a->lock);
	all = a->all;
	pthread_mutex_unlock(&a->lock);
	return all;
}

long arriving_read(struct arriving *a, int64_t at, char *to, size_t n)
{
	int64_t have;
	bool over, broken;
	ssize_t got;

	pthread_mutex_lock(&a->lock);
	if (a->until && clock_mono() > a->until)
		a->broken = true;
	have = a->n;
	over = a->over;
	broken = a->broken;
	pthread_mutex_unlock(&a->lock);
	if (broken)
		return ARRIVING_BROKEN;
	if (at >= have)
		return over ? ARRIVING_OVER : ARRIVING_LATER;
	if ((int64_t)n > have - at)
		n = (size_t)(have - at);
	do
		got = pread(a->fd, to, n, (off_t)at);
	while (got < 0 && errno == EINTR);
	return got > 0 ? got : ARRIVING_BROKEN;
}

void arriving_wait(struct arriving *a, int64_t at, void (*go_on_with)(void *of), void *of)
{
	struct reader *r = calloc(1, sizeof(*r)), *now;

	BUG_IF(!r);
	*r = (struct reader){ go_on_with, of, at, NULL };
	pthread_mutex_lock(&a->lock);
	r->next = a->waiting;
	a->waiting = r;
	now = ready(a);
	pthread_mutex_unlock(&a->lock);
	go_on(now);
}
