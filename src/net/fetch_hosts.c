/* The waiting room of outgoing calls. A host that is slow or down holds up only what goes there: each has a queue and
 * at most so many calls under way, and hosts with calls waiting take turns. */
#include <stdlib.h>

#include "base/codec.h"
#include "net/fetch_in.h"

enum { BUCKETS = 1024,
       HOSTS_KEPT = 4096 };

static uint64_t seed;

void hop_append(struct hop_list *list, struct net_hop *h)
{
	h->next = NULL;
	h->before = list->last;
	*(list->last ? &list->last->next : &list->first) = h;
	list->last = h;
}

void hop_prepend(struct hop_list *list, struct net_hop *h)
{
	h->before = NULL;
	h->next = list->first;
	*(list->first ? &list->first->before : &list->last) = h;
	list->first = h;
}

static struct net_hop *pop(struct hop_list *list)
{
	struct net_hop *h = list->first;

	if (h) {
		list->first = h->next;
		*(h->next ? &h->next->before : &list->last) = NULL;
	}
	return h;
}

void turns_open(struct net *n)
{
	n->hosts = calloc(BUCKETS, sizeof(struct net_host *));
	BUG_IF(!n->hosts);
	codec_random(&seed, sizeof(seed));
}

/* Forgets hosts nobody talks to, or all of them. */
static void sweep(struct net *n, bool all)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct net_host **at = &n->hosts[i];

		while (*at) {
			struct net_host *host = *at;

			if (!all && (host->active || host->ready || host->waiting.first)) {
				at = &host->chain;
				continue;
			}
			*at = host->chain;
			n->host_count--;
			free(host);
		}
	}
}

void turns_close(struct net *n)
{
	sweep(n, true);
	free(n->hosts);
}

static struct net_host *host_of(struct net *n, str name)
{
	uint64_t hash = seed;
	struct net_host *host;

	for (size_t i = 0; i < name.n; i++)
		hash = (hash ^ (unsigned char)name.p[i]) * 0x100000001b3u;
	for (host = n->hosts[hash % BUCKETS]; host; host = host->chain)
		if (host->hash == hash && str_eq(str_n(host->name, host->n), name))
			return host;
	if (n->host_count >= HOSTS_KEPT)
		sweep(n, false);
	host = calloc(1, sizeof(*host) + name.n);
	BUG_IF(!host);
	host->hash = hash;
	host->n = name.n;
	memcpy(host->name, name.p, name.n);
	host->chain = n->hosts[hash % BUCKETS];
	n->hosts[hash % BUCKETS] = host;
	n->host_count++;
	return host;
}

/* Puts it in line if it has a call that may start. */
static void line_up(struct net *n, struct net_host *host, bool first)
{
	bool known = host->known;

	if (host->ready || !host->waiting.first || host->active >= n->per_host)
		return;
	host->ready = true;
	host->next_ready = NULL;
	if (first) {
		host->next_ready = n->ready[known].first;
		n->ready[known].first = host;
		if (!n->ready[known].last)
			n->ready[known].last = host;
		return;
	}
	*(n->ready[known].last ? &n->ready[known].last->next_ready : &n->ready[known].first) = host;
	n->ready[known].last = host;
}

static struct net_host *take_line(struct net *n, bool known)
{
	struct net_host *host = n->ready[known].first;

	if (host) {
		n->ready[known].first = host->next_ready;
		if (!host->next_ready)
			n->ready[known].last = NULL;
		host->ready = false;
	}
	return host;
}

void turns_wait(struct net_hop *h)
{
	struct net *n = h->net;

	h->host = host_of(n, h->url.origin);
	(h->call->urgent || h->started ? hop_prepend : hop_append)(&h->host->waiting, h);
	n->waiting_count++;
	line_up(n, h->host, h->call->urgent || h->started);
}

struct net_hop *turns_next(struct net *n)
{
	struct net_host *host;
	struct net_hop *h;

	if (n->active_count >= n->max_calls)
		return NULL;
	host = take_line(n, true);
	if (!host && n->resolving < RESOLVE_LIMIT)
		host = take_line(n, false);
	if (!host)
		return NULL;
	h = pop(&host->waiting);
	n->waiting_count--;
	host->active++;
	hop_append(&n->active, h);
	n->active_count++;
	line_up(n, host, false);
	return h;
}

void turns_done(struct net_hop *h, bool known)
{
	struct net *n = h->net;

	*(h->before ? &h->before->next : &n->active.first) = h->next;
	*(h->next ? &h->next->before : &n->active.last) = h->before;
	n->active_count--;
	h->host->active--;
	if (!h->host->ready)
		h->host->known = known;
	line_up(n, h->host, false);
}

struct net_hop *turns_any(struct net *n)
{
	for (size_t i = 0; i < BUCKETS && n->waiting_count; i++)
		for (struct net_host *host = n->hosts[i]; host; host = host->chain)
			if (host->waiting.first) {
				n->waiting_count--;
				return pop(&host->waiting);
			}
	return NULL;
}
