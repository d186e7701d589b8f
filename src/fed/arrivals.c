#include "fed/arrivals.h"

#include <stdlib.h>

#include "base/clock.h"

enum { BUCKETS = 1024,
       STRANDS = 4,        /* a host's accounts are worked on by so many threads at most */
       REMEMBERED = 16384, /* strands; past that those with nothing to do are forgotten */
       SLOW_MS = SECOND,
       SHARE = 8,
       UNPROVEN_MOST = 4 };

/* Some accounts of one host. In the round while something of it waits; held while somebody works for it; writing while what
 * somebody worked on is written, and the next one may prepare what comes after it. */
struct strand {
	struct strand *chain;
	struct strand *before, *after;
	struct arrival *first, **end;
	int waiting;
	int which;
	bool in_round, held, writing, quick;
	bool counted; /* in doubtful_held */
	str host;
	char name[];
};

struct arrivals {
	struct strand *buckets[BUCKETS];
	struct strand *head, *tail;
	int count, strands, doubtful, doubtful_held;
	size_t bytes;
};

struct arrivals *arrivals_new(int doubtful)
{
	struct arrivals *a = calloc(1, sizeof(*a));

	BUG_IF(!a);
	a->doubtful = doubtful;
	return a;
}

static void free_list(struct arrival *list)
{
	for (struct arrival *k = list, *next; k; k = next) {
		next = k->next;
		free(k);
	}
}

void arrivals_free(struct arrivals *a)
{
	for (int i = 0; a && i < BUCKETS; i++)
		for (struct strand *s = a->buckets[i], *next; s; s = next) {
			next = s->chain;
			free_list(s->first);
			free(s);
		}
	free(a);
}

static unsigned bucket_of(str host)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < host.n; i++)
		h = (h ^ (unsigned char)host.p[i]) * 16777619u;
	return h % BUCKETS;
}

static int strand_of(int64_t signer_id)
{
	return (int)(((uint64_t)signer_id * 0x9e3779b97f4a7c15u) >> 62) % STRANDS;
}

static struct strand *find(const struct arrivals *a, str host, int which)
{
	struct strand *s = a->buckets[bucket_of(host)];

	while (s && (s->which != which || !str_eq(s->host, host)))
		s = s->chain;
	return s;
}

static void forget_idle(struct arrivals *a)
{
	for (int i = 0; i < BUCKETS; i++)
		for (struct strand **at = &a->buckets[i]; *at;) {
			struct strand *s = *at;

			if (s->first || s->held || s->writing) {
				at = &s->chain;
				continue;
			}
			*at = s->chain;
			free(s);
			a->strands--;
		}
}

static struct strand *strand(struct arrivals *a, str host, int which)
{
	struct strand *s = find(a, host, which);
	unsigned at = bucket_of(host);

	if (s)
		return s;
	if (a->strands >= REMEMBERED)
		forget_idle(a);
	s = calloc(1, sizeof(*s) + host.n + 1);
	BUG_IF(!s);
	if (host.n)
		memcpy(s->name, host.p, host.n);
	s->host = str_n(s->name, host.n);
	s->which = which;
	s->end = &s->first;
	s->chain = a->buckets[at];
	a->buckets[at] = s;
	a->strands++;
	return s;
}

static void into_round(struct arrivals *a, struct strand *s)
{
	if (s->in_round || !s->first)
		return;
	s->in_round = true;
	s->before = a->tail;
	s->after = NULL;
	if (a->tail)
		a->tail->after = s;
	else
		a->head = s;
	a->tail = s;
}

static void out_of_round(struct arrivals *a, struct strand *s)
{
	s->in_round = false;
	if (s->before)
		s->before->after = s->after;
	else
		a->head = s->after;
	if (s->after)
		s->after->before = s->before;
	else
		a->tail = s->before;
}

static struct arrival *copy(const struct inbox_item *item)
{
	struct arrival *k = malloc(sizeof(*k) + item->body.n + item->host.n + 1);

	BUG_IF(!k);
	*k = (struct arrival){ .item = *item };
	memcpy(k->bytes, item->body.p, item->body.n);
	k->item.body.p = k->bytes;
	if (item->host.n)
		memcpy(k->bytes + item->body.n, item->host.p, item->host.n);
	k->item.host = str_n(k->bytes + item->body.n, item->host.n);
	return k;
}

void arrivals_add(struct arrivals *a, const struct inbox_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strand *s = strand(a, items[i].host, strand_of(items[i].signer_id));
		struct arrival *k = copy(&items[i]);

		*s->end = k;
		s->end = &k->next;
		s->waiting++;
		a->count++;
		a->bytes += k->item.body.n;
		into_round(a, s);
	}
}

/* The first of a strand, n at most; it is held from now on. */
static struct arrival **take_some(struct arrivals *a, struct strand *s, int n, struct arrival **end)
{
	out_of_round(a, s);
	s->held = true;
	for (; n > 0 && s->first; n--) {
		struct arrival *k = s->first;

		s->first = k->next;
		s->waiting--;
		a->count--;
		a->bytes -= k->item.body.n;
		k->next = NULL;
		*end = k;
		end = &k->next;
	}
	if (!s->first)
		s->end = &s->first;
	into_round(a, s);
	return end;
}

struct arrival *arrivals_take(struct arrivals *a, int n)
{
	struct arrival *list = NULL, **end = &list;
	int taken = 0;

	for (struct strand *s = a->head, *after; s && taken < n; s = after) {
		int share = n - taken;

		after = s->after;
		if (s->held)
			continue;
		if (s->quick) {
			share = !after && !list ? share : share < SHARE ? share
			                                                : SHARE;
			taken += s->waiting < share ? s->waiting : share;
			end = take_some(a, s, share, end);
		} else if (!list && a->doubtful_held < a->doubtful) {
			a->doubtful_held++;
			s->counted = true;
			take_some(a, s, SHARE, end);
			return list;
		}
	}
	return list;
}

static struct strand *strand_with(const struct arrivals *a, const struct arrival *k)
{
	return find(a, k->item.host, strand_of(k->item.signer_id));
}

bool arrivals_may_write(const struct arrivals *a, const struct arrival *list)
{
	for (const struct arrival *k = list; k; k = k->next)
		if (strand_with(a, k)->writing)
			return false;
	return true;
}

void arrivals_write(struct arrivals *a, const struct arrival *list)
{
	for (const struct arrival *k = list; k; k = k->next) {
		struct strand *s = strand_with(a, k);

		if (s->counted)
			continue;
		s->held = false;
		s->writing = true;
	}
}

/* Of one that is written, the next part may be held by somebody else already. */
static void let_go(struct arrivals *a, struct strand *s)
{
	if (s->writing) {
		s->writing = false;
	} else if (s->held) {
		a->doubtful_held -= s->counted;
		s->counted = s->held = false;
		s->quick = true;
	}
}

void arrivals_done(struct arrivals *a, struct arrival *list)
{
	const struct strand *last = NULL;

	/* those of one strand stand together */
	for (struct arrival *k = list; k; k = k->next) {
		struct strand *s = strand_with(a, k);

		if (s != last)
			let_go(a, s);
		last = s;
	}
	for (struct arrival *k = list; k; k = k->next)
		if (k->took_ms >= SLOW_MS)
			strand_with(a, k)->quick = false;
	free_list(list);
}

struct strs arrivals_full(const struct arrivals *a, struct arena *mem, int many)
{
	struct strs list = { NEWS(mem, str, (size_t)a->count + 1), 0 };

	for (const struct strand *s = a->head; s; s = s->after)
		if (s->waiting >= (s->quick ? many : UNPROVEN_MOST) && !strs_has(list, s->host))
			list.v[list.n++] = str_dup(mem, s->host);
	return list;
}

int arrivals_count(const struct arrivals *a)
{
	return a->count;
}

size_t arrivals_bytes(const struct arrivals *a)
{
	return a->bytes;
}
