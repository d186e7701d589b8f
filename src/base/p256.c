#include "base/p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "base/err.h"

bool p256_make(unsigned char secret[P256_SECRET], unsigned char point[P256_POINT])
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	BIGNUM *d = NULL;
	size_t n = 0;
	bool ok = key && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) &&
	          BN_bn2binpad(d, secret, P256_SECRET) == P256_SECRET &&
	          EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, P256_POINT, &n) && n == P256_POINT &&
	          point[0] == 4;

	BN_clear_free(d);
	EVP_PKEY_free(key);
	return ok;
}

/* SEC 2, 2.4.2: y^2 = x^3 - 3x + b over the integers below p. */
static bool on_curve(const unsigned char *xy, BN_CTX *cx)
{
	BIGNUM *p = BN_CTX_get(cx), *b = BN_CTX_get(cx), *x = BN_CTX_get(cx), *y = BN_CTX_get(cx), *t = BN_CTX_get(cx);

	if (!t || !BN_hex2bn(&p, "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff") ||
	    !BN_hex2bn(&b, "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b") || !BN_bin2bn(xy, 32, x) ||
	    !BN_bin2bn(xy + 32, 32, y) || BN_cmp(x, p) >= 0 || BN_cmp(y, p) >= 0)
		return false;
	return BN_mod_sqr(t, x, p, cx) && BN_sub_word(t, 3) && BN_mod_mul(t, t, x, p, cx) && BN_mod_add(t, t, b, p, cx) &&
	       BN_mod_sqr(y, y, p, cx) && BN_cmp(t, y) == 0;
}

bool p256_point_ok(str point)
{
	BN_CTX *cx;
	bool ok;

	if (point.n != P256_POINT || point.p[0] != 4)
		return false;
	cx = BN_CTX_new();
	BUG_IF(!cx);
	BN_CTX_start(cx);
	ok = on_curve((const unsigned char *)point.p + 1, cx);
	BN_CTX_end(cx);
	BN_CTX_free(cx);
	return ok;
}

static const unsigned char *bytes(str s)
{
	return (const unsigned char *)s.p;
}

str aead_seal(struct arena *mem, str key, str nonce, str text)
{
	unsigned char *out = arena_alloc(mem, text.n + AEAD_TAG, 1);
	EVP_CIPHER_CTX *cx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	bool ok;

	BUG_IF(!cx || key.n != AEAD_KEY || nonce.n != AEAD_NONCE);
	ok = EVP_EncryptInit_ex(cx, EVP_aes_128_gcm(), NULL, bytes(key), bytes(nonce)) &&
	     EVP_EncryptUpdate(cx, out, &n, bytes(text), (int)text.n) && EVP_EncryptFinal_ex(cx, out + n, &last) &&
	     EVP_CIPHER_CTX_ctrl(cx, EVP_CTRL_GCM_GET_TAG, AEAD_TAG, out + text.n);
	EVP_CIPHER_CTX_free(cx);
	BUG_IF(!ok);
	return str_n((char *)out, text.n + AEAD_TAG);
}

str aead_open(struct arena *mem, str key, str nonce, str sealed)
{
	size_t size = sealed.n - AEAD_TAG;
	EVP_CIPHER_CTX *cx;
	unsigned char *out, tag[AEAD_TAG];
	int n = 0, last = 0;
	bool ok;

	if (sealed.n < AEAD_TAG || key.n != AEAD_KEY || nonce.n != AEAD_NONCE)
		return STR_NONE;
	out = arena_alloc(mem, size + 1, 1);
	memcpy(tag, sealed.p + size, AEAD_TAG);
	cx = EVP_CIPHER_CTX_new();
	BUG_IF(!cx);
	ok = EVP_DecryptInit_ex(cx, EVP_aes_128_gcm(), NULL, bytes(key), bytes(nonce)) &&
	     EVP_DecryptUpdate(cx, out, &n, bytes(sealed), (int)size) &&
	     EVP_CIPHER_CTX_ctrl(cx, EVP_CTRL_GCM_SET_TAG, AEAD_TAG, tag) && EVP_DecryptFinal_ex(cx, out + n, &last) > 0;
	EVP_CIPHER_CTX_free(cx);
	return ok ? str_n((char *)out, size) : STR_NONE;
}
