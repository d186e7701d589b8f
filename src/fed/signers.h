#pragma once
/* Keys of strangers by keyId: a bounded memory of parsed ones over what the database has, and how unknown ones are
 * fetched. federation.md 4.2, 5. */
#include "core/ctx.h"
#include "http/reply.h"

struct sig_key;
struct signers;

struct signers *signers_new(size_t max);
void signers_free(struct signers *s);
/* After an account was read anew. */
void signers_drop(struct signers *s, int64_t account_id);

struct signer {
	int64_t account_id;
	str uri;             /* of the account, in cx->mem */
	str host;            /* of the account, in cx->mem */
	struct sig_key *key; /* a reference: key_free() */
};
/* ERR_NOT_FOUND: not known here; ERR_DENIED: a local account's. */
enum err signers_get(struct ctx *cx, str key_id, struct signer *out) MUST_CHECK;

/* The signature of a request. */
struct check {
	bool is_signed; /* there was one, and it is good */
	int64_t account_id;
	str uri, host;
	int status; /* the HTTP status when the request must be refused; 0 else */
	bool keyless; /* refused because there is no such key, for some time to come */
	struct strs covered; /* what is signed, as sig.covered */
};
/* Has the request a signature by a key that is here? Not whether it is good. */
enum err signature_known(struct request *rq, bool *known) MUST_CHECK;
/* OK: look at *c, unless rq->waiting: then return, the handler runs again. Anything else: return it from the handler.
 * Needs a site. */
enum err signature_check(struct request *rq, struct check *c) MUST_CHECK;
