#pragma once
/* Many words looked for in a text at once: linear in the text, whatever the words are. Without case (Unicode's full folding),
 * composed and decomposed letters are the same. */
#include "base/str.h"

struct arena;
struct buf;

struct match_word {
	str text;
	bool whole; /* where it begins or ends with a letter or digit, a word does too (\b of regular expressions) */
};

/* Owned by who made it; read by any number of threads. Empty words are found nowhere. */
struct matcher;
struct matcher *matcher_new(const struct match_word *words, size_t n);
void matcher_free(struct matcher *m);
/* hit[i] becomes true where word i is found; all are false before. mem is for the work. */
void matcher_run(const struct matcher *m, struct arena *mem, str text, bool *hit);

/* Adds the text of what clean_html() made, without tags; ends of lines and paragraphs are "\n". */
void match_add_html(struct buf *b, str html);
