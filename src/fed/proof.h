#pragma once
/* Integrity proofs of documents (FEP-8b32, eddsa-jcs-2022): who made it, whoever brings it. Pure: no network, no database. */
#include "base/json.h"

struct sig_key;

/* The proof of a document taken apart; lives in the arena. */
struct proof {
	str method;               /* verificationMethod: id of the key */
	str value;                /* the signature, decoded */
	int64_t created, expires; /* 0: not said */
	str messages[2];          /* what may have been signed; the second may be STR_NONE */
};
/* OK: the key decides. ERR_NOT_FOUND: there is no proof of a kind we know; ERR_INVALID: it cannot be right, or has expired. */
enum err proof_read(struct arena *mem, const json_t *doc, int64_t now, struct proof *p) MUST_CHECK;
bool proof_verify(const struct proof *p, const struct sig_key *key);

/* The document with a proof added; document is the text of an object that has none. STR_NONE: the key is not Ed25519, or
 * the document is no such object. */
str proof_make(struct arena *mem, str document, const struct sig_key *key, str method, int64_t now);
