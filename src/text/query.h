#pragma once
/* What people type into a search box, taken apart. */
#include "base/str.h"

struct arena;

enum { QUERY_WORDS = 16,  /* words, phrases and properties; what follows is not heeded */
       QUERY_TERMS = 32,  /* of one phrase */
       QUERY_FROM = 4 };

/* Terms that follow one another, or a property (a term with TERM_MARK). */
struct query_word {
	struct strs terms;
	bool prefix; /* the last one is the beginning of a term */
	bool without;
};
struct query_from {
	str handle; /* "me": who asks */
	bool without;
};
struct query {
	struct query_word words[QUERY_WORDS + QUERY_FROM + 1]; /* room for authors, as properties, too */
	size_t words_n;
	struct query_from from[QUERY_FROM];
	size_t from_n;
	int64_t after, before; /* milliseconds: not before the one, before the other; 0: whenever */
	bool library, public;  /* in: only there */
};
/* Never fails: what is no operator is words. Linear. */
void query_parse(struct arena *mem, str text, struct query *q);
