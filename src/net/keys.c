#include "net/keys.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/codec.h"
#include "base/err.h"
#include "net/der.h"

/* A stranger's key is taken apart by our own small reader first, so that OpenSSL never sees a type or a size we would
 * not use. Signing and verifying set up a context per call: measured at 1 % of what RSA takes. */

enum { PEM_LIMIT = 16 * 1024,
       SIGNATURE_LIMIT = 1024,
       MULTIBASE_LIMIT = 4096 };

struct sig_key {
	EVP_PKEY *pkey;
	enum key_kind kind;
	atomic_int refs;
};

static struct sig_key *wrap(EVP_PKEY *pkey)
{
	struct sig_key *k;

	ERR_clear_error();
	if (!pkey)
		return NULL;
	k = calloc(1, sizeof(*k));
	BUG_IF(!k);
	k->pkey = pkey;
	k->kind = EVP_PKEY_is_a(pkey, "ED25519") ? KEY_ED25519 : KEY_RSA;
	atomic_init(&k->refs, 1);
	return k;
}

struct sig_key *key_ref(struct sig_key *k)
{
	atomic_fetch_add(&k->refs, 1);
	return k;
}

void key_free(struct sig_key *k)
{
	if (!k || atomic_fetch_sub(&k->refs, 1) != 1)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}

enum key_kind key_kind(const struct sig_key *k)
{
	return k->kind;
}

static int no_password(char *buf, int size, int rwflag, void *arg)
{
	(void)buf, (void)size, (void)rwflag, (void)arg;
	return -1;
}

struct sig_key *key_private(str pem)
{
	BIO *bio = pem.n && pem.n <= PEM_LIMIT ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;

	BIO_free(bio);
	if (pkey && !EVP_PKEY_is_a(pkey, "RSA") && !EVP_PKEY_is_a(pkey, "ED25519")) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	return wrap(pkey);
}

static struct sig_key *rsa_of(str der)
{
	const unsigned char *p = (const unsigned char *)der.p;

	return der_rsa_ok(der) ? wrap(d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n)) : NULL;
}

static struct sig_key *ed25519_of(str raw)
{
	if (raw.n != 32)
		return NULL;
	return wrap(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)raw.p, raw.n));
}

/* What stands between the lines BEGIN and END of that label, decoded; STR_NONE if it is not there. */
static str pem_body(struct arena *mem, str text, str begin, str end)
{
	long from = str_find(text, begin), to;
	str body;
	size_t n = 0;
	char *p;

	if (from < 0)
		return STR_NONE;
	body = str_from(text, (size_t)from + begin.n);
	to = str_find(body, end);
	if (to < 0)
		return STR_NONE;
	body = str_to(body, (size_t)to);
	p = arena_alloc(mem, body.n + 1, 1);
	for (size_t i = 0; i < body.n; i++)
		if (!strchr(" \t\r\n", body.p[i]) || !body.p[i])
			p[n++] = body.p[i];
	return codec_unbase64(mem, str_n(p, n));
}

struct sig_key *key_public(str pem)
{
	struct arena mem ARENA_SCOPE;
	str der, inner = STR_NONE;

	if (!pem.n || pem.n > PEM_LIMIT || str_find(pem, S("PRIVATE KEY-----")) >= 0)
		return NULL;
	der = pem_body(&mem, pem, S("-----BEGIN RSA PUBLIC KEY-----"), S("-----END RSA PUBLIC KEY-----"));
	if (der.n)
		return rsa_of(der);
	der = pem_body(&mem, pem, S("-----BEGIN PUBLIC KEY-----"), S("-----END PUBLIC KEY-----"));
	switch (der_spki(der, &inner)) {
	case DER_RSA: return rsa_of(inner);
	case DER_ED25519: return ed25519_of(inner);
	default: return NULL;
	}
}

static const char base58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

static str unbase58(struct arena *mem, str text)
{
	unsigned char *p = arena_alloc(mem, text.n + 1, 1);
	size_t n = 0, zeros = 0;

	while (zeros < text.n && text.p[zeros] == '1')
		zeros++;
	for (size_t i = zeros; i < text.n; i++) {
		const char *at = text.p[i] ? strchr(base58, text.p[i]) : NULL;
		unsigned carry = at ? (unsigned)(at - base58) : 0;

		if (!at)
			return STR_NONE;
		for (size_t k = 0; k < n; k++, carry >>= 8) {
			carry += p[k] * 58u;
			p[k] = (unsigned char)carry;
		}
		for (; carry; carry >>= 8)
			p[n++] = (unsigned char)carry;
	}
	n += zeros; /* they are zero already, and last before the turn */
	for (size_t i = 0; i < n / 2; i++) {
		unsigned char c = p[i];

		p[i] = p[n - 1 - i];
		p[n - 1 - i] = c;
	}
	return str_n((char *)p, n);
}

str key_unmultibase(struct arena *mem, str text)
{
	if (text.n > MULTIBASE_LIMIT)
		return STR_NONE;
	if (str_skip(&text, S("z")))
		return unbase58(mem, text);
	return str_skip(&text, S("u")) ? codec_unbase64(mem, text) : STR_NONE;
}

/* Long division by 58, of what is left from the first byte that is not zero. */
str key_multibase(struct arena *mem, str bytes)
{
	size_t zeros = 0, room = bytes.n * 138 / 100 + 2, len = 0;
	unsigned char *left = arena_alloc(mem, bytes.n + 1, 1);
	char *text = arena_alloc(mem, room, 1);

	if (!bytes.n)
		return S("z");
	memcpy(left, bytes.p, bytes.n);
	while (zeros < bytes.n && !left[zeros])
		zeros++;
	for (size_t from = zeros; from < bytes.n;) {
		unsigned rest = 0;

		for (size_t i = from; i < bytes.n; i++) {
			rest = rest << 8 | left[i];
			left[i] = (unsigned char)(rest / 58);
			rest %= 58;
		}
		text[room - ++len] = base58[rest];
		while (from < bytes.n && !left[from])
			from++;
	}
	while (zeros--)
		text[room - ++len] = '1';
	return str_cat(mem, S("z"), str_n(text + room - len, len));
}

struct sig_key *key_multikey(str text)
{
	struct arena mem ARENA_SCOPE;
	str raw = key_unmultibase(&mem, text);

	if (str_skip(&raw, S("\xed\x01")))
		return ed25519_of(raw);
	if (str_skip(&raw, S("\x85\x24")))
		return rsa_of(raw);
	return NULL;
}

str key_to_multikey(struct arena *mem, const struct sig_key *k)
{
	unsigned char raw[34] = { 0xed, 0x01 };
	size_t n = 32;

	if (k->kind != KEY_ED25519 || !EVP_PKEY_get_raw_public_key(k->pkey, raw + 2, &n) || n != 32)
		return STR_NONE;
	return key_multibase(mem, str_n((char *)raw, sizeof(raw)));
}

str key_sign(struct arena *mem, const struct sig_key *k, str text)
{
	EVP_MD_CTX *cx = EVP_MD_CTX_new();
	const EVP_MD *md = k->kind == KEY_RSA ? EVP_sha256() : NULL;
	unsigned char *p = arena_alloc(mem, SIGNATURE_LIMIT, 1);
	size_t n = SIGNATURE_LIMIT;
	bool ok = cx && EVP_DigestSignInit(cx, NULL, md, NULL, k->pkey) > 0 &&
	          EVP_DigestSign(cx, p, &n, (const unsigned char *)text.p, text.n) > 0;

	EVP_MD_CTX_free(cx);
	ERR_clear_error();
	return ok ? str_n((char *)p, n) : STR_NONE;
}

bool key_verify(const struct sig_key *k, str text, str signature, bool sha512)
{
	EVP_MD_CTX *cx = EVP_MD_CTX_new();
	const EVP_MD *md = k->kind == KEY_ED25519 ? NULL : sha512 ? EVP_sha512()
	                                                          : EVP_sha256();
	bool ok = cx && signature.n && EVP_DigestVerifyInit(cx, NULL, md, NULL, k->pkey) > 0 &&
	          EVP_DigestVerify(cx, (const unsigned char *)signature.p, signature.n, (const unsigned char *)text.p,
	                           text.n) == 1;

	EVP_MD_CTX_free(cx);
	ERR_clear_error();
	return ok;
}
