#pragma once
/* What strangers send as HTML, made harmless: rebuilt from an allow-list, never passed through. */
#include "base/str.h"

struct arena;

enum {
	CLEAN_INPUT_MAX = 128 * 1024, /* bytes; what is behind is cut off, in the input and in the output */
	CLEAN_TAG_MAX = 4096,         /* bytes; a longer tag is dropped as if it were not there */
	CLEAN_DEPTH_MAX = 64,         /* levels kept; deeper elements are dropped, their text is kept */
};

/* HTML -> balanced HTML of the elements, attributes and classes that posts may have. Every link leaves with rel and
 * target set. clean_html(clean_html(x)) == clean_html(x), for every x. STR_NONE stays STR_NONE. */
str clean_html(struct arena *mem, str html);

/* The same for a post beside which these pictures are shown: what is said of them inside is not shown twice. */
str clean_html_beside(struct arena *mem, str html, struct strs pictures);

/* HTML -> the text a reader would see, not escaped, without white space at its ends. Ends of lines and paragraphs are
 * "\n". For previews, content warnings, titles, search. STR_NONE stays STR_NONE. */
str clean_text(struct arena *mem, str html);

/* Text for a place of one line (names, titles): control, bidi control and invisible filler characters dropped, runs of
 * white space made one space, none at the ends. Not escaped. STR_NONE stays STR_NONE. */
str clean_line(struct arena *mem, str text);
