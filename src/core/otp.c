#include "core/otp.h"

#include <liboath/oath.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"

enum { SECRET_BYTES = 20,
       DIGITS = 6,
       STEP_S = 30 };

str otp_secret(struct arena *mem)
{
	char bytes[SECRET_BYTES], *text = NULL;
	size_t n = 0;
	str made;

	codec_random(bytes, sizeof(bytes));
	BUG_IF(oath_base32_encode(bytes, sizeof(bytes), &text, &n) != OATH_OK);
	made = str_dup(mem, str_n(text, n));
	free(text);
	return made;
}

str otp_uri(struct arena *mem, str secret, str account, str issuer)
{
	struct buf b = buf_new(mem, 4096);

	buf_add(&b, S("otpauth://totp/"));
	buf_pct(&b, issuer);
	buf_byte(&b, ':');
	buf_pct(&b, account);
	buf_addf(&b, "?secret=%.*s&issuer=", STR_F(secret));
	buf_pct(&b, issuer);
	return buf_str(&b);
}

/* Counted by steps, so that a code is never good twice. */
bool otp_fits(struct arena *mem, str secret, str code, int64_t now_ms, int64_t after, int64_t *step)
{
	int64_t now = now_ms / 1000 / STEP_S;
	char want[DIGITS + 1], *bytes = NULL;
	size_t n = 0;
	bool fits = false;

	if (code.n != DIGITS || oath_base32_decode(cstr(mem, secret), secret.n, &bytes, &n) != OATH_OK)
		return false;
	for (int64_t s = now - 1; s <= now + 1; s++) {
		if (oath_totp_generate(bytes, n, (time_t)(s * STEP_S), STEP_S, 0, DIGITS, want) != OATH_OK)
			continue;
		if (s > after && codec_same(str_n(want, DIGITS), code)) {
			fits = true;
			*step = s;
		}
	}
	free(bytes);
	return fits;
}
