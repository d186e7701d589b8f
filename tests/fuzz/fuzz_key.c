/* Public keys of strangers, as PEM and as publicKeyMultibase: what is taken can be used, and is written back the same. */
#include <stdlib.h>

#include "base/arena.h"
#include "net/der.h"
#include "net/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str in = str_n(size ? (const char *)data : "", size), inner = STR_NONE, again;
	struct sig_key *keys[] = { key_public(in), key_multikey(in) };

	for (int i = 0; i < 2; i++) {
		if (!keys[i])
			continue;
		if (key_verify(keys[i], in, S("0123456789012345678901234567890123456789012345678901234567890123"), false))
			abort();
		again = key_to_multikey(&mem, keys[i]);
		if (again.p) {
			struct sig_key *k = key_multikey(again);

			if (!k || !str_eq(key_to_multikey(&mem, k), again))
				abort();
			key_free(k);
		}
		key_free(keys[i]);
	}
	der_rsa_ok(in);
	der_spki(in, &inner);
	return 0;
}
