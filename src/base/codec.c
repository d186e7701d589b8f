#include "base/codec.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

void codec_sha256(str data, unsigned char out[SHA256_SIZE])
{
	SHA256((const unsigned char *)data.p, data.n, out);
}

void codec_sha1(str data, unsigned char out[SHA1_SIZE])
{
	SHA1((const unsigned char *)data.p, data.n, out);
}

/* OpenSSL's own context under our name. */
struct codec_digest *codec_digest_new(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	BUG_IF(!c || !EVP_DigestInit_ex(c, EVP_sha256(), NULL));
	return (struct codec_digest *)c;
}

void codec_digest_add(struct codec_digest *d, str data)
{
	BUG_IF(!EVP_DigestUpdate((EVP_MD_CTX *)d, data.p, data.n));
}

void codec_digest_end(struct codec_digest *d, unsigned char out[SHA256_SIZE])
{
	if (!d)
		return;
	BUG_IF(!EVP_DigestFinal_ex((EVP_MD_CTX *)d, out, NULL));
	EVP_MD_CTX_free((EVP_MD_CTX *)d);
}

void codec_hmac_sha256(str key, str data, unsigned char out[SHA256_SIZE])
{
	unsigned int n = SHA256_SIZE;

	BUG_IF(!HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)data.p, data.n, out, &n));
}

void codec_random(void *out, size_t n)
{
	unsigned char *p = out;

	while (n) {
		ssize_t got = getrandom(p, n, 0);

		BUG_IF(got < 0);
		p += got;
		n -= (size_t)got;
	}
}

bool codec_same(str a, str b)
{
	return a.n == b.n && a.p && b.p && !CRYPTO_memcmp(a.p, b.p, a.n);
}

str codec_hex(struct arena *mem, str data)
{
	static const char digit[] = "0123456789abcdef";
	char *p = arena_alloc(mem, data.n * 2 + 1, 1);

	for (size_t i = 0; i < data.n; i++) {
		unsigned char c = (unsigned char)data.p[i];

		p[2 * i] = digit[c >> 4];
		p[2 * i + 1] = digit[c & 15];
	}
	return str_n(p, data.n * 2);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int hex_pair(const char *p)
{
	int high = hex_value(p[0]), low = hex_value(p[1]);

	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

str codec_unhex(struct arena *mem, str text)
{
	char *p = arena_alloc(mem, text.n / 2 + 1, 1);

	if (text.n % 2)
		return STR_NONE;
	for (size_t i = 0; i < text.n; i += 2) {
		int v = hex_pair(text.p + i);

		if (v < 0)
			return STR_NONE;
		p[i / 2] = (char)v;
	}
	return str_n(p, text.n / 2);
}

static const char base64_std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static str base64(struct arena *mem, str data, const char *digit, bool pad)
{
	char *p = arena_alloc(mem, (data.n + 2) / 3 * 4 + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < data.n; i += 3) {
		size_t have = data.n - i < 3 ? data.n - i : 3;
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (k < have ? (unsigned char)data.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++) {
			if (k <= have)
				p[n++] = digit[v >> (18 - 6 * k) & 63];
			else if (pad)
				p[n++] = '=';
		}
	}
	return str_n(p, n);
}

str codec_base64(struct arena *mem, str data)
{
	return base64(mem, data, base64_std, true);
}

str codec_base64url(struct arena *mem, str data)
{
	return base64(mem, data, base64_url, false);
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

str codec_unbase64(struct arena *mem, str text)
{
	size_t pads = 0, n = 0;
	uint32_t v = 0;
	char *p;

	while (pads < 2 && str_chop(&text, S("=")))
		pads++;
	if (text.n % 4 == 1)
		return STR_NONE;
	p = arena_alloc(mem, text.n / 4 * 3 + 3, 1);
	for (size_t i = 0; i < text.n; i++) {
		int d = base64_value(text.p[i]);

		if (d < 0)
			return STR_NONE;
		v = v << 6 | (uint32_t)d;
		if (i % 4)
			p[n++] = (char)(v >> (6 - 2 * (i % 4)));
	}
	return str_n(p, n);
}

str codec_unpct(struct arena *mem, str text, bool plus)
{
	char *p = arena_alloc(mem, text.n + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int v = -1;

		if (text.p[i] == '%' && i + 2 < text.n)
			v = hex_pair(text.p + i + 1);
		if (v >= 0) {
			p[n++] = (char)v;
			i += 2;
		} else {
			p[n++] = plus && text.p[i] == '+' ? ' ' : text.p[i];
		}
	}
	return str_n(p, n);
}

str codec_pct(struct arena *mem, str text)
{
	struct buf b = buf_new(mem, text.n * 3 + 1);

	buf_pct(&b, text);
	return buf_str(&b);
}

str codec_token(struct arena *mem, size_t n)
{
	char *p = arena_alloc(mem, n, 1);

	codec_random(p, n);
	return codec_base64url(mem, str_n(p, n));
}

str codec_token_hash(struct arena *mem, str token)
{
	unsigned char digest[SHA256_SIZE];

	codec_sha256(token, digest);
	return codec_hex(mem, str_n((const char *)digest, sizeof(digest)));
}
