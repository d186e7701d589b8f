#pragma once
/* Keys that sign and verify: read with limits, counted by reference. */
#include "base/str.h"

/* One half of a pair. Never changes, so threads share it; heap, one owner a reference. */
struct sig_key;

enum key_kind { KEY_RSA,
	        KEY_ED25519 };

/* Each NULL if it is not what it should be. */
/* Our own key: PKCS#8 or PKCS#1 PEM, RSA or Ed25519. */
struct sig_key *key_private(str pem);
/* A stranger's key: "PUBLIC KEY" (RSA of 2,048 to 8,192 bits with an odd exponent, or Ed25519) or "RSA PUBLIC KEY" PEM;
 * CRLF and text around it are tolerated. */
struct sig_key *key_public(str pem);
/* publicKeyMultibase (FEP-521a): base58btc or base64url, RSA or Ed25519. */
struct sig_key *key_multikey(str text);
struct sig_key *key_ref(struct sig_key *k);
void key_free(struct sig_key *k); /* gives back one reference; NULL is fine */
enum key_kind key_kind(const struct sig_key *k);
/* "z6Mk...": the public half of an Ed25519 key as publicKeyMultibase; STR_NONE for RSA. */
str key_to_multikey(struct arena *mem, const struct sig_key *k);

/* Bytes as multibase: base58btc ("z..."); reading takes base64url ("u...") too, STR_NONE if it is neither. Short ones only:
 * base58 takes its time. */
str key_multibase(struct arena *mem, str bytes);
str key_unmultibase(struct arena *mem, str text);

/* RSA: PKCS#1 v1.5 with SHA-256. Ed25519: of the text itself. The signature's bytes, or STR_NONE. Any thread. */
str key_sign(struct arena *mem, const struct sig_key *k, str text);
/* sha512 counts only for RSA. Any thread. */
bool key_verify(const struct sig_key *k, str text, str signature, bool sha512);
