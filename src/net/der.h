#pragma once
/* As much DER as a public key needs. Strict: one spelling, no trailing bytes. */
#include "base/str.h"

enum der_kind { DER_NONE,
	        DER_RSA,
	        DER_ED25519 };

/* A SubjectPublicKeyInfo: what it is for; *inner is the PKCS#1 key (RSA) or the 32 bytes (Ed25519). */
enum der_kind der_spki(str der, str *inner);
/* A PKCS#1 RSAPublicKey of 2,048 to 8,192 bits, odd, with an odd exponent from 3 up to 32 bits. */
bool der_rsa_ok(str der);
