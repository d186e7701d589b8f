#pragma once
/* Points of the curve P-256 as they travel, and new pairs; and AES-128-GCM. What Web push is made of. */
#include "base/str.h"

enum { P256_SECRET = 32, P256_POINT = 65, AEAD_KEY = 16, AEAD_NONCE = 12, AEAD_TAG = 16 };

/* False: the library failed. */
bool p256_make(unsigned char secret[P256_SECRET], unsigned char point[P256_POINT]);
/* Uncompressed, and on the curve: found out by arithmetic alone, before any code for curves sees it. */
bool p256_point_ok(str point);

/* The text enciphered, with its tag behind it. A key and nonce are used once. */
str aead_seal(struct arena *mem, str key, str nonce, str text);
/* STR_NONE: not sealed with these. */
str aead_open(struct arena *mem, str key, str nonce, str sealed);
