/* Buckets live in groups of a few, found by a keyed hash; keys themselves are not kept. A group that is full gives up the
 * bucket nearest to being full: forgetting that one forgives least. */
#include "http/limits.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/err.h"
#include "http/address.h"

enum { WAYS = 8, LOCKS = 64, MAILS = 5, MAILS_MS = 30 * MINUTE };

struct bucket {
	uint64_t key;     /* 0: free */
	int64_t full_at;  /* clock_mono(): when all tokens are back */
};

struct limits {
	uint64_t seed[2];
	size_t groups;
	pthread_mutex_t locks[LOCKS];
	struct bucket buckets[];
};

struct limits *limits_new(size_t buckets)
{
	size_t groups = buckets / WAYS + 1;
	struct limits *l = calloc(1, sizeof(*l) + groups * WAYS * sizeof(struct bucket));

	BUG_IF(!l);
	l->groups = groups;
	codec_random(l->seed, sizeof(l->seed));
	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_init(&l->locks[i], NULL);
	return l;
}

void limits_free(struct limits *l)
{
	if (!l)
		return;
	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&l->locks[i]);
	free(l);
}

static uint64_t mix(uint64_t h)
{
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return h ^ h >> 31;
}

static uint64_t hash(const struct limits *l, str key)
{
	uint64_t h = l->seed[0];

	for (size_t i = 0; i < key.n; i++)
		h = mix(h ^ (unsigned char)key.p[i]) + l->seed[1];
	return h ? h : 1;
}

/* The key's bucket, or the one to become it. A bucket whose time has come is as good as free. */
static struct bucket *find(struct bucket *group, uint64_t key)
{
	struct bucket *best = &group[0];

	for (int i = 0; i < WAYS; i++) {
		if (group[i].key == key)
			return &group[i];
		if (group[i].full_at < best->full_at)
			best = &group[i];
	}
	*best = (struct bucket){ .key = key };
	return best;
}

/* A bucket is a single time: with n tokens missing it will be full in n * window / most. */
bool limits_take(struct limits *l, str key, int64_t most, int64_t window, struct limit_left *left)
{
	uint64_t h = hash(l, key);
	size_t group = (size_t)(h % l->groups);
	pthread_mutex_t *lock = &l->locks[group % LOCKS];
	int64_t now = clock_mono(), missing, each = window / most > 0 ? window / most : 1;
	struct bucket *b;
	bool ok;

	pthread_mutex_lock(lock);
	b = find(&l->buckets[group * WAYS], h);
	if (b->full_at < now)
		b->full_at = now;
	ok = b->full_at - now + each <= each * most;
	if (ok)
		b->full_at += each;
	missing = b->full_at - now;
	pthread_mutex_unlock(lock);
	if (left)
		*left = (struct limit_left){ most, most - (missing + each - 1) / each, clock_now() + missing };
	return ok;
}

bool limits_mail(struct arena *mem, str client_address, str to, int64_t user_id)
{
	struct limits *l = limits_shared();

	if (limits_exempt(client_address))
		return true;
	return limits_take(l, strf(mem, "mail to %.*s", STR_F(str_lower(mem, to))), MAILS, MAILS_MS, NULL) &&
	       (!user_id || limits_take(l, strf(mem, "mails of %lld", (long long)user_id), MAILS, MAILS_MS, NULL));
}

str limits_address(struct arena *mem, str address)
{
	char text[ADDRESS_TEXT];
	struct address a, block;

	if (!address_parse(address, &a))
		return address;
	block = address_block(&a);
	if (address_same(&a, &block) && str_chr(address, ':') < 0)
		return address;
	return str_cat(mem, str_dup(mem, address_text(&block, text)), S("/64"));
}

enum { SHARED_BUCKETS = 16384 };

static struct limits *shared;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_shared(void)
{
	shared = limits_new(SHARED_BUCKETS);
}

struct limits *limits_shared(void)
{
	pthread_once(&once, make_shared);
	return shared;
}

bool limits_exempt(str address)
{
	return !address.n || str_starts(address, S("127.")) || str_eq(address, S("::1"));
}
