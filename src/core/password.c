/* Memory and passes are OWASP's lowest for argon2id (19 MiB, 2 passes), so that two at a time fit a small machine. */
#include "core/password.h"

#include <argon2.h>
#include <crypt.h>
#include <pthread.h>

#include "base/codec.h"

enum { MEMORY_KIB = 19456,
       PASSES = 2,
       LANES = 1,
       SALT = 16,
       DIGEST = 32,
       AT_WORK = 2,
       WAITING = 4 }; /* with those at work fewer than http_threads: others get through (OAUTH-24) */

static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static int at_work, waiting;

static bool enter(void)
{
	bool in = true;

	pthread_mutex_lock(&door);
	if (at_work >= AT_WORK) {
		in = waiting < WAITING;
		waiting += in;
		while (in && at_work >= AT_WORK)
			pthread_cond_wait(&room, &door);
		waiting -= in;
	}
	at_work += in;
	pthread_mutex_unlock(&door);
	return in;
}

static void leave(void)
{
	pthread_mutex_lock(&door);
	at_work--;
	pthread_cond_signal(&room);
	pthread_mutex_unlock(&door);
}

enum err password_hash(struct ctx *cx, str password, str *hash)
{
	unsigned char salt[SALT];
	char text[256];
	int r;

	codec_random(salt, sizeof(salt));
	if (!enter())
		return ERR_BUSY;
	r = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password.p ? password.p : "", password.n, salt,
	                          sizeof(salt),
	                          DIGEST, text, sizeof(text));
	leave();
	if (r != ARGON2_OK)
		return fail(cx, ERR_INTERNAL, "argon2: %s", argon2_error_message(r));
	*hash = str_dup(cx->mem, str_of(text));
	return OK;
}

/* Of no password at all. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$ZGFzc2llZGFzc2llMDA$"
			     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static bool crypt_matches(struct ctx *cx, str hash, str password)
{
	struct crypt_data *data = NEW(cx->mem, struct crypt_data);
	char *got = crypt_rn(cstr(cx->mem, password), cstr(cx->mem, hash), data, sizeof(*data));

	return got && codec_same(str_of(got), hash);
}

enum err password_check(struct ctx *cx, str hash, str password, bool *right)
{
	bool known = hash.n > 0, argon = !known || str_starts(hash, S("$argon2id$"));

	*right = false;
	if (password.n > PASSWORD_MAX || (!argon && password.n && memchr(password.p, 0, password.n)))
		return OK;
	if (!enter())
		return ERR_BUSY;
	if (argon)
		*right = argon2id_verify(known ? cstr(cx->mem, hash) : nobody, password.p ? password.p : "",
		                         password.n) == ARGON2_OK;
	else
		*right = crypt_matches(cx, hash, password);
	leave();
	*right = *right && known;
	return OK;
}

str password_make(struct arena *mem)
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
	unsigned char dice[20];
	char *p = NEWS(mem, char, sizeof(dice));

	codec_random(dice, sizeof(dice));
	for (size_t i = 0; i < sizeof(dice); i++)
		p[i] = letters[dice[i] % (sizeof(letters) - 1)];
	return str_n(p, sizeof(dice));
}
