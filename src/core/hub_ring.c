/* What passes between the hub's thread and the owners of sockets: items to the hub, messages into rings that drop who does not
 * read them. Knows no database. */
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "core/hub_in.h"

enum { QUEUED_COST = 64, /* what a message costs beside its text */
       ITEMS_MAX = 20000 };

struct queued {
	struct queued *next;
	struct message *m;
};

/* --- messages and rings */

struct message *message_new(str text)
{
	struct message *m = malloc(sizeof(*m) + text.n);

	BUG_IF(!m);
	m->refs = 1;
	m->n = text.n;
	memcpy(m->text, text.p, text.n);
	return m;
}

void message_drop(struct message *m)
{
	if (m && atomic_fetch_sub(&m->refs, 1) == 1)
		free(m);
}

/* The client's lock is held. */
static void empty(struct hub_client *c)
{
	for (struct queued *q = c->first, *next; q; q = next) {
		next = q->next;
		message_drop(q->m);
		free(q);
	}
	c->first = NULL;
	c->end = &c->first;
	c->bytes = 0;
}

static void wake(struct hub_client *c)
{
	if (c->wake)
		c->wake(c->wake_arg);
}

void hub_push(struct hub_client *c, struct message *m)
{
	struct queued *q;

	pthread_mutex_lock(&c->lock);
	if (c->ended) {
		pthread_mutex_unlock(&c->lock);
		return;
	}
	if (c->bytes + m->n + QUEUED_COST > STREAM_RING) {
		c->ended = HUB_TOO_SLOW;
		empty(c);
	} else {
		q = malloc(sizeof(*q));
		BUG_IF(!q);
		*q = (struct queued){ NULL, m };
		atomic_fetch_add(&m->refs, 1);
		*c->end = q;
		c->end = &q->next;
		c->bytes += m->n + QUEUED_COST;
	}
	wake(c);
	pthread_mutex_unlock(&c->lock);
}

void hub_say(struct hub_client *c, str text)
{
	struct message *m = message_new(text);

	hub_push(c, m);
	message_drop(m);
}

void hub_end_client(struct hub_client *c, enum hub_end why)
{
	pthread_mutex_lock(&c->lock);
	if (!c->ended) {
		c->ended = why;
		empty(c);
		wake(c);
	}
	pthread_mutex_unlock(&c->lock);
}

struct message *hub_next(struct hub_client *c, enum hub_end *end)
{
	struct message *m = NULL;
	struct queued *q;

	pthread_mutex_lock(&c->lock);
	*end = c->ended;
	q = c->first;
	if (q) {
		m = q->m;
		c->first = q->next;
		if (!c->first)
			c->end = &c->first;
		c->bytes -= m->n + QUEUED_COST;
	}
	pthread_mutex_unlock(&c->lock);
	free(q);
	return m;
}

bool hub_heard(struct hub_client *c, str text)
{
	if (atomic_fetch_add(&c->commands, 1) >= STREAM_COMMANDS) {
		atomic_fetch_sub(&c->commands, 1);
		return false;
	}
	atomic_fetch_add(&c->refs, 1);
	hub_add_item(c->hub, c, NULL, text);
	return true;
}

/* --- to the hub's thread */

void hub_wake(struct hub *h)
{
	if (write(h->wake_fd, &(uint64_t){ 1 }, sizeof(uint64_t)) < 0)
		LOG(LOG_DEBUG, "hub", LS("what", S("awake already")));
}

void hub_add_item(struct hub *h, struct hub_client *from, const struct event *e, str text)
{
	struct hub_item *item = calloc(1, sizeof(*item) + text.n);
	bool kept, wake = false;

	BUG_IF(!item);
	item->from = from;
	item->n = text.n;
	if (text.n)
		memcpy(item->text, text.p, text.n);
	if (e)
		item->e = *e;
	item->e.data = str_n(item->text, item->n);
	pthread_mutex_lock(&h->lock);
	kept = from || h->items < ITEMS_MAX; /* commands are few */
	if (kept) {
		*h->end = item;
		h->end = &item->next;
		h->items++;
		wake = h->sleeping;
		h->sleeping = false;
	} else {
		h->lost++;
	}
	pthread_mutex_unlock(&h->lock);
	if (!kept)
		free(item);
	if (wake)
		hub_wake(h);
}

/* --- owners of sockets */

static void free_client(struct hub_client *c)
{
	empty(c);
	for (size_t i = 0; i < c->subs_n; i++) {
		free((void *)(uintptr_t)c->subs[i].tag.p);
		free((void *)(uintptr_t)c->subs[i].shown.p);
	}
	free(c->subs);
	free((void *)(uintptr_t)c->scopes.p);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void hub_release(struct hub_client *c)
{
	if (atomic_fetch_sub(&c->refs, 1) == 1)
		free_client(c);
}

void hub_attach(struct hub_client *c, void (*fn)(void *arg), void *arg)
{
	pthread_mutex_lock(&c->lock);
	c->wake = fn;
	c->wake_arg = arg;
	if (c->first || c->ended)
		wake(c);
	pthread_mutex_unlock(&c->lock);
}

void hub_leave(struct hub_client *c)
{
	struct hub *h = c->hub;

	pthread_mutex_lock(&h->lock);
	*(c->prev ? &c->prev->next : &h->clients) = c->next;
	if (c->next)
		c->next->prev = c->prev;
	h->clients_n--;
	pthread_mutex_unlock(&h->lock);
	pthread_mutex_lock(&c->lock);
	c->wake = NULL;
	pthread_mutex_unlock(&c->lock);
	hub_release(c);
}
