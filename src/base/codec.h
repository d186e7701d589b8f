#pragma once
/* Digests, random bytes and the spellings of bytes: hex, base64, percent. */
#include "base/str.h"

enum { SHA256_SIZE = 32, SHA1_SIZE = 20 };

void codec_sha256(str data, unsigned char out[SHA256_SIZE]);
/* The same of what comes in pieces; codec_digest_end() frees it, and NULL does nothing. */
struct codec_digest;
struct codec_digest *codec_digest_new(void);
void codec_digest_add(struct codec_digest *d, str data);
void codec_digest_end(struct codec_digest *d, unsigned char out[SHA256_SIZE]);
void codec_sha1(str data, unsigned char out[SHA1_SIZE]); /* only where a protocol wants it */
void codec_hmac_sha256(str key, str data, unsigned char out[SHA256_SIZE]);
/* From the system's generator; ends the program where there is none. */
void codec_random(void *out, size_t n);
/* Takes the same time wherever the difference is. */
bool codec_same(str a, str b);

str codec_hex(struct arena *mem, str data);                /* lower case */
str codec_unhex(struct arena *mem, str text);              /* STR_NONE if it is none */
str codec_base64(struct arena *mem, str data);             /* padded */
str codec_base64url(struct arena *mem, str data);          /* not padded */
/* Either alphabet, padding or none; STR_NONE if it is not base64. */
str codec_unbase64(struct arena *mem, str text);
/* Percent-decoding; plus says whether '+' is a space (forms). A '%' without two hex digits stays as it is. */
str codec_unpct(struct arena *mem, str text, bool plus);
str codec_pct(struct arena *mem, str text);
/* n random bytes as base64url: tokens, codes, secrets. */
str codec_token(struct arena *mem, size_t n);
/* The digest of a secret as it is stored: hex sha256. */
str codec_token_hash(struct arena *mem, str token);
