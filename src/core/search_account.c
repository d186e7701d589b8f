/* Accounts by the beginnings of words in their names and handles. */
#include "base/buf.h"
#include "core/account.h"
#include "core/search_index.h"
#include "store/search.h"
#include "text/terms.h"

enum { FOUND_MOST = 80, OFFSET_MOST = 10000, QUERY_MAX = 512, TERMS = 8 };

static int64_t within(int64_t n, int64_t least, int64_t most)
{
	return n < least ? least : n > most ? most
	                                    : n;
}

/* The longest ones: likely they are the rarest. */
static void choose(struct strs terms, struct account_find *f)
{
	for (size_t k = 0; k < ACCOUNT_TERMS; k++) {
		str *longest = NULL;

		for (size_t i = 0; i < terms.n; i++)
			if (terms.v[i].p && (!longest || terms.v[i].n > longest->n))
				longest = &terms.v[i];
		if (!longest)
			return;
		f->terms[k] = *longest;
		*longest = STR_NONE;
	}
}

enum err account_search(struct ctx *cx, str q, bool following, int64_t limit, int64_t offset,
                        struct ids *found)
{
	struct account_find f = {
		.viewer_id = cx->me ? cx->me->id : 0,
		.following = following,
		.limit = within(limit, 1, FOUND_MOST),
		.offset = within(offset, 0, OFFSET_MOST),
	};
	struct strs terms = { NEWS(cx->mem, str, TERMS), 0 };
	str rest = str_trim(q), name;
	enum err e;
	bool prefix;

	*found = (struct ids){ 0 };
	str_skip(&rest, S("@"));
	if (rest.n > QUERY_MAX || !str_utf8(rest) || !str_cut(&rest, '@', &name))
		return OK;
	f.domain = str_lower(cx->mem, str_or(rest, S("")));
	terms_query(cx->mem, name, &terms, TERMS, &prefix);
	choose(terms, &f);
	if (!terms.n)
		return OK;
	search_begin(cx);
	e = account_terms_find(cx->db, cx->mem, &f, found);
	search_end(cx);
	return e;
}
