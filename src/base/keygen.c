#include "base/keygen.h"

#include <openssl/encoder.h>
#include <openssl/evp.h>

#include "base/arena.h"

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

bool keygen_ed25519(struct arena *mem, str *private_pem, str *public_pem)
{
	return both_halves(mem, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), private_pem, public_pem);
}
