/* Reading files by their content. What was read last is kept for all threads: a picture that many look at is read and
 * checked once, and somebody who reads slowly holds no chunk of their own. */
#include "core/blob.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"

enum { SETS = 64, WAYS = 8, KNOWN = 16384, BYTES_MAX = 8 << 20, HELD_MAX = 4 << 20, MIME_MAX = 64, HASH_MAX = 64 };

/* On the heap; freed when it is in no slot and nobody holds it. */
struct blob_chunk_held {
	struct blob_cache *of;
	int users; /* the slot is one */
	int holders; /* of blob_hold() */
	struct dbs *in;
	int64_t id, size, place, made_at;
	uint64_t turn; /* when it was used last */
	char hash[HASH_MAX], mime[MIME_MAX];
	struct blob_chunk_held **slot, *older, *newer; /* while it is in one */
	size_t n;
	char bytes[];
};

/* A chunk that was checked; two may share a place, and the older one is forgotten then. */
struct known {
	uint64_t key, sum; /* sum: XXH3 of its bytes; its last bit says whether it was in the cache */
};

struct blob_cache {
	pthread_mutex_t lock;
	struct known known[KNOWN];
	uint64_t turns;
	struct blob_chunk_held *slots[SETS][WAYS], *oldest, *newest;
	size_t bytes, held;
};

struct blob_cache *blob_cache_new(void)
{
	struct blob_cache *c = calloc(1, sizeof(*c));

	BUG_IF(!c);
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

/* The lock is held, or nobody else is left. */
static void let_go(struct blob_chunk_held *h)
{
	if (--h->users == 0)
		free(h);
}

static void unlink_held(struct blob_cache *c, struct blob_chunk_held *h)
{
	*(h->older ? &h->older->newer : &c->oldest) = h->newer;
	*(h->newer ? &h->newer->older : &c->newest) = h->older;
}

static void link_newest(struct blob_cache *c, struct blob_chunk_held *h)
{
	h->older = c->newest;
	h->newer = NULL;
	h->turn = ++c->turns;
	*(c->newest ? &c->newest->newer : &c->oldest) = h;
	c->newest = h;
}

static void empty(struct blob_cache *c, struct blob_chunk_held **slot)
{
	unlink_held(c, *slot);
	c->bytes -= (*slot)->n;
	let_go(*slot);
	*slot = NULL;
}

void blob_cache_free(struct blob_cache *c)
{
	if (!c)
		return;
	for (int i = 0; i < SETS * WAYS; i++)
		if (c->slots[i / WAYS][i % WAYS])
			empty(c, &c->slots[i / WAYS][i % WAYS]);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static uint64_t key_of(str hash, int64_t place)
{
	uint64_t h = (uint64_t)place * 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < 16 && i < hash.n; i++)
		h = (h ^ (unsigned char)hash.p[i]) * 1099511628211u;
	return h ^ h >> 32;
}

static struct blob_chunk_held **set_of(struct blob_cache *c, str hash, int64_t place)
{
	return c->slots[key_of(hash, place) % SETS];
}

static bool is(const struct blob_chunk_held *h, str hash, int64_t place)
{
	return h && h->place == place && hash.n == HASH_MAX && !memcmp(h->hash, hash.p, HASH_MAX);
}

/* One user more, or NULL. What was dropped by another process is seen for a minute at most. */
static struct blob_chunk_held *find(struct blob_cache *c, str hash, int64_t place)
{
	struct blob_chunk_held *found = NULL, **set;

	if (!c)
		return NULL;
	pthread_mutex_lock(&c->lock);
	set = set_of(c, hash, place);
	for (int i = 0; i < WAYS && !found; i++) {
		if (!is(set[i], hash, place))
			continue;
		if (clock_mono() - set[i]->made_at > MINUTE) {
			empty(c, &set[i]);
			break;
		}
		found = set[i];
		unlink_held(c, found);
		link_newest(c, found);
		found->users++;
	}
	pthread_mutex_unlock(&c->lock);
	return found;
}

static void release(struct blob_cache *c, struct blob_chunk_held *h)
{
	if (!c) {
		free(h);
		return;
	}
	pthread_mutex_lock(&c->lock);
	let_go(h);
	pthread_mutex_unlock(&c->lock);
}

/* A free place of the set, or the one that was not used for longest. The lock is held. */
static struct blob_chunk_held **place_in(struct blob_chunk_held **set)
{
	struct blob_chunk_held **oldest = set;

	for (int i = 0; i < WAYS; i++) {
		if (!set[i])
			return &set[i];
		if (set[i]->turn < (*oldest)->turn)
			oldest = &set[i];
	}
	return oldest;
}

static void keep(struct blob_cache *c, struct blob_chunk_held *h)
{
	pthread_mutex_lock(&c->lock);
	while (c->oldest && c->bytes + h->n > BYTES_MAX)
		empty(c, c->oldest->slot);
	h->slot = place_in(set_of(c, str_n(h->hash, HASH_MAX), h->place));
	if (*h->slot)
		empty(c, h->slot);
	*h->slot = h;
	link_newest(c, h);
	h->users++;
	c->bytes += h->n;
	pthread_mutex_unlock(&c->lock);
}

static void forget(struct blob_cache *c, str hash)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	for (int i = 0; i < SETS * WAYS; i++) {
		struct blob_chunk_held **slot = &c->slots[i / WAYS][i % WAYS];

		if (*slot && is(*slot, hash, (*slot)->place))
			empty(c, slot);
	}
	pthread_mutex_unlock(&c->lock);
}

/* --- what was checked */

static struct known *known_at(struct blob_cache *c, uint64_t key)
{
	return &c->known[(key >> 8) % KNOWN];
}

static bool is_known(struct blob_cache *c, uint64_t key, uint64_t sum)
{
	bool is;

	if (!c)
		return false;
	pthread_mutex_lock(&c->lock);
	is = known_at(c, key)->key == key && (known_at(c, key)->sum ^ sum) <= 1;
	pthread_mutex_unlock(&c->lock);
	return is;
}

static void know(struct blob_cache *c, struct known now)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	*known_at(c, now.key) = now;
	pthread_mutex_unlock(&c->lock);
}

/* When it was checked last. */
static bool was_in_cache(struct blob_cache *c, str hash)
{
	uint64_t key = key_of(hash, 0);
	bool was;

	if (!c)
		return false;
	pthread_mutex_lock(&c->lock);
	was = known_at(c, key)->key == key && known_at(c, key)->sum & 1;
	pthread_mutex_unlock(&c->lock);
	return was;
}

/* --- from the database */

static int64_t length_of(const struct blob *b, int64_t place)
{
	int64_t left = b->size - place * BLOB_CHUNK;

	return left < BLOB_CHUNK ? left : BLOB_CHUNK;
}

static enum err hide(struct db *db, void *arg)
{
	return blobs_hide(db, *(str *)arg);
}

static enum err broken(const struct blob_file *f, int64_t place)
{
	str hash = f->b.hash;

	LOG(LOG_ERROR, "blob", LS("why", S("a stored file is not what it was")), LS("hash", hash), LI("chunk", place),
	    LS("kind", f->b.kind));
	if (f->in == f->app->cache && !dbs_write(f->in, hide, &hash))
		forget(f->app->chunks, hash);
	return ERR_INTERNAL;
}

static bool checked(const struct blob_file *f, const struct blob_chunk *c)
{
	struct arena mem ARENA_SCOPE;
	unsigned char sum[SHA256_SIZE];

	codec_sha256(c->bytes, sum);
	if (!str_eq(c->sum, str_n((char *)sum, sizeof(sum))))
		return false;
	return f->b.size > BLOB_CHUNK || str_eq(f->b.hash, codec_hex(&mem, c->sum));
}

/* What has been checked in this process is only compared with what it was, which takes a tenth of the time. Not against malice:
 * who can write to the database needs none. */
static bool right(const struct blob_file *f, int64_t place, const struct blob_chunk *c)
{
	struct known now = { .key = key_of(f->b.hash, place) };

	if ((int64_t)c->bytes.n != length_of(&f->b, place))
		return false;
	now.sum = (XXH3_64bits(c->bytes.p, c->bytes.n) & ~(uint64_t)1) | (f->in == f->app->cache);
	if (is_known(f->app->chunks, now.key, now.sum))
		return true;
	if (!checked(f, c))
		return false;
	know(f->app->chunks, now);
	return true;
}

static struct blob_chunk_held *chunk_new(const struct blob_file *f, int64_t place, str bytes)
{
	struct blob_chunk_held *h = malloc(sizeof(*h) + bytes.n);

	BUG_IF(!h || f->b.hash.n != HASH_MAX);
	memset(h, 0, sizeof(*h));
	h->of = f->app->chunks;
	h->users = 1;
	h->in = f->in;
	h->id = f->b.id;
	h->size = f->b.size;
	h->place = place;
	h->made_at = clock_mono();
	memcpy(h->hash, f->b.hash.p, HASH_MAX);
	memcpy(h->mime, f->b.mime.p, f->b.mime.n < MIME_MAX ? f->b.mime.n : MIME_MAX - 1);
	h->n = bytes.n;
	memcpy(h->bytes, bytes.p, bytes.n);
	return h;
}

/* Checked; *out is to be released. */
static enum err take(const struct blob_file *f, int64_t place, const struct blob_chunk *chunk, struct blob_chunk_held **out)
{
	if (!right(f, place, chunk))
		return broken(f, place);
	*out = chunk_new(f, place, chunk->bytes);
	if (f->app->chunks)
		keep(f->app->chunks, *out);
	return OK;
}

/* One chunk, checked; to be released. */
static enum err load(const struct blob_file *f, int64_t place, struct blob_chunk_held **out)
{
	struct arena mem ARENA_SCOPE;
	struct blob_chunk c = { 0 };
	struct db *db;
	enum err e;

	*out = find(f->app->chunks, f->b.hash, place);
	if (*out)
		return OK;
	db = dbs_reader(f->in);
	if (!db)
		return ERR_BUSY;
	e = blobs_chunk(db, &mem, f->b.id, place, &c);
	if (e == ERR_BUSY)
		return e;
	return e ? broken(f, place) : take(f, place, &c, out);
}

static enum err open_in(struct dbs *in, struct ctx *cx, str hash, struct blob_file *f, struct blob_chunk_held **first)
{
	struct arena mem ARENA_SCOPE;
	struct db *db = in ? dbs_reader(in) : NULL;
	struct blob_first b = { 0 };

	*f = (struct blob_file){ .app = cx->app, .in = in };
	if (!db)
		return in ? ERR_BUSY : ERR_NOT_FOUND;
	TRY(blobs_first(db, &mem, hash, &b));
	f->b = (struct blob){ .id = b.id, .hash = hash, .size = b.size, .mime = str_dup(cx->mem, b.mime) };
	return b.size ? take(f, 0, &(struct blob_chunk){ b.sum, b.bytes }, first) : OK;
}

enum err blob_open(struct ctx *cx, str hash, struct blob_file *f)
{
	struct blob_chunk_held *first = NULL;
	enum err e;

	if (hash.n != HASH_MAX)
		return ERR_NOT_FOUND;
	first = find(cx->app->chunks, hash, 0);
	if (first) {
		*f = (struct blob_file){ .app = cx->app, .in = first->in };
		f->b = (struct blob){ .id = first->id, .hash = hash, .size = first->size };
		f->b.mime = str_dup(cx->mem, str_of(first->mime));
		release(cx->app->chunks, first);
		return OK;
	}
	e = was_in_cache(cx->app->chunks, hash) ? open_in(cx->app->cache, cx, hash, f, &first) : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		e = open_in(cx->app->dbs, cx, hash, f, &first);
	if (e == ERR_NOT_FOUND)
		e = open_in(cx->app->cache, cx, hash, f, &first);
	if (first)
		release(cx->app->chunks, first);
	return e;
}

long blob_read(const struct blob_file *f, int64_t at, char *to, size_t n)
{
	struct blob_chunk_held *h;
	int64_t place = at / BLOB_CHUNK, from = at % BLOB_CHUNK;

	if (at < 0 || at >= f->b.size || load(f, place, &h))
		return -1;
	if (n > h->n - (size_t)from)
		n = h->n - (size_t)from;
	memcpy(to, h->bytes + from, n);
	release(f->app->chunks, h);
	return (long)n;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno != EINTR)
			return false;
		p += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

enum err blob_to_fd(const struct blob_file *f, int fd)
{
	for (int64_t place = 0; place * BLOB_CHUNK < f->b.size; place++) {
		struct blob_chunk_held *h;
		bool ok;

		TRY(load(f, place, &h));
		ok = write_all(fd, h->bytes, h->n);
		release(f->app->chunks, h);
		if (!ok)
			return ERR_BUSY;
	}
	return OK;
}

struct blob_chunk_held *blob_hold(const struct blob_file *f, str *bytes)
{
	struct blob_cache *c = f->app->chunks;
	struct blob_chunk_held *h;
	bool ok;

	if (!c || f->b.size > BLOB_CHUNK || !f->b.size || load(f, 0, &h))
		return NULL;
	pthread_mutex_lock(&c->lock);
	ok = h->holders || c->held + h->n <= HELD_MAX;
	if (ok && !h->holders)
		c->held += h->n;
	h->holders += ok;
	pthread_mutex_unlock(&c->lock);
	if (!ok) {
		release(c, h);
		return NULL;
	}
	*bytes = str_n(h->bytes, h->n);
	return h;
}

void blob_release(void *held)
{
	struct blob_chunk_held *h = held;
	struct blob_cache *c = h->of;

	pthread_mutex_lock(&c->lock);
	if (!--h->holders)
		c->held -= h->n;
	let_go(h);
	pthread_mutex_unlock(&c->lock);
}

enum err blob_touch(struct db *db, str hash, int64_t now)
{
	return blobs_touch(db, hash, now);
}

enum err blob_drop(struct app *app, struct db *db, str hash)
{
	forget(app->chunks, hash);
	return blobs_hide(db, hash);
}
