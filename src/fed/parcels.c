#include "fed/parcels.h"

#include <stdlib.h>

enum { BUCKETS = 1024,
       ROUTES = 8 };

/* A host with parcels. It is in the round while some of its parcels may go. */
struct peer {
	struct peer *chain;          /* of its bucket */
	struct peer *before, *after; /* of the round */
	bool in_round;
	struct parcel *first, **end;
	int waiting, under_way;
	struct route_taken {
		int64_t account_id;
		str inbox;
	} taken[ROUTES];
	str host;
	char name[];
};

struct parcels {
	int per_host, count, doubtful, doubtful_under_way;
	struct peer *buckets[BUCKETS];
	struct peer *head, *tail; /* of the round */
};

struct parcels *parcels_new(int per_host)
{
	struct parcels *ps = calloc(1, sizeof(*ps));

	BUG_IF(!ps);
	ps->per_host = per_host < 1 ? 1 : per_host > ROUTES ? ROUTES
	                                                    : per_host;
	return ps;
}

void parcel_free(struct parcel *p)
{
	if (!p)
		return;
	if (--p->letter->refs == 0)
		free(p->letter);
	arena_free(&p->mem);
	free(p);
}

void parcels_free(struct parcels *ps)
{
	if (!ps)
		return;
	for (int i = 0; i < BUCKETS; i++) {
		for (struct peer *e = ps->buckets[i], *next; e; e = next) {
			next = e->chain;
			for (struct parcel *p = e->first, *after; p; p = after) {
				after = p->next;
				parcel_free(p);
			}
			free(e);
		}
	}
	free(ps);
}

static struct peer **place(struct parcels *ps, str host)
{
	uint32_t h = 2166136261u;
	struct peer **at;

	for (size_t i = 0; i < host.n; i++)
		h = (h ^ (unsigned char)host.p[i]) * 16777619u;
	for (at = &ps->buckets[h % BUCKETS]; *at && !str_eq((*at)->host, host); at = &(*at)->chain)
		;
	return at;
}

static struct peer *peer_of(struct parcels *ps, str host)
{
	struct peer **at = place(ps, host), *e = *at;

	if (e)
		return e;
	e = calloc(1, sizeof(*e) + host.n);
	BUG_IF(!e);
	memcpy(e->name, host.p, host.n);
	e->host = str_n(e->name, host.n);
	e->end = &e->first;
	*at = e;
	return e;
}

static void into_round(struct parcels *ps, struct peer *e)
{
	if (e->in_round || !e->first || e->under_way >= ps->per_host)
		return;
	e->in_round = true;
	e->before = ps->tail;
	e->after = NULL;
	if (ps->tail)
		ps->tail->after = e;
	else
		ps->head = e;
	ps->tail = e;
}

static void out_of_round(struct parcels *ps, struct peer *e)
{
	if (!e->in_round)
		return;
	e->in_round = false;
	if (e->before)
		e->before->after = e->after;
	else
		ps->head = e->after;
	if (e->after)
		e->after->before = e->before;
	else
		ps->tail = e->before;
}

static void drop_empty(struct parcels *ps, struct peer *e)
{
	struct peer **at;

	if (e->first || e->under_way)
		return;
	out_of_round(ps, e);
	at = place(ps, e->host);
	*at = e->chain;
	free(e);
}

static struct letter *new_letter(const struct delivery *d)
{
	struct letter *l = malloc(sizeof(*l) + d->body.n + 1);

	BUG_IF(!l);
	*l = (struct letter){ .outgoing_id = d->outgoing_id };
	memcpy(l->bytes, d->body.p, d->body.n);
	l->body = str_n(l->bytes, d->body.n);
	return l;
}

static struct parcel *new_parcel(const struct delivery *d, struct letter *l)
{
	struct parcel *p = calloc(1, sizeof(*p) + d->host.n + d->inbox.n);

	BUG_IF(!p);
	p->letter = l;
	l->refs++;
	p->id = d->id;
	p->account_id = d->account_id;
	p->tries = d->tries;
	p->created_at = d->created_at;
	p->rfc9421 = d->rfc9421;
	p->sync = d->sync;
	p->doubtful = d->doubtful;
	memcpy(p->names, d->host.p, d->host.n);
	memcpy(p->names + d->host.n, d->inbox.p, d->inbox.n);
	p->host = str_n(p->names, d->host.n);
	p->inbox = str_n(p->names + d->host.n, d->inbox.n);
	arena_init(&p->mem);
	return p;
}

/* Those of one document share it; a claim has few documents, so looking back is cheap. */
void parcels_add(struct parcels *ps, const struct delivery *list, size_t n)
{
	struct letter *last[16] = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct letter **l = &last[(uint64_t)list[i].outgoing_id * 0x9e3779b97f4a7c15u >> 60];
		struct parcel *p;
		struct peer *e;

		if (!*l || (*l)->outgoing_id != list[i].outgoing_id)
			*l = new_letter(&list[i]);
		p = new_parcel(&list[i], *l);
		e = peer_of(ps, list[i].host);
		p->peer = e;
		*e->end = p;
		e->end = &p->next;
		e->waiting++;
		ps->count++;
		ps->doubtful += p->doubtful;
		into_round(ps, e);
	}
}

static bool route_free(const struct peer *e, const struct parcel *p)
{
	for (int i = 0; i < e->under_way; i++)
		if (e->taken[i].account_id == p->account_id && str_eq(e->taken[i].inbox, p->inbox))
			return false;
	return true;
}

static void unlink_parcel(struct peer *e, struct parcel **at)
{
	struct parcel *p = *at;

	*at = p->next;
	if (e->end == &p->next)
		e->end = at;
	p->next = NULL;
	e->waiting--;
}

static struct parcel **ready_of(struct peer *e)
{
	struct parcel **at = &e->first;

	while (*at && !route_free(e, *at))
		at = &(*at)->next;
	return at;
}

struct parcel *parcels_next(struct parcels *ps, int doubtful)
{
	for (struct peer *e = ps->head, *after; e; e = after) {
		struct parcel **at = ready_of(e), *p = *at;

		after = e->after;
		if (p && p->doubtful && ps->doubtful_under_way >= doubtful)
			continue;
		out_of_round(ps, e);
		if (!p)
			continue;
		unlink_parcel(e, at);
		ps->doubtful_under_way += p->doubtful;
		e->taken[e->under_way++] = (struct route_taken){ p->account_id, p->inbox };
		into_round(ps, e);
		return p;
	}
	return NULL;
}

bool parcels_ended(struct parcels *ps, struct parcel *p)
{
	struct peer *e = p->peer;
	bool empty;

	for (int i = 0; i < e->under_way; i++) {
		if (e->taken[i].inbox.p != p->inbox.p)
			continue;
		e->taken[i] = e->taken[--e->under_way];
		break;
	}
	p->peer = NULL;
	ps->count--;
	ps->doubtful -= p->doubtful;
	ps->doubtful_under_way -= p->doubtful;
	empty = !e->waiting && !e->under_way;
	into_round(ps, e);
	drop_empty(ps, e);
	return empty;
}

struct parcel *parcels_take_host(struct parcels *ps, str host)
{
	struct peer *e = *place(ps, host);
	struct parcel *p = e ? e->first : NULL;

	if (!p)
		return NULL;
	unlink_parcel(e, &e->first);
	p->peer = NULL;
	ps->count--;
	ps->doubtful -= p->doubtful;
	drop_empty(ps, e);
	return p;
}

struct strs parcels_busy(const struct parcels *ps, struct arena *mem, int many)
{
	struct strs list = { NEWS(mem, str, (size_t)ps->count + 1), 0 };

	for (int i = 0; i < BUCKETS; i++)
		for (const struct peer *e = ps->buckets[i]; e; e = e->chain)
			if (e->waiting + e->under_way >= many)
				list.v[list.n++] = str_dup(mem, e->host);
	return list;
}

int parcels_count(const struct parcels *ps)
{
	return ps->count;
}

int parcels_doubtful(const struct parcels *ps)
{
	return ps->doubtful;
}
