#include "net/der.h"

/* X.690 for SEQUENCE, INTEGER, OID, NULL and BIT STRING; RFC 8017 A.1.1, RFC 5280 4.1, RFC 8410. */

enum { SEQUENCE = 0x30,
       INTEGER = 0x02,
       BIT_STRING = 0x03 };

/* Takes one value off the front; false if it is not there, or not in its shortest spelling. */
static bool take(str *der, unsigned char tag, str *value)
{
	const unsigned char *p = (const unsigned char *)der->p;
	size_t head = 2, n, bytes;

	if (der->n < 2 || p[0] != tag)
		return false;
	n = p[1];
	if (n >= 0x80) {
		bytes = n - 0x80;
		if (bytes < 1 || bytes > 2 || der->n < 2 + bytes)
			return false;
		n = bytes == 1 ? p[2] : (size_t)p[2] << 8 | p[3];
		if (n < (bytes == 1 ? 0x80u : 0x100u))
			return false;
		head += bytes;
	}
	if (der->n - head < n)
		return false;
	*value = str_n(der->p + head, n);
	*der = str_from(*der, head + n);
	return true;
}

/* A positive INTEGER without its sign byte. */
static bool take_number(str *der, str *n)
{
	if (!take(der, INTEGER, n) || !n->n || n->p[0] & 0x80)
		return false;
	if (n->p[0] == 0) {
		if (n->n < 2 || !(n->p[1] & 0x80))
			return false;
		*n = str_from(*n, 1);
	}
	return true;
}

bool der_rsa_ok(str der)
{
	str all, n, e;
	size_t bits;

	if (!take(&der, SEQUENCE, &all) || der.n || !take_number(&all, &n) || !take_number(&all, &e) || all.n)
		return false;
	bits = n.n * 8;
	for (unsigned char top = (unsigned char)n.p[0]; top && !(top & 0x80); top = (unsigned char)(top << 1))
		bits--;
	if (bits < 2048 || bits > 8192 || !(n.p[n.n - 1] & 1))
		return false;
	if (e.n > 4 || !(e.p[e.n - 1] & 1))
		return false;
	return e.n > 1 || (unsigned char)e.p[0] >= 3;
}

enum der_kind der_spki(str der, str *inner)
{
	static const str rsa = S("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00");
	static const str ed25519 = S("\x06\x03\x2b\x65\x70");
	str all, algorithm, bits;

	if (!take(&der, SEQUENCE, &all) || der.n || !take(&all, SEQUENCE, &algorithm) || !take(&all, BIT_STRING, &bits))
		return DER_NONE;
	if (all.n || bits.n < 2 || bits.p[0] != 0)
		return DER_NONE;
	*inner = str_from(bits, 1);
	if (str_eq(algorithm, rsa))
		return DER_RSA;
	return str_eq(algorithm, ed25519) && inner->n == 32 ? DER_ED25519 : DER_NONE;
}
