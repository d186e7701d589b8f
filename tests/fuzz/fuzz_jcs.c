/* Canonical JSON and integrity proofs: what has a canonical form keeps it, and no proof verifies by accident. */
#include <stddef.h>

#include "base/arena.h"
#include "fed/jcs.h"
#include "fed/proof.h"
#include "net/keys.h"

#define MUST(x) do { if (!(x)) __builtin_trap(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	struct sig_key *key = key_multikey(S("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"));
	json_t *doc JR_SCOPE = NULL, *again JR_SCOPE = NULL;
	struct proof p;
	str text;

	MUST(key);
	if (!jr_parse(size ? str_n((const char *)data, size) : S(""), &doc)) {
		text = jcs(&mem, doc, NULL);
		if (!str_none(text)) {
			MUST(!jr_parse(text, &again));
			MUST(str_eq(jcs(&mem, again, NULL), text));
		}
		if (!proof_read(&mem, doc, 1700000000000, &p))
			(void)proof_verify(&p, key);
	}
	key_free(key);
	return 0;
}
