/* Posts go from one chunk to the next by moving the border between them, and being indexed again where they are then; both in one
 * transaction, a few posts at a time. So it may be broken off after any of them, and others write meanwhile. */
#include "core/search_chunks.h"

#include <string.h>

#include "base/clock.h"
#include "core/search_index.h"
#include "core/slice.h"
#include "store/search_chunks.h"

/* A frequent word has one list in a chunk. FTS5 writes such a list anew as a whole and goes through a part of it; PostgreSQL goes
 * through all of it, and fetches each of those posts. */
enum { FULL = 10000, FULL_POSTGRES = 2000, AHEAD_MS = 10 * MINUTE, POSTS_LEAST = 4, POSTS_MOST = 64,
       RUN_MS = 40 * SECOND, REST_MS = 5 * SECOND };

struct moving {
	int64_t low, border, high; /* where the lower chunk begins, the upper one, and what follows that */
	bool anew;                 /* there is no upper one yet, border is high */
	int64_t to, n;             /* out: where the border is now, and of how many posts; the same: it cannot be moved */
	struct slice slice;
	struct search_merging merging;
};

/* "000" to "zzz"; false after that. */
static bool next_prefix(struct arena *mem, str last, str *next)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char text[] = "000";

	for (size_t i = last.n ? 3 : 0; i-- > 0;) {
		const char *d = strchr(digits, last.p[i]);

		if (d && d[1]) {
			memcpy(text, last.p, i);
			text[i] = d[1];
			*next = str_dup(mem, str_of(text));
			return true;
		}
	}
	*next = str_dup(mem, str_of(text));
	return !last.n;
}

static enum err add(struct ctx *cx, int64_t first_id, bool *added)
{
	str last, prefix;

	TRY(search_chunks_last(cx->db, cx->mem, &last));
	*added = next_prefix(cx->mem, last, &prefix);
	return *added ? search_chunk_add(cx->db, first_id, prefix) : OK;
}

/* The last posts of the lower chunk go to the upper one. */
static enum err move_up(struct ctx *cx, void *arg)
{
	struct moving *m = arg;
	struct ids posts;
	bool can = true;

	db_slice(cx->db);
	m->to = m->border;
	TRY(search_posts_below(cx->db, cx->mem, m->low + 1, m->border, m->slice.n, &posts));
	if (m->anew && posts.n)
		TRY(add(cx, posts.v[posts.n - 1], &can));
	else if (posts.n)
		TRY(search_chunk_begin_at(cx->db, m->border, posts.v[posts.n - 1]));
	if (!posts.n || !can)
		return OK;
	m->to = posts.v[posts.n - 1];
	m->n = (int64_t)posts.n;
	return search_index_now(cx, posts);
}

/* The first posts of the upper chunk go to the lower one, and when they were all, so does the chunk. */
static enum err move_down(struct ctx *cx, void *arg)
{
	struct moving *m = arg;
	struct ids posts;
	bool last;

	db_slice(cx->db);
	TRY(search_posts_from(cx->db, cx->mem, m->border, m->high, m->slice.n, &posts));
	last = (int64_t)posts.n < m->slice.n || posts.v[posts.n - 1] + 1 >= m->high;
	m->to = last ? m->high : posts.v[posts.n - 1] + 1;
	if (last)
		TRY(search_chunk_remove(cx->db, m->border));
	else
		TRY(search_chunk_begin_at(cx->db, m->border, m->to));
	return search_index_now(cx, posts);
}

static enum err move(struct ctx *cx, struct moving *m, ctx_work way)
{
	struct arena_mark mark = arena_mark(cx->mem);

	TRY(write_tx(cx, way, m));
	arena_rewind(cx->mem, mark);
	slice_done(&m->slice);
	return search_merge_written(cx, &m->merging);
}

static const struct slice few = { POSTS_LEAST, POSTS_LEAST, POSTS_MOST, 0 };

/* *more: false if there is nothing that can be cut. */
static enum err cut(struct ctx *cx, struct moving m, int64_t posts, int64_t until, bool *more)
{
	m.slice = few;
	while (posts > 0 && clock_mono() < until) {
		TRY(move(cx, &m, move_up));
		*more = m.to != m.border;
		if (!*more)
			return OK;
		m.border = m.to;
		m.anew = false;
		posts -= m.n;
	}
	return OK;
}

static enum err join(struct ctx *cx, struct moving m, int64_t until)
{
	m.slice = few;
	while (m.border < m.high && clock_mono() < until) {
		TRY(move(cx, &m, move_down));
		m.border = m.to;
	}
	return OK;
}

static enum err follow(struct ctx *cx, void *arg)
{
	bool added;

	return add(cx, *(int64_t *)arg, &added);
}

/* Newest first. The newest one is left as it is, since posts are being written there; it may only be followed: from a time on
 * that no transaction under way has reached yet. */
static enum err keep(struct ctx *cx, const struct search_chunk *c, size_t n, int64_t full, int64_t until, bool *more)
{
	int64_t ahead = id_at(clock_now() + AHEAD_MS);

	*more = true;
	if (c[0].posts >= full && c[0].posts <= 2 * full && c[0].first_id < id_at(clock_now()))
		return write_tx(cx, follow, &ahead);
	for (size_t i = 0; i < n; i++) {
		struct moving m = { .low = c[i].first_id, .high = i ? c[i - 1].first_id : INT64_MAX };
		bool room = i > 1 && c[i - 1].posts < full;

		m.anew = !room;
		m.border = m.high;
		if (c[i].posts > 2 * full)
			return cut(cx, m, room ? full - c[i - 1].posts : full, until, more);
		m.border = m.low;
		m.low = 0;
		if (i && i + 1 < n && c[i].posts + c[i + 1].posts <= full / 2)
			return join(cx, m, until);
	}
	*more = false;
	return OK;
}

enum err search_chunks_keep(struct ctx *cx, int64_t full, int64_t until, bool *more)
{
	struct db_rows chunks = { 0 };

	TRY(search_chunks_counted(cx->db, cx->mem, 2 * full + 1, &chunks));
	return keep(cx, chunks.p, chunks.n, full, until, more);
}

static enum err go_on(struct ctx *cx, void *arg)
{
	(void)arg;
	return job_add(cx, "search_chunks", S("{}"), cx->now + RUN_MS + REST_MS, S("search_chunks goes on"));
}

enum err search_job_chunks(struct ctx *cx, const struct job *job)
{
	int64_t until = clock_mono() + RUN_MS, full = db_is_postgres(cx->db) ? FULL_POSTGRES : FULL;
	bool more = true;

	(void)job;
	while (more && clock_mono() < until)
		TRY(search_chunks_keep(cx, full, until, &more));
	return more ? write_tx(cx, go_on, NULL) : OK;
}
