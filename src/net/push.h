#pragma once
/* Web push as bytes: messages enciphered (RFC 8291 and its draft 4), and who sends them (RFC 8292). Pure functions. */
#include "base/p256.h"

/* Whom it is for; both as raw bytes. */
struct push_to {
	str point; /* p256_point_ok() */
	str auth;  /* 16 bytes */
};
/* What is new for each message; random but in tests. */
struct push_once {
	unsigned char secret[P256_SECRET], point[P256_POINT], salt[16];
};
void push_once_make(struct push_once *once);

enum { PUSH_TEXT_MAX = 3900 }; /* the whole is at most 4,096 bytes then */
/* The body of Content-Encoding aes128gcm; it says itself what its receiver needs. STR_NONE: too long, or no such keys. */
str push_aes128gcm(struct arena *mem, const struct push_to *to, const struct push_once *once, str text);
/* Of aesgcm, which wants the headers Encryption: salt=... and Crypto-Key: dh=... besides. */
str push_aesgcm(struct arena *mem, const struct push_to *to, const struct push_once *once, str text);

/* The server's own pair, raw. */
struct push_vapid {
	str secret, point;
};
/* A JWT signed with ES256: for the origin of a push service, good until `expires` (seconds), from `subject` (a mailto: or
 * https: address). STR_NONE: the pair is none. */
str push_jwt(struct arena *mem, const struct push_vapid *v, str origin, int64_t expires, str subject);
