/* One slot a hash: a newer answer takes the place of an older one of the same slot, so the number of entries is bounded
 * by the table; what they hold in all by a count. Locks are by slot group, held while the library takes its reference. */
#include "http/memo.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"

enum { LOCKS = 32 };

struct slot {
	struct MHD_Response *response; /* NULL: empty */
	uint64_t hash, version;
	int64_t made_at;
	char *text; /* host and target, one after the other */
	size_t host_n, target_n, size;
	int status;
	bool as;
};

struct memo {
	pthread_mutex_t locks[LOCKS];
	struct slot slots[MEMO_ENTRIES];
	_Atomic size_t bytes;
	int64_t max_age;
};

struct memo *memo_new(int64_t max_age)
{
	struct memo *m = calloc(1, sizeof(*m));

	BUG_IF(!m);
	m->max_age = max_age;
	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_init(&m->locks[i], NULL);
	return m;
}

static void empty(struct memo *m, struct slot *s)
{
	if (!s->response)
		return;
	MHD_destroy_response(s->response);
	free(s->text);
	atomic_fetch_sub(&m->bytes, s->size);
	*s = (struct slot){ 0 };
}

void memo_free(struct memo *m)
{
	if (!m)
		return;
	for (int i = 0; i < MEMO_ENTRIES; i++)
		empty(m, &m->slots[i]);
	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&m->locks[i]);
	free(m);
}

static uint64_t hash(const struct memo_key *key)
{
	uint64_t h = key->as ? 1099511628211u : 1469598103934665603u;

	for (size_t i = 0; i < key->host.n; i++)
		h = (h ^ (unsigned char)key->host.p[i]) * 1099511628211u;
	for (size_t i = 0; i < key->target.n; i++)
		h = (h ^ (unsigned char)key->target.p[i]) * 1099511628211u;
	return h ^ h >> 32;
}

static bool fits(const struct slot *s, const struct memo_key *key, uint64_t h)
{
	return s->response && s->hash == h && s->as == key->as && s->host_n == key->host.n &&
	       s->target_n == key->target.n && memcmp(s->text, key->host.p, s->host_n) == 0 &&
	       memcmp(s->text + s->host_n, key->target.p, s->target_n) == 0;
}

bool memo_answer(struct memo *m, const struct memo_key *key, uint64_t version, struct MHD_Connection *to,
                 enum MHD_Result *result)
{
	uint64_t h = hash(key);
	struct slot *s = &m->slots[h % MEMO_ENTRIES];
	pthread_mutex_t *lock = &m->locks[h % LOCKS];
	bool found;

	pthread_mutex_lock(lock);
	found = fits(s, key, h) && s->version == version && clock_mono() - s->made_at < m->max_age;
	if (found)
		*result = MHD_queue_response(to, (unsigned)s->status, s->response);
	pthread_mutex_unlock(lock);
	return found;
}

/* Makes room among the slots of one lock, which is held. */
static bool room(struct memo *m, uint64_t h, size_t n)
{
	for (size_t i = h % LOCKS; i < MEMO_ENTRIES && atomic_load(&m->bytes) + n > MEMO_BYTES; i += LOCKS)
		empty(m, &m->slots[i]);
	return atomic_load(&m->bytes) + n <= MEMO_BYTES;
}

void memo_put(struct memo *m, const struct memo_key *key, uint64_t version, int status, struct MHD_Response *response,
              size_t size)
{
	uint64_t h = hash(key);
	struct slot *s = &m->slots[h % MEMO_ENTRIES];
	pthread_mutex_t *lock = &m->locks[h % LOCKS];
	size_t all = size + key->host.n + key->target.n;
	char *text = NULL;

	pthread_mutex_lock(lock);
	empty(m, s);
	if (all <= MEMO_ENTRY_MAX && room(m, h, all))
		text = malloc(key->host.n + key->target.n + 1);
	if (text) {
		memcpy(text, key->host.p, key->host.n);
		memcpy(text + key->host.n, key->target.p, key->target.n);
		*s = (struct slot){ response, h, version, clock_mono(), text, key->host.n, key->target.n, all, status,
			            key->as };
		atomic_fetch_add(&m->bytes, all);
	}
	pthread_mutex_unlock(lock);
	if (!text)
		MHD_destroy_response(response);
}
