/* The cache of keys declared in keys.h: a chained hash table whose entries also stand in order of use. */
#include <pthread.h>
#include <stdlib.h>

#include "base/codec.h"
#include "base/err.h"
#include "net/keys.h"

struct entry {
	struct entry *chain;         /* same bucket */
	struct entry *newer, *older; /* order of use */
	struct sig_key *key;         /* one reference */
	uint64_t hash;
	size_t n;
	char name[];
};

/* Shared by all threads, behind its lock. */
struct key_cache {
	pthread_mutex_t lock;
	struct entry **buckets;
	struct entry *newest, *oldest;
	size_t count, max, mask;
	uint64_t seed;
};

/* FNV-1a over a secret start: strangers choose the names. */
static uint64_t hash_of(const struct key_cache *c, str name)
{
	uint64_t h = c->seed;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

struct key_cache *key_cache_new(size_t max)
{
	struct key_cache *c = calloc(1, sizeof(*c));
	size_t size = 64;

	BUG_IF(!c || !max);
	while (size < max && size < 1u << 20)
		size *= 2;
	c->buckets = calloc(size, sizeof(struct entry *));
	BUG_IF(!c->buckets);
	c->mask = size - 1;
	c->max = max;
	codec_random(&c->seed, sizeof(c->seed));
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static struct entry **find(struct key_cache *c, str name, uint64_t hash)
{
	struct entry **at = &c->buckets[hash & c->mask];

	while (*at && ((*at)->hash != hash || !str_eq(str_n((*at)->name, (*at)->n), name)))
		at = &(*at)->chain;
	return at;
}

static void unlink_use(struct key_cache *c, struct entry *e)
{
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void link_use(struct key_cache *c, struct entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void drop(struct key_cache *c, struct entry **at)
{
	struct entry *e = *at;

	*at = e->chain;
	unlink_use(c, e);
	c->count--;
	key_free(e->key);
	free(e);
}

struct sig_key *key_cache_get(struct key_cache *c, str name)
{
	struct sig_key *k = NULL;
	struct entry *e;

	pthread_mutex_lock(&c->lock);
	e = *find(c, name, hash_of(c, name));
	if (e) {
		unlink_use(c, e);
		link_use(c, e);
		k = key_ref(e->key);
	}
	pthread_mutex_unlock(&c->lock);
	return k;
}

void key_cache_put(struct key_cache *c, str name, struct sig_key *k)
{
	uint64_t hash = hash_of(c, name);
	struct entry **at, *e = malloc(sizeof(*e) + name.n);

	BUG_IF(!e);
	*e = (struct entry){ .key = key_ref(k), .hash = hash, .n = name.n };
	if (name.n)
		memcpy(e->name, name.p, name.n);
	pthread_mutex_lock(&c->lock);
	at = find(c, name, hash);
	if (*at)
		drop(c, at);
	if (c->count >= c->max)
		drop(c, find(c, str_n(c->oldest->name, c->oldest->n), c->oldest->hash));
	at = &c->buckets[hash & c->mask];
	e->chain = *at;
	*at = e;
	link_use(c, e);
	c->count++;
	pthread_mutex_unlock(&c->lock);
}

void key_cache_drop(struct key_cache *c, str name)
{
	struct entry **at;

	pthread_mutex_lock(&c->lock);
	at = find(c, name, hash_of(c, name));
	if (*at)
		drop(c, at);
	pthread_mutex_unlock(&c->lock);
}

void key_cache_free(struct key_cache *c)
{
	if (!c)
		return;
	while (c->oldest)
		drop(c, find(c, str_n(c->oldest->name, c->oldest->n), c->oldest->hash));
	pthread_mutex_destroy(&c->lock);
	free(c->buckets);
	free(c);
}
