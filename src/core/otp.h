#pragma once
/* Codes that change with time (RFC 6238: SHA-1, six digits, 30 s), by liboath. */
#include "base/err.h"
#include "base/str.h"

/* A new secret as base32, for the app of who logs in. */
str otp_secret(struct arena *mem);
/* otpauth://totp/..., what the picture says. */
str otp_uri(struct arena *mem, str secret, str account, str issuer);
/* Fits it now, or one step around now, and is it of a later step than `after`? *step is which. */
bool otp_fits(struct arena *mem, str secret, str code, int64_t now_ms, int64_t after, int64_t *step);
