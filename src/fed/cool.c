/* Groups of eight slots under one lock; the one that ends first gives way. Names are kept as keyed digests, so strangers
 * cannot aim at a group. */
#include "fed/cool.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/codec.h"
#include "base/err.h"

enum { WAYS = 8,
       SECRET = 16 };

struct slot {
	uint64_t name;
	int64_t until;
	enum cool_why why;
};

struct cool {
	pthread_mutex_t lock;
	unsigned char secret[SECRET];
	size_t groups;
	struct slot slots[];
};

struct cool *cool_new(size_t slots)
{
	size_t groups = slots / WAYS ? slots / WAYS : 1;
	struct cool *c = calloc(1, sizeof(*c) + groups * WAYS * sizeof(c->slots[0]));

	BUG_IF(!c);
	c->groups = groups;
	pthread_mutex_init(&c->lock, NULL);
	codec_random(c->secret, SECRET);
	return c;
}

void cool_free(struct cool *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static uint64_t digest(const struct cool *c, str name)
{
	unsigned char out[SHA256_SIZE];
	uint64_t n;

	codec_hmac_sha256(str_n((const char *)c->secret, SECRET), name, out);
	memcpy(&n, out, sizeof(n));
	return n ? n : 1;
}

static struct slot *find(struct cool *c, uint64_t name)
{
	struct slot *group = &c->slots[name % c->groups * WAYS];

	for (int i = 0; i < WAYS; i++)
		if (group[i].name == name)
			return &group[i];
	return NULL;
}

static struct slot *room(struct cool *c, uint64_t name)
{
	struct slot *group = &c->slots[name % c->groups * WAYS], *best = find(c, name);

	for (int i = 0; !best && i < WAYS; i++)
		if (!group[i].name)
			best = &group[i];
	if (best)
		return best;
	best = group;
	for (int i = 1; i < WAYS; i++)
		if (group[i].until < best->until)
			best = &group[i];
	return best;
}

enum cool_why cool_get(struct cool *c, str name, int64_t now)
{
	uint64_t n = digest(c, name);
	enum cool_why why = COOL_NO;
	struct slot *s;

	pthread_mutex_lock(&c->lock);
	s = find(c, n);
	if (s && s->until > now)
		why = s->why;
	pthread_mutex_unlock(&c->lock);
	return why;
}

void cool_set(struct cool *c, str name, enum cool_why why, int64_t until)
{
	uint64_t n = digest(c, name);

	pthread_mutex_lock(&c->lock);
	*room(c, n) = (struct slot){ n, until, why };
	pthread_mutex_unlock(&c->lock);
}

void cool_forget(struct cool *c, str name)
{
	uint64_t n = digest(c, name);
	struct slot *s;

	pthread_mutex_lock(&c->lock);
	s = find(c, n);
	if (s)
		*s = (struct slot){ 0 };
	pthread_mutex_unlock(&c->lock);
}

bool cool_take(struct cool *c, str name, int64_t now, int64_t until)
{
	uint64_t n = digest(c, name);
	struct slot *s;
	bool mine;

	pthread_mutex_lock(&c->lock);
	s = room(c, n);
	mine = s->name != n || s->until <= now;
	if (mine)
		*s = (struct slot){ n, until, COOL_DONE };
	pthread_mutex_unlock(&c->lock);
	return mine;
}
