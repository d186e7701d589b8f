/* Finding posts, and the thread around one. */
#include "core/status.h"

#include <stdlib.h>

#include "store/parts.h"

enum { THREAD_MOST = 4096, ABOVE_ANONYMOUS = 40, BELOW_ANONYMOUS = 60 };

enum err status_by_uri(struct ctx *cx, str uri, struct status *s)
{
	return statuses_by_uri(cx->db, cx->mem, uri, s);
}

enum err status_by_id(struct ctx *cx, int64_t id, struct status *s)
{
	return statuses_by_id(cx->db, cx->mem, id, s);
}

enum err status_public_replies(struct ctx *cx, int64_t id, int64_t after, int64_t limit, struct ids *ids)
{
	*ids = (struct ids){ 0 };
	return statuses_public_replies(cx->db, cx->mem, id, after, limit, ids);
}

static size_t index_of(struct ids list, int64_t id)
{
	size_t i = 0;

	while (i < list.n && list.v[i] != id)
		i++;
	return i;
}

/* Different authors of the posts, and whose place in that list is each post's. */
static struct ids authors_of(struct arena *mem, const struct thread_post *posts, size_t n, size_t *place)
{
	struct ids authors = { NEWS(mem, int64_t, n), 0 };

	for (size_t i = 0; i < n; i++) {
		place[i] = index_of(authors, posts[i].s.account_id);
		if (place[i] == authors.n)
			authors.v[authors.n++] = posts[i].s.account_id;
	}
	return authors;
}

/* Takes out what cx->me may not or does not want to see. */
static enum err sift(struct ctx *cx, struct db_rows *rows)
{
	struct thread_post *p = rows->p;
	size_t *place = NEWS(cx->mem, size_t, rows->n), kept = 0;
	struct ids authors = authors_of(cx->mem, p, rows->n, place), closed = { NEWS(cx->mem, int64_t, rows->n), 0 }, named;
	unsigned *rel = NEWS(cx->mem, unsigned, authors.n);
	int64_t viewer = cx->me ? cx->me->id : 0;

	TRY(visible_relations(cx, viewer, authors, rel));
	for (size_t i = 0; i < rows->n; i++)
		if (str_eq(p[i].s.visibility, S("private")) || str_eq(p[i].s.visibility, S("direct")))
			closed.v[closed.n++] = p[i].s.id;
	TRY(mentions_among(cx->db, cx->mem, viewer, closed, &named));
	for (size_t i = 0; i < rows->n; i++) {
		struct account author = {
			.suspended_at = p[i].author_suspended_at,
			.deleted_at = p[i].author_deleted_at,
			.silenced_by = p[i].author_silenced_by,
		};
		unsigned r = rel[place[i]] | (ids_has(named, p[i].s.id) ? REL_MENTIONED : 0);

		r |= visible_here(cx, viewer, &p[i].s);

		if (visible_in_timeline(&p[i].s, &author, r))
			p[kept++] = p[i];
	}
	rows->n = kept;
	return OK;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct thread_post *)a)->s.id, y = ((const struct thread_post *)b)->s.id;

	return (x > y) - (x < y);
}

static int by_parent(const void *a, const void *b)
{
	const struct thread_post *x = a, *y = b;

	if (x->s.in_reply_to_id != y->s.in_reply_to_id)
		return x->s.in_reply_to_id < y->s.in_reply_to_id ? -1 : 1;
	return by_id(a, b);
}

/* Where the children of a post begin in the list sorted by parent. */
static size_t children_at(const struct thread_post *p, size_t n, int64_t parent)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (p[mid].s.in_reply_to_id < parent)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool here(const struct thread_post *by_ids, size_t n, int64_t id)
{
	struct thread_post key = { .s.id = id };

	return bsearch(&key, by_ids, n, sizeof(key), by_id) != NULL;
}

/* Depth first, each family by time. What hangs on a post that was taken out stands where that would stand
 * last. */
static void order_below(struct ctx *cx, int64_t root, struct db_rows *rows, size_t limit, struct ids *out)
{
	struct thread_post *p = rows->p, *sorted = NEWS(cx->mem, struct thread_post, rows->n);
	size_t *stack = NEWS(cx->mem, size_t, rows->n + 1), depth = 0, n = rows->n;

	if (!n)
		return;
	memcpy(sorted, p, n * sizeof(*p));
	qsort(sorted, n, sizeof(*sorted), by_id);
	for (size_t i = 0; i < n; i++)
		if (p[i].s.in_reply_to_id != root && !here(sorted, n, p[i].s.in_reply_to_id))
			p[i].s.in_reply_to_id = root;
	qsort(p, n, sizeof(*p), by_parent);
	out->v = NEWS(cx->mem, int64_t, n);
	for (int64_t parent = root;;) {
		size_t from = children_at(p, n, parent), to = from;

		while (to < n && p[to].s.in_reply_to_id == parent)
			to++;
		while (to > from)
			stack[depth++] = --to;
		if (!depth || out->n >= limit)
			break;
		parent = p[stack[--depth]].s.id;
		out->v[out->n++] = parent;
	}
}

enum err status_context(struct ctx *cx, int64_t id, struct ids *above, struct ids *below)
{
	size_t most_above = cx->me ? THREAD_MOST : ABOVE_ANONYMOUS, most_below = cx->me ? THREAD_MOST : BELOW_ANONYMOUS;
	struct db_rows up = { 0 }, down = { 0 };
	struct status s = { 0 };

	*above = *below = (struct ids){ 0 };
	TRY(statuses_by_id(cx->db, cx->mem, id, &s));
	TRY(visible_check(cx, cx->me ? cx->me->id : 0, &s));
	if (s.reblog_of_id)
		return OK;
	TRY(statuses_above(cx->db, cx->mem, id, THREAD_MOST, &up));
	TRY(statuses_below(cx->db, cx->mem, id, THREAD_MOST, &down));
	TRY(sift(cx, &up));
	TRY(sift(cx, &down));
	above->v = NEWS(cx->mem, int64_t, up.n);
	above->n = up.n < most_above ? up.n : most_above;
	for (size_t i = 0; i < above->n; i++) /* the nearest ones, turned */
		above->v[above->n - 1 - i] = ((struct thread_post *)up.p)[i].s.id;
	order_below(cx, id, &down, most_below, below);
	return OK;
}
