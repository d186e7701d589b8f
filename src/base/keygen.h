#pragma once
/* New key pairs for accounts, as PEM: PKCS#8 for the private half, SubjectPublicKeyInfo for the public one. */
#include "base/str.h"

/* RSA of 2,048 bits; takes a tenth of a second or so: not inside a transaction. False: the library failed. */
bool keygen_rsa(struct arena *mem, str *private_pem, str *public_pem);
bool keygen_ed25519(struct arena *mem, str *private_pem, str *public_pem);
