#pragma once
/* Text as the words that search knows: the same for what is written and for what is looked for. */
#include "base/str.h"

struct arena;

enum { TERMS_MAX = 4000,     /* of one text; what follows is not found */
       TERM_BYTES_MAX = 96 }; /* longer words are cut */

/* Begins what is no word but a property of a post (a private-use character, which no word has in it). */
#define TERM_MARK "\xee\x80\x80"

/* Letters and digits without case, accents, width or ways of writing (NFKC; Arabic letters in their plain form). What has no
 * spaces between words (Chinese, Japanese, Korean, Thai, ...) is cut in overlapping pairs of characters, and the last one alone.
 * Each term is of letters, marks and digits only. In the order of the text, appended to *out, which has room for max. */
void terms_add(struct arena *mem, str text, struct strs *out, size_t max);
/* For looking: *prefix: the last term is to be taken for the beginning of one. */
void terms_query(struct arena *mem, str text, struct strs *out, size_t max, bool *prefix);
/* Of two short words that follow one another, which such words do often: a term of its own, so that a phrase of what is in nearly
 * every text is looked for as something rare. STR_NONE: one of them is not short. */
str term_pair(struct arena *mem, str first, str second);
/* TERM_MARK, kind and what of the value may stand in a term. */
str term_mark(struct arena *mem, str kind, str value);
