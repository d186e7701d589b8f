#pragma once
/* Keys of our own accounts, ready to sign with; parsing one takes longer than using it. */
#include "core/ctx.h"

struct account;
struct sig_key;
struct own_keys;

struct own_keys *own_keys_new(void);
void own_keys_free(struct own_keys *o);

/* key is a reference that the caller gives back by key_free(). */
struct signing {
	struct sig_key *key;
	str key_id; /* in cx->mem */
};
/* ERR_NOT_FOUND: no such account, or it has no key. */
enum err sign_as(struct ctx *cx, int64_t account_id, struct signing *s) MUST_CHECK;
/* What proofs are made with; its key is Ed25519. */
enum err sign_proof_as(struct ctx *cx, const struct account *a, struct signing *s) MUST_CHECK;
/* The keys of that account changed. */
void own_keys_drop(struct own_keys *o, int64_t account_id);
/* The keys that an actor document shows, into *p. */
struct as_profile;
enum err profile_keys(struct ctx *cx, struct as_profile *p) MUST_CHECK;
/* As the instance actor of cx->site, or of the first site. */
enum err sign_as_instance(struct ctx *cx, struct signing *s) MUST_CHECK;
