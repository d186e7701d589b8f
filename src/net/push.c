/* RFC 8291, 8188 and 8292; for aesgcm draft-ietf-webpush-encryption-04 and draft-ietf-httpbis-encryption-encoding-03. */
#include "net/push.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/arena.h"
#include "base/codec.h"
#include "base/json.h"

enum { KEY = 32,
       RECORD = 4096,
       R_OR_S = 32 };

static str raw(const unsigned char *p, size_t n)
{
	return str_n((const char *)p, n);
}

void push_once_make(struct push_once *once)
{
	BUG_IF(!p256_make(once->secret, once->point));
	codec_random(once->salt, sizeof(once->salt));
}

/* secret STR_NONE: the public half alone. */
static EVP_PKEY *pair_of(str secret, str point)
{
	EVP_PKEY_CTX *cx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *d = secret.n ? BN_bin2bn((const unsigned char *)secret.p, (int)secret.n, NULL) : NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (cx && build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n) &&
	    (!d || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d)) && (params = OSSL_PARAM_BLD_to_param(build)) &&
	    EVP_PKEY_fromdata_init(cx) > 0 &&
	    EVP_PKEY_fromdata(cx, &key, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) <= 0)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(d);
	EVP_PKEY_CTX_free(cx);
	return key;
}

static bool agree(const struct push_to *to, const struct push_once *once, unsigned char shared[KEY])
{
	EVP_PKEY *ours = pair_of(raw(once->secret, P256_SECRET), raw(once->point, P256_POINT));
	EVP_PKEY *theirs = pair_of(STR_NONE, to->point);
	EVP_PKEY_CTX *cx = ours ? EVP_PKEY_CTX_new(ours, NULL) : NULL;
	size_t n = KEY;
	bool ok = cx && theirs && EVP_PKEY_derive_init(cx) > 0 && EVP_PKEY_derive_set_peer(cx, theirs) > 0 &&
	          EVP_PKEY_derive(cx, shared, &n) > 0 && n == KEY;

	EVP_PKEY_CTX_free(cx);
	EVP_PKEY_free(ours);
	EVP_PKEY_free(theirs);
	ERR_clear_error();
	return ok;
}

/* RFC 5869, for one block of what comes out: n is at most 32. */
static str hkdf(struct arena *mem, str salt, str ikm, str info, size_t n)
{
	unsigned char prk[SHA256_SIZE], *out = arena_alloc(mem, SHA256_SIZE, 1);

	codec_hmac_sha256(salt, ikm, prk);
	codec_hmac_sha256(raw(prk, sizeof(prk)), str_cat(mem, info, raw((const unsigned char *)"\1", 1)), out);
	return raw(out, n);
}

/* Literals with their NUL byte. */
#define INFO(text) raw((const unsigned char *)(text), sizeof(text))

static bool usable(struct arena *mem, const struct push_to *to, const struct push_once *once, str text, str *shared)
{
	unsigned char *secret = arena_alloc(mem, KEY, 1);

	if (text.n > PUSH_TEXT_MAX || to->auth.n != 16 || !p256_point_ok(to->point) || !agree(to, once, secret))
		return false;
	*shared = raw(secret, KEY);
	return true;
}

str push_aes128gcm(struct arena *mem, const struct push_to *to, const struct push_once *once, str text)
{
	static const unsigned char sizes[] = { 0, 0, RECORD >> 8, RECORD & 255, P256_POINT };
	str salt = raw(once->salt, sizeof(once->salt)), ours = raw(once->point, P256_POINT), shared, ikm, key, nonce, sealed;
	struct buf body = buf_new(mem, RECORD + 200);

	if (!usable(mem, to, once, text, &shared))
		return STR_NONE;
	ikm = hkdf(mem, to->auth, shared, str_cat(mem, INFO("WebPush: info"), str_cat(mem, to->point, ours)), KEY);
	key = hkdf(mem, salt, ikm, INFO("Content-Encoding: aes128gcm"), AEAD_KEY);
	nonce = hkdf(mem, salt, ikm, INFO("Content-Encoding: nonce"), AEAD_NONCE);
	sealed = aead_seal(mem, key, nonce, str_cat(mem, text, raw((const unsigned char *)"\2", 1)));
	buf_add(&body, salt);
	buf_add(&body, raw(sizes, sizeof(sizes)));
	buf_add(&body, ours);
	buf_add(&body, sealed);
	return buf_str(&body);
}

str push_aesgcm(struct arena *mem, const struct push_to *to, const struct push_once *once, str text)
{
	static const unsigned char size[] = { 0, P256_POINT };
	str salt = raw(once->salt, sizeof(once->salt)), ours = raw(once->point, P256_POINT), shared, ikm, context, key, nonce;

	if (!usable(mem, to, once, text, &shared))
		return STR_NONE;
	ikm = hkdf(mem, to->auth, shared, INFO("Content-Encoding: auth"), KEY);
	context = str_cat(mem, INFO("P-256"), str_cat(mem, raw(size, 2), to->point));
	context = str_cat(mem, context, str_cat(mem, raw(size, 2), ours));
	key = hkdf(mem, salt, ikm, str_cat(mem, INFO("Content-Encoding: aesgcm"), context), AEAD_KEY);
	nonce = hkdf(mem, salt, ikm, str_cat(mem, INFO("Content-Encoding: nonce"), context), AEAD_NONCE);
	return aead_seal(mem, key, nonce, str_cat(mem, raw((const unsigned char *)"\0\0", 2), text));
}

/* A signature as JWS has it: r and s, 32 bytes each, instead of DER. */
static str plain_signature(struct arena *mem, const unsigned char *der, size_t n)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
	unsigned char *out = arena_alloc(mem, 2 * R_OR_S, 1);
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, R_OR_S) == R_OR_S &&
	          BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + R_OR_S, R_OR_S) == R_OR_S;

	ECDSA_SIG_free(sig);
	return ok ? raw(out, 2 * R_OR_S) : STR_NONE;
}

static str sign(struct arena *mem, const struct push_vapid *v, str text)
{
	EVP_PKEY *key = pair_of(v->secret, v->point);
	EVP_MD_CTX *cx = EVP_MD_CTX_new();
	unsigned char der[128];
	size_t n = sizeof(der);
	bool ok = key && cx && EVP_DigestSignInit(cx, NULL, EVP_sha256(), NULL, key) > 0 &&
	          EVP_DigestSign(cx, der, &n, (const unsigned char *)text.p, text.n) > 0;

	EVP_MD_CTX_free(cx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok ? plain_signature(mem, der, n) : STR_NONE;
}

str push_jwt(struct arena *mem, const struct push_vapid *v, str origin, int64_t expires, str subject)
{
	str head = codec_base64url(mem, S("{\"typ\":\"JWT\",\"alg\":\"ES256\"}")), text, signature;
	struct jw w;

	jw_init(&w, mem, 8192);
	jw_obj(&w, NULL);
	jw_str(&w, "aud", origin);
	jw_int(&w, "exp", expires);
	jw_str(&w, "sub", subject);
	jw_end(&w);
	text = strf(mem, "%.*s.%.*s", STR_F(head), STR_F(codec_base64url(mem, jw_done(&w))));
	signature = sign(mem, v, text);
	if (str_none(signature))
		return STR_NONE;
	return strf(mem, "%.*s.%.*s", STR_F(text), STR_F(codec_base64url(mem, signature)));
}
