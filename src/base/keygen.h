#pragma once
/* New key pairs for accounts, as PEM: PKCS#8 for the private half, SubjectPublicKeyInfo for the public one. */
#include "base/str.h"

/* RSA of 2,048 bits; takes a tenth of a second or so: not inside a transaction. False: the library failed. */
bool keygen_rsa(struct arena *mem, str *private_pem, str *public_pem);
/* The same for a key that is there: PKCS#8 or PKCS#1. False: it is no RSA key of 2,048 to 4,096 bits, or wants a password. */
bool keygen_rsa_of(struct arena *mem, str pem, str *private_pem, str *public_pem);
bool keygen_ed25519(struct arena *mem, str *private_pem, str *public_pem);
