#include "fed/sign.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/account.h"
#include "fed/state.h"
#include "net/keys.h"

enum { SLOTS = 512 };

/* Account ids are our own, so a plain table will do. Keys of local accounts never change. */
struct own_keys {
	pthread_mutex_t lock;
	struct own {
		int64_t account_id;
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

static struct own *slot_of(struct own_keys *o, int64_t account_id)
{
	return &o->slots[((uint64_t)account_id * 0x9e3779b97f4a7c15u) >> 55];
}

static bool known(struct ctx *cx, int64_t account_id, struct signing *s)
{
	struct own *slot = slot_of(fed.own, account_id);
	bool ok;

	pthread_mutex_lock(&fed.own->lock);
	ok = slot->account_id == account_id && slot->key;
	if (ok)
		*s = (struct signing){ key_ref(slot->key), str_dup(cx->mem, str_of(slot->uri)) };
	pthread_mutex_unlock(&fed.own->lock);
	return ok;
}

static void remember(struct ctx *cx, int64_t account_id, const struct signing *s)
{
	struct own *slot = slot_of(fed.own, account_id);

	pthread_mutex_lock(&fed.own->lock);
	drop(slot);
	*slot = (struct own){ account_id, key_ref(s->key), strdup(cstr(cx->mem, s->key_id)) };
	pthread_mutex_unlock(&fed.own->lock);
}

enum err sign_as(struct ctx *cx, int64_t account_id, struct signing *s)
{
	struct account_key k;

	if (known(cx, account_id, s))
		return OK;
	TRY(account_key(cx, account_id, S("rsa"), &k));
	*s = (struct signing){ key_private(k.private_pem), k.uri };
	if (!s->key)
		return fail(cx, ERR_INTERNAL, "the key of account %lld cannot be read", (long long)account_id);
	remember(cx, account_id, s);
	return OK;
}

enum err sign_as_instance(struct ctx *cx, struct signing *s)
{
	struct account a;

	TRY(account_instance(cx, &a));
	return sign_as(cx, a.id, s);
}
