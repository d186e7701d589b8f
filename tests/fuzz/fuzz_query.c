/* What people type into a search box: never more words than there is room for, and no term with a character that means
 * something to a database. */
#include <stddef.h>

#include "base/arena.h"
#include "text/query.h"
#include "text/terms.h"

#define MUST(x) do { if (!(x)) __builtin_trap(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void harmless(str term)
{
	MUST(term.n > 0 && term.n <= 2 * TERM_BYTES_MAX);
	MUST(str_utf8(term));
	for (size_t i = 0; i < term.n; i++) {
		char c = term.p[i];

		MUST((unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str text = size ? str_n((const char *)data, size) : S("");
	struct strs terms = { NEWS(&mem, str, TERMS_MAX), 0 };
	struct query q;

	if (!str_utf8(text))
		return 0;
	query_parse(&mem, text, &q);
	MUST(q.words_n <= QUERY_WORDS && q.from_n <= QUERY_FROM);
	for (size_t i = 0; i < q.words_n; i++) {
		MUST(q.words[i].terms.n > 0 && q.words[i].terms.n <= QUERY_TERMS);
		for (size_t k = 0; k < q.words[i].terms.n; k++)
			harmless(q.words[i].terms.v[k]);
	}
	terms_add(&mem, text, &terms, TERMS_MAX);
	for (size_t i = 0; i < terms.n; i++)
		harmless(terms.v[i]);
	return 0;
}
