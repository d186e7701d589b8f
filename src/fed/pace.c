/* The last two requests to each host. Hosts whose names fall on one place share it: they wait a little longer, never less. */
#include "fed/pace.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"

enum { PLACES = 4096,
       WINDOW_MS = 1100 };

static struct {
	pthread_mutex_t lock;
	struct {
		int64_t before, last;
	} of[PLACES];
} p = { .lock = PTHREAD_MUTEX_INITIALIZER };

static size_t place(str host)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < host.n; i++)
		h = (h ^ (unsigned char)host.p[i]) * 16777619u;
	return (h ^ h >> 12) % PLACES;
}

static int64_t ready(size_t at, int times, int64_t now)
{
	int64_t since = times > 1 ? p.of[at].last : p.of[at].before, free = since ? since + WINDOW_MS : now;

	return free > now ? free : now;
}

int64_t pace_ready(str host, int times, int64_t now)
{
	int64_t when;

	pthread_mutex_lock(&p.lock);
	when = ready(place(host), times, now);
	pthread_mutex_unlock(&p.lock);
	return when;
}

bool pace_wait(str host, int64_t until)
{
	size_t at = place(host);

	for (;;) {
		int64_t now = clock_mono(), when;

		pthread_mutex_lock(&p.lock);
		when = ready(at, 1, now);
		if (when <= now) {
			p.of[at].before = p.of[at].last;
			p.of[at].last = now;
		}
		pthread_mutex_unlock(&p.lock);
		if (when <= now)
			return true;
		if (when > until)
			return false;
		nanosleep(&(struct timespec){ (when - now) / 1000, (when - now) % 1000 * 1000000 }, NULL);
	}
}
