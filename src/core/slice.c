#include "core/slice.h"

#include <time.h>

/* The aim is far below the 50 ms that nobody shall wait for such work: a disk may be ten times slower now and then. */
enum { AIM_MS = 10, PAUSE_MS = 2, PAUSE_MOST_MS = 50, PAGES_FIRST = 32, PAGES_LEAST = 16, PAGES_MOST = 512 };

void slice_done(struct slice *s)
{
	int64_t held = dbs_held_ms(), pause = held < PAUSE_MS ? PAUSE_MS : held > PAUSE_MOST_MS ? PAUSE_MOST_MS : held;

	if (held > s->longest_ms)
		s->longest_ms = held;
	if (held > AIM_MS)
		s->n = s->n * AIM_MS / held;
	else if (held < AIM_MS / 2)
		s->n += s->n / 4 + 1;
	s->n = s->n < s->least ? s->least : s->n > s->most ? s->most : s->n;
	nanosleep(&(struct timespec){ .tv_nsec = pause * 1000000L }, NULL);
}

struct giving {
	int64_t pages, left;
};

static enum err give_back(struct db *db, void *arg)
{
	struct giving *g = arg;

	db_slice(db);
	return db_give_back(db, (int)g->pages, &g->left);
}

enum err slice_give_back(struct dbs *in, int64_t spare, int64_t *longest_ms)
{
	struct slice s = { .n = PAGES_FIRST, .least = PAGES_LEAST, .most = PAGES_MOST };
	struct giving g;

	do {
		g.pages = s.n;
		TRY(dbs_write(in, give_back, &g));
		slice_done(&s);
	} while (g.left > spare);
	if (longest_ms)
		*longest_ms = s.longest_ms;
	return OK;
}
