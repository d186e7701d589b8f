/* net/keys: what is taken for a key, and what is not; signing, verifying, the cache. */
#include "check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/keygen.h"
#include "net/der.h"
#include "net/keys.h"
#include "sig_data.h"

#define EACH(i, list) for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)

static void keys_made_here_sign_and_verify(void **state)
{
	struct arena mem ARENA_SCOPE;
	str secret, public, made;

	(void)state;
	for (int rsa = 0; rsa < 2; rsa++) {
		struct sig_key *own, *theirs;

		assert_true(rsa ? keygen_rsa(&mem, &secret, &public) : keygen_ed25519(&mem, &secret, &public));
		assert_true(str_starts(secret, S("-----BEGIN PRIVATE KEY-----\n")));
		assert_true(str_starts(public, S("-----BEGIN PUBLIC KEY-----\n")));
		own = key_private(secret);
		theirs = key_public(public);
		assert_non_null(own);
		assert_non_null(theirs);
		assert_int_equal(key_kind(theirs), rsa ? KEY_RSA : KEY_ED25519);
		made = key_sign(&mem, own, S("hello"));
		assert_int_equal(made.n, rsa ? 256 : 64);
		assert_true(key_verify(theirs, S("hello"), made, false));
		assert_false(key_verify(theirs, S("hallo"), made, false));
		assert_false(key_verify(theirs, S("hello"), str_to(made, 10), false));
		assert_false(key_verify(theirs, S("hello"), S(""), false));
		if (!rsa) {
			struct sig_key *again = key_multikey(key_to_multikey(&mem, own));

			assert_non_null(again);
			assert_true(str_starts(key_to_multikey(&mem, own), S("z6Mk")));
			assert_true(key_verify(again, S("hello"), made, false));
			key_free(again);
		}
		assert_null(key_public(secret));
		key_free(own);
		key_free(theirs);
	}
}

static void public_keys_are_read_in_the_forms_people_send(void **state)
{
	static const char *const good[] = {
		RSA_SPKI,
		RSA_PKCS1,
		"some text\n" RSA_SPKI "trailing garbage",
		"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAx5q7iGV3INdlyBuL4F30dVshqvrxJoLIvXTK+MXrLt4=\n-----END PUBLIC KEY-----",
	};
	struct arena mem ARENA_SCOPE;
	struct buf b = buf_new(&mem, 4096);
	struct sig_key *k;

	(void)state;
	EACH(i, good)
	{
		k = key_public(str_of(good[i]));
		assert_non_null(k);
		key_free(k);
	}
	for (const char *p = RSA_SPKI; *p; p++) {
		if (*p == '\n')
			buf_byte(&b, '\r');
		buf_byte(&b, *p);
	}
	k = key_public(buf_str(&b));
	assert_non_null(k);
	key_free(k);
	k = key_multikey(S("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"));
	assert_non_null(k);
	assert_str(key_to_multikey(&mem, k), S("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"));
	key_free(k);
}

static void what_is_no_public_key_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"-----BEGIN PUBLIC KEY-----",
		"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
		"-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----",
		/* cut short */
		"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----",
		/* RSA of 1,024 bits */
		"-----BEGIN PUBLIC KEY-----\n"
		"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCo2zj9E56/xrlK4O/BLo0TyrLX\n"
		"Vp8iw9+n5r8Y//NqmfRfONVEwD/0uRV1fTiZksk/voZ03H1GdysSLWcO2LlzvJWH\n"
		"mrTAdP9eJTVef6Kne0Ix3ttirz7TlvopqN6fGXYZ++sgXCHQ525Cn0mUICffk571\n"
		"HOfyZFfG/ZRE+M9gYwIDAQAB\n-----END PUBLIC KEY-----\n",
		/* P-256 */
		"-----BEGIN PUBLIC KEY-----\n"
		"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEolqe5vwZM/2iDeu3G1Rx3AXtKniN\n"
		"CoxCtbfxP6s7rZ9gNgSYl+A1aGxXuf1K21xfW6Bdza/GIN7gzV+Dfefu+A==\n-----END PUBLIC KEY-----\n",
		/* right bytes, wrong label */
		"-----BEGIN CERTIFICATE-----\nMCowBQYDK2VwAyEAx5q7iGV3INdlyBuL4F30dVshqvrxJoLIvXTK+MXrLt4=\n-----END CERTIFICATE-----",
	};
	char big[20000];

	(void)state;
	EACH(i, bad)
	if (key_public(str_of(bad[i])))
		fail_msg("taken: %s", bad[i]);
	memset(big, 'A', sizeof(big));
	assert_null(key_public(str_n(big, sizeof(big))));
	assert_null(key_public(STR_NONE));
	assert_null(key_private(S("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")));
	assert_null(key_private(STR_NONE));
	assert_null(key_multikey(S("z")));
	assert_null(key_multikey(S("z6Mkha0OIl")));
	assert_null(key_multikey(S("x")));
	assert_null(key_multikey(STR_NONE));
}

/* A PKCS#1 key with a modulus of that many bits and the exponent given. */
static str rsa(struct arena *mem, size_t bits, str exponent)
{
	struct buf n = buf_new(mem, 1 << 20), all = buf_new(mem, 1 << 20);
	size_t bytes = (bits + 7) / 8, top = bits % 8;

	if (!top)
		buf_byte(&n, 0);
	buf_byte(&n, (char)(top ? 1 << (top - 1) : 0x80));
	for (size_t i = 1; i < bytes; i++)
		buf_byte(&n, 1);
	for (int round = 0; round < 2; round++) {
		struct buf out = buf_new(mem, 1 << 20);
		str inner = round ? buf_str(&all) : STR_NONE;
		size_t len = round ? inner.n : n.n;

		buf_byte(&out, round ? 0x30 : 0x02);
		buf_byte(&out, (char)0x82);
		buf_byte(&out, (char)(len >> 8));
		buf_byte(&out, (char)len);
		buf_add(&out, round ? inner : buf_str(&n));
		if (round)
			return buf_str(&out);
		buf_byte(&out, 0x02);
		buf_byte(&out, (char)exponent.n);
		buf_add(&out, exponent);
		all = out;
	}
	return STR_NONE;
}

static void rsa_keys_of_odd_sizes_and_exponents_are_refused(void **state)
{
	static const struct {
		size_t bits;
		str exponent;
		bool good;
	} cases[] = {
		{ 2048, S("\x01\x00\x01"), true },
		{ 8192, S("\x01\x00\x01"), true },
		{ 4096, S("\x03"), true },
		{ 3000, S("\x11"), true },
		{ 2047, S("\x01\x00\x01"), false },
		{ 8193, S("\x01\x00\x01"), false },
		{ 512, S("\x03"), false },
		{ 65000, S("\x03"), false },
		{ 2048, S("\x01"), false },
		{ 2048, S("\x02"), false },
		{ 2048, S("\x01\x00\x00"), false },
		{ 2048, S("\x00\x03"), false },
		{ 2048, S(""), false },
		{ 2048, S("\x83"), false },
		{ 2048, S("\x00"), false },
		{ 2048, S("\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), false },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	EACH(i, cases)
	{
		str der = rsa(&mem, cases[i].bits, cases[i].exponent);

		if (der_rsa_ok(der) != cases[i].good)
			fail_msg("case %zu", i);
		for (size_t cut = 0; cut < der.n; cut += 97)
			assert_false(der_rsa_ok(str_to(der, cut)));
		assert_false(der_rsa_ok(str_cat(&mem, der, S("x"))));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_made_here_sign_and_verify),
		cmocka_unit_test(public_keys_are_read_in_the_forms_people_send),
		cmocka_unit_test(what_is_no_public_key_is_refused),
		cmocka_unit_test(rsa_keys_of_odd_sizes_and_exponents_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
