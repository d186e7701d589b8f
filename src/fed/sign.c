#include "fed/sign.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/account.h"
#include "fed/as_write.h"
#include "fed/state.h"
#include "net/keys.h"

enum { SLOTS = 512,
       FRESH_MS = MINUTE };

/* Account ids are our own, so a plain table will do. Another process may change keys (dassie account rotate-keys). */
struct own_keys {
	pthread_mutex_t lock;
	struct own {
		int64_t account_id, until; /* clock_mono() */
		bool proof;
		struct sig_key *key;
		char *uri;
	} slots[SLOTS];
};

struct own_keys *own_keys_new(void)
{
	struct own_keys *o = calloc(1, sizeof(*o));

	BUG_IF(!o);
	pthread_mutex_init(&o->lock, NULL);
	return o;
}

static void drop(struct own *s)
{
	key_free(s->key);
	free(s->uri);
	*s = (struct own){ 0 };
}

void own_keys_free(struct own_keys *o)
{
	if (!o)
		return;
	for (int i = 0; i < SLOTS; i++)
		drop(&o->slots[i]);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

static struct own *slot_of(struct own_keys *o, int64_t account_id, bool proof)
{
	return &o->slots[(((uint64_t)account_id * 2 + proof) * 0x9e3779b97f4a7c15u) >> 55];
}

void own_keys_drop(struct own_keys *o, int64_t account_id)
{
	pthread_mutex_lock(&o->lock);
	for (int proof = 0; proof < 2; proof++) {
		struct own *slot = slot_of(o, account_id, proof);

		if (slot->account_id == account_id)
			drop(slot);
	}
	pthread_mutex_unlock(&o->lock);
}

static bool known(struct ctx *cx, int64_t account_id, bool proof, struct signing *s)
{
	struct own *slot = slot_of(fed.own, account_id, proof);
	bool ok;

	pthread_mutex_lock(&fed.own->lock);
	ok = slot->account_id == account_id && slot->proof == proof && slot->key && clock_mono() < slot->until;
	if (ok)
		*s = (struct signing){ key_ref(slot->key), str_dup(cx->mem, str_of(slot->uri)) };
	pthread_mutex_unlock(&fed.own->lock);
	return ok;
}

static void remember(struct ctx *cx, int64_t account_id, bool proof, const struct signing *s)
{
	struct own *slot = slot_of(fed.own, account_id, proof);

	pthread_mutex_lock(&fed.own->lock);
	drop(slot);
	*slot = (struct own){ account_id, clock_mono() + FRESH_MS, proof, key_ref(s->key), strdup(cstr(cx->mem, s->key_id)) };
	pthread_mutex_unlock(&fed.own->lock);
}

static enum err parse(struct ctx *cx, const struct account_key *k, bool proof, struct signing *s)
{
	*s = (struct signing){ key_private(k->private_pem), k->uri };
	if (!s->key)
		return fail(cx, ERR_INTERNAL, "the key of account %lld cannot be read", (long long)k->account_id);
	remember(cx, k->account_id, proof, s);
	return OK;
}

enum err sign_as(struct ctx *cx, int64_t account_id, struct signing *s)
{
	struct account_key k;

	if (known(cx, account_id, false, s))
		return OK;
	TRY(account_key(cx, account_id, S("rsa"), &k));
	return parse(cx, &k, false, s);
}

enum err sign_proof_as(struct ctx *cx, const struct account *a, struct signing *s)
{
	struct account_key k;

	if (known(cx, a->id, true, s))
		return OK;
	TRY(account_proof_key(cx, a, &k));
	return parse(cx, &k, true, s);
}

enum err profile_keys(struct ctx *cx, struct as_profile *p)
{
	struct account_key k;
	struct signing s;

	TRY(account_key(cx, p->a->id, S("rsa"), &k));
	p->key_id = k.uri;
	p->public_pem = k.public_pem;
	TRY(sign_proof_as(cx, p->a, &s));
	p->proof_key_id = s.key_id;
	p->multikey = key_to_multikey(cx->mem, s.key);
	key_free(s.key);
	return OK;
}

enum err sign_as_instance(struct ctx *cx, struct signing *s)
{
	struct account a;

	TRY(account_instance(cx, &a));
	return sign_as(cx, a.id, s);
}
