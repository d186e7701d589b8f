/* Making an RSA key is most of what a test of accounts would spend: here one program's accounts share one. Linked with --wrap. */
#include <pthread.h>

#include "base/arena.h"
#include "base/keygen.h"

static str kept_private, kept_public;

bool __real_keygen_rsa(struct arena *mem, str *private_pem, str *public_pem);
bool __wrap_keygen_rsa(struct arena *mem, str *private_pem, str *public_pem);

static void make(void)
{
	static struct arena kept;

	arena_init(&kept);
	__real_keygen_rsa(&kept, &kept_private, &kept_public);
}

bool __wrap_keygen_rsa(struct arena *mem, str *private_pem, str *public_pem)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make);
	*private_pem = str_dup(mem, kept_private);
	*public_pem = str_dup(mem, kept_public);
	return kept_private.n && kept_public.n;
}
