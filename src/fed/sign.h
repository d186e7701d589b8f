#pragma once
/* Keys of our own accounts, ready to sign with; parsing one takes longer than using it. */
#include "core/ctx.h"

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
/* As the instance actor of cx->site, or of the first site. */
enum err sign_as_instance(struct ctx *cx, struct signing *s) MUST_CHECK;
