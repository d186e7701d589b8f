/* Integrity proofs of activities that someone else brings (FEP-8b32, federation.md 6): the key must be one that the actor
 * lists, of its own server. Proofs say nothing of when and to whom, so old ones and what could harm when shown again are
 * not believed. */
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "fed/cool.h"
#include "fed/proof.h"
#include "fed/resolve.h"
#include "fed/signers.h"
#include "fed/state.h"
#include "fed/take.h"
#include "net/keys.h"

enum { REST_MS = 5 * MINUTE,
       AGE_MAX = 7 * DAY };

/* Who takes back a follow or a block says so himself. */
static bool may_be_shown(const struct as_activity *a)
{
	static const char *const kinds[] = { "Like", "EmojiReact", "Announce" };
	str what = as_type(a->node);

	if (!str_eq(a->type, S("Undo")))
		return true;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(what, str_of(kinds[i])))
			return true;
	return false;
}

/* The key, from its server if it is not known here. */
static enum err key_of(struct ctx *cx, str method, struct signer *s)
{
	enum err e = signers_get(cx, method, s);
	int64_t now = clock_mono();

	if (e != ERR_NOT_FOUND)
		return e;
	if (!cool_take(fed.cool, str_cat(cx->mem, S("proof "), method), now, now + REST_MS))
		return ERR_DENIED;
	TRY(resolve_key(cx, method));
	return signers_get(cx, method, s);
}

/* Perhaps the actor has a new key: asked as seldom as for requests (signers.c). */
static enum err again(struct fetcher *f, const struct proof *p, struct signer *s)
{
	struct ctx *cx = f->cx;
	int64_t now = clock_mono();
	struct account a;
	bool good;

	if (!cool_take(fed.cool, strf(cx->mem, "refresh %lld", (long long)s->account_id), now, now + REST_MS))
		return ERR_DENIED;
	signers_drop(fed.signers, s->account_id);
	TRY(resolve_actor(f, s->uri, true, &a));
	TRY(signers_get(cx, p->method, s));
	good = proof_verify(p, s->key);
	key_free(s->key);
	return good ? OK : ERR_DENIED;
}

enum err take_proof(struct fetcher *f, struct take *t)
{
	struct ctx *cx = f->cx;
	struct signer s = { 0 };
	struct proof p;
	bool good;

	if (!may_be_shown(&t->act) || proof_read(cx->mem, t->activity, cx->now, &p))
		return ERR_DENIED;
	if (p.created < cx->now - AGE_MAX || !url_same_origin(p.method, t->act.actor))
		return ERR_DENIED;
	TRY(key_of(cx, p.method, &s));
	good = proof_verify(&p, s.key);
	key_free(s.key);
	if (!str_eq(s.uri, t->act.actor))
		return ERR_DENIED;
	if (!good)
		TRY(again(f, &p, &s));
	LOG(LOG_DEBUG, "proof", LS("actor", s.uri), LS("key", p.method));
	return account_by_id(cx, s.account_id, &t->actor);
}
