/* Clients: joining within limits, subscribing within scopes. */
#include "core/hub_client.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "core/account.h"
#include "core/hub_in.h"
#include "core/oauth.h"
#include "store/lists.h"

const struct channel_kind channels[CHANNELS] = {
#define CHANNEL(id, name, path, takes, scope) { name, path, takes, scope },
#include "core/channels.def"
#undef CHANNEL
};

static str heap_dup(str s)
{
	char *p = malloc(s.n + 1);

	BUG_IF(!p);
	if (s.n)
		memcpy(p, s.p, s.n);
	return str_n(p, s.n);
}

/* --- coming and going */

/* An IPv6 network counts as one. */
static void read_address(struct arena *mem, str text, unsigned char to[16])
{
	struct in6_addr six;
	struct in_addr four;

	memset(to, 0, 16);
	if (inet_pton(AF_INET, cstr(mem, text), &four) == 1)
		memcpy(to + 8, &four, sizeof(four));
	else if (inet_pton(AF_INET6, cstr(mem, text), &six) == 1)
		memcpy(to, &six, IN6_IS_ADDR_V4MAPPED(&six) ? 16 : 8);
}

/* The hub's lock is held. */
static bool may_join(const struct hub *h, const struct hub_client *c)
{
	int64_t of_account = 0, of_address = 0;

	for (const struct hub_client *o = h->clients; o; o = o->next) {
		of_account += o->account_id == c->account_id;
		of_address += !memcmp(o->address, c->address, sizeof(o->address));
	}
	return h->clients_n < h->o.most && of_account < h->o.most_per_account && of_address < h->o.most_per_address;
}

enum err hub_join(struct ctx *cx, enum stream_format format, struct hub_client **out)
{
	struct hub *h = cx->app->hub;
	struct hub_client *c;
	bool in;

	if (!h || !cx->me)
		return ERR_DENIED;
	c = calloc(1, sizeof(*c));
	BUG_IF(!c);
	c->hub = h;
	c->refs = 1;
	c->format = format;
	c->account_id = cx->me->id;
	c->user_id = cx->user_id;
	c->token_id = cx->token_id;
	c->site = cx->site;
	c->scopes = heap_dup(cx->scopes);
	c->notices = scope_covers(cx->scopes, S("read:notifications"));
	c->end = &c->first;
	read_address(cx->mem, cx->address, c->address);
	pthread_mutex_init(&c->lock, NULL);
	pthread_mutex_lock(&h->lock);
	in = may_join(h, c);
	if (in) {
		c->next = h->clients;
		if (c->next)
			c->next->prev = c;
		h->clients = c;
		h->clients_n++;
	}
	pthread_mutex_unlock(&h->lock);
	if (!in) {
		hub_release(c);
		return fail(cx, ERR_LIMIT, "Too many streams are open");
	}
	/* The thread sleeps without end while nobody listens. */
	hub_wake(h);
	*out = c;
	return OK;
}

/* --- subscriptions */

static struct subscription *find(struct hub_client *c, const struct subscription *s)
{
	for (size_t i = 0; i < c->subs_n; i++)
		if (c->subs[i].channel == s->channel && c->subs[i].list_id == s->list_id && str_eq(c->subs[i].tag, s->tag))
			return &c->subs[i];
	return NULL;
}

enum err hub_subscribe(struct ctx *cx, struct hub_client *c, const struct subscription *s)
{
	struct list list = { 0 };
	enum err e = OK;

	if (!scope_covers(c->scopes, str_of(channels[s->channel].scope)))
		return fail(cx, ERR_DENIED, "Access token does not have the required scopes");
	if (channels[s->channel].takes == TAKES_LIST) {
		TRY(lists_by_id(cx->db, cx->mem, s->list_id, &list));
		if (list.account_id != c->account_id)
			return ERR_NOT_FOUND;
	}
	pthread_mutex_lock(&c->hub->lock);
	if (c->subs_n == STREAM_SUBSCRIPTIONS) {
		e = find(c, s) ? OK : fail(cx, ERR_LIMIT, "Too many subscriptions");
	} else if (!find(c, s)) {
		struct subscription *subs = realloc(c->subs, (c->subs_n + 1) * sizeof(*subs));

		BUG_IF(!subs);
		c->subs = subs;
		subs[c->subs_n] = *s;
		subs[c->subs_n].shown = heap_dup(s->shown);
		subs[c->subs_n++].tag = heap_dup(s->tag);
	}
	pthread_mutex_unlock(&c->hub->lock);
	return e;
}

void hub_unsubscribe(struct hub_client *c, const struct subscription *s)
{
	struct subscription *at;

	pthread_mutex_lock(&c->hub->lock);
	at = find(c, s);
	if (at) {
		free((void *)(uintptr_t)at->tag.p);
		free((void *)(uintptr_t)at->shown.p);
		*at = c->subs[--c->subs_n];
	}
	pthread_mutex_unlock(&c->hub->lock);
}
