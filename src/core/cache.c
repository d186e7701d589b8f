/* Keeps the cache within its budget. Bytes are counted as the database has them, with all that belongs to rows: it knows
 * them at once, and the files are as large. */
#include "core/cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "config.h"
#include "core/slice.h"
#include "store/remote_files.h"

enum { USES = 8192, BATCH = 32, MIB = 1 << 20, PAGES_SPARE = 256, OVERHEAD = 50, LOG_ROOM = 8 * MIB,
       RESERVE = 2 * MIB + DB_LOG_BYTES, ROUNDS_MAX = 100000 };

/* Two hashes may share a place: the older one is forgotten then, and counts by what the database has. */
struct uses {
	pthread_mutex_t lock;
	struct use {
		uint64_t hash;
		int64_t at;
	} v[USES];
};

struct uses *uses_new(void)
{
	struct uses *u = calloc(1, sizeof(*u));

	BUG_IF(!u);
	pthread_mutex_init(&u->lock, NULL);
	return u;
}

void uses_free(struct uses *u)
{
	if (!u)
		return;
	pthread_mutex_destroy(&u->lock);
	free(u);
}

static uint64_t number_of(str hash)
{
	uint64_t n = 0;

	for (size_t i = 0; i < 16 && i < hash.n; i++) {
		char c = hash.p[i];

		n = n << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return n;
}

void uses_note(struct uses *u, str hash, int64_t now)
{
	uint64_t n = number_of(hash);

	if (!u)
		return;
	pthread_mutex_lock(&u->lock);
	u->v[n % USES] = (struct use){ n, now };
	pthread_mutex_unlock(&u->lock);
}

int64_t uses_of(struct uses *u, str hash)
{
	uint64_t n = number_of(hash);
	int64_t at;

	if (!u)
		return 0;
	pthread_mutex_lock(&u->lock);
	at = u->v[n % USES].hash == n ? u->v[n % USES].at : 0;
	pthread_mutex_unlock(&u->lock);
	return at;
}

/* --- how much there is, and may be */

/* On PostgreSQL what was removed is free within the tables, and used again. */
static enum err content(struct ctx *cx, struct db *db, int64_t *bytes)
{
	struct db_rows rows = { 0 };
	const struct blob_sum *s;

	*bytes = 0;
	TRY(blobs_sums(db, cx->mem, &rows));
	s = rows.p;
	for (size_t i = 0; i < rows.n; i++)
		*bytes += s[i].bytes + s[i].bytes / OVERHEAD;
	return OK;
}

/* The log beside the file counts too: room for it is left. */
static int64_t log_room(int64_t setting)
{
	return setting / 2 < LOG_ROOM ? setting / 2 : LOG_ROOM;
}

enum err cache_state(struct ctx *cx, struct cache_state *s)
{
	const struct config *config = cx->app->config;
	struct db *db = cx->app->cache ? dbs_reader(cx->app->cache) : NULL;
	int64_t floor = (config ? config->disk_floor_mb : 0) * MIB;

	if (!db)
		return ERR_BUSY;
	*s = (struct cache_state){ .setting = (config ? config->cache_size_mb : 2048) * MIB };
	TRY(db_space(db, &s->used, &s->all));
	if (db_is_postgres(db))
		TRY(content(cx, db, &s->used));
	s->used += cx->app->arriving;
	s->disk_free = dbs_disk_free(cx->app->cache);
	s->budget = s->setting - log_room(s->setting);
	if (s->disk_free >= 0 && s->disk_free < floor && s->all - (floor - s->disk_free) < s->budget)
		s->budget = s->all > floor - s->disk_free ? s->all - (floor - s->disk_free) : 0;
	return OK;
}

/* --- making room */

struct evicting {
	struct ctx *cx;
	struct remote_blob v[BATCH];
	size_t n;
	int64_t now;
};

static enum err evict(struct db *db, void *arg)
{
	const struct evicting *e = arg;

	for (size_t i = 0; i < e->n; i++) {
		int64_t at = uses_of(e->cx->app->uses, e->v[i].hash);

		if (at > e->v[i].used_at)
			TRY(blobs_touch(db, e->v[i].hash, at));
		else
			TRY(blob_drop(e->cx->app, db, e->v[i].hash));
	}
	return OK;
}

static enum err sweep_all(struct ctx *cx)
{
	bool more = true;

	while (more)
		TRY(blob_sweep_some(cx, cx->app->cache, &more));
	return OK;
}

/* Some of the oldest, as many as are needed or fewer. *n 0: there are none. */
static enum err evict_some(struct ctx *cx, int64_t need, size_t *n)
{
	struct evicting e = { .cx = cx, .now = cx->now };
	struct db_rows rows = { 0 };
	const struct remote_blob *b;

	TRY(remote_files_oldest(dbs_reader(cx->app->cache), cx->mem, BATCH, &rows));
	b = rows.p;
	for (; e.n < rows.n && need > 0; e.n++) {
		e.v[e.n] = b[e.n];
		need -= b[e.n].size;
	}
	*n = e.n;
	if (e.n)
		TRY(dbs_write(cx->app->cache, evict, &e));
	return sweep_all(cx);
}

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static enum err make_room(struct ctx *cx, int64_t bytes)
{
	struct cache_state s;

	TRY(cache_state(cx, &s));
	for (int i = 0; s.used + bytes > s.budget && i < ROUNDS_MAX; i++) {
		struct arena_mark mark = arena_mark(cx->mem);
		size_t n;

		TRY(evict_some(cx, s.used + bytes - s.budget, &n));
		arena_rewind(cx->mem, mark);
		TRY(cache_state(cx, &s));
		if (!n)
			break;
	}
	if (s.disk_free >= 0 && s.all > s.budget)
		TRY(cache_shrink(cx));
	return s.used + bytes > s.budget && bytes ? ERR_BUSY : OK;
}

/* To remove something takes a little room in the log, and in the file for what is in the log already: on a full disk, what was
 * held for that. */
enum err cache_make_room(struct ctx *cx, int64_t bytes)
{
	enum err e;

	if (!cx->app->cache)
		return OK;
	pthread_mutex_lock(&making);
	e = dbs_mend(cx->app->cache);
	e = e ? e : make_room(cx, bytes);
	if (e && dbs_was_full()) {
		dbs_reserve(cx->app->cache, 0);
		e = make_room(cx, bytes);
	}
	if (!e)
		dbs_reserve(cx->app->cache, RESERVE);
	pthread_mutex_unlock(&making);
	return e;
}

enum err cache_surplus(struct ctx *cx, int64_t *files, int64_t *bytes)
{
	struct cache_state s;
	struct db_rows rows = { 0 };
	const struct remote_blob *b;

	*files = *bytes = 0;
	TRY(cache_state(cx, &s));
	if (s.used <= s.budget)
		return OK;
	TRY(remote_files_oldest(dbs_reader(cx->app->cache), cx->mem, INT32_MAX, &rows));
	b = rows.p;
	for (size_t i = 0; i < rows.n && s.used - *bytes > s.budget; i++) {
		++*files;
		*bytes += b[i].size;
	}
	return OK;
}

enum err cache_shrink(struct ctx *cx)
{
	return slice_give_back(cx->app->cache, PAGES_SPARE, NULL);
}
