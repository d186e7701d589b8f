#include "base/keygen.h"

#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/arena.h"

enum { PEM_LIMIT = 16 * 1024 };

static str encoded(struct arena *mem, EVP_PKEY *key, int part, const char *structure)
{
	OSSL_ENCODER_CTX *cx = OSSL_ENCODER_CTX_new_for_pkey(key, part, "PEM", structure, NULL);
	unsigned char *data = NULL;
	str pem = STR_NONE;
	size_t n = 0;

	if (cx && OSSL_ENCODER_to_data(cx, &data, &n))
		pem = str_dup(mem, str_n((char *)data, n));
	OPENSSL_clear_free(data, n);
	OSSL_ENCODER_CTX_free(cx);
	return pem;
}

static bool both_halves(struct arena *mem, EVP_PKEY *key, str *private_pem, str *public_pem)
{
	*private_pem = *public_pem = STR_NONE;
	if (key) {
		*private_pem = encoded(mem, key, EVP_PKEY_KEYPAIR, "PrivateKeyInfo");
		*public_pem = encoded(mem, key, EVP_PKEY_PUBLIC_KEY, "SubjectPublicKeyInfo");
	}
	EVP_PKEY_free(key);
	return private_pem->n && public_pem->n;
}

bool keygen_rsa(struct arena *mem, str *private_pem, str *public_pem)
{
	return both_halves(mem, EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048), private_pem, public_pem);
}

static int no_password(char *buf, int size, int rwflag, void *arg)
{
	(void)buf, (void)size, (void)rwflag, (void)arg;
	return -1;
}

static bool good_rsa(EVP_PKEY *key)
{
	int bits = EVP_PKEY_is_a(key, "RSA") ? EVP_PKEY_get_bits(key) : 0;
	EVP_PKEY_CTX *cx = bits >= 2048 && bits <= 4096 ? EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL) : NULL;
	bool good = cx && EVP_PKEY_pairwise_check(cx) == 1;

	EVP_PKEY_CTX_free(cx);
	return good;
}

bool keygen_rsa_of(struct arena *mem, str pem, str *private_pem, str *public_pem)
{
	BIO *bio = pem.n && pem.n <= PEM_LIMIT ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;

	BIO_free(bio);
	if (key && !good_rsa(key)) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	ERR_clear_error();
	return both_halves(mem, key, private_pem, public_pem);
}

bool keygen_ed25519(struct arena *mem, str *private_pem, str *public_pem)
{
	return both_halves(mem, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), private_pem, public_pem);
}
