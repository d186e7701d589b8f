#pragma once
/* HTML as a run of events: what the folder knows of libxml2. */
#include "base/str.h"

struct arena;

enum { WALK_DEPTH_MAX = 256 }; /* open elements, kept or not; where there are more, the text ends */

struct walk {
	void *arg;
	/* attrs: name, value, name, value, ..., NULL; a value may be NULL. attrs may be NULL. Names are lower case. */
	void (*open)(void *arg, str name, const char *const *attrs);
	/* Closes what was opened last and is not closed yet. */
	void (*close)(void *arg);
	/* Entities are decoded; one run of text may come in many pieces. */
	void (*text)(void *arg, str text);
};

/* Linear in the input, whatever it is. Threads may walk at the same time. */
void walk_html(str html, const struct walk *to);

/* Makes a page's or a post's HTML fit for walk_html(): at most max bytes of it, valid UTF-8 without control
 * characters, no comments, no tags that are too long or have too many attributes, no < or & that mean nothing. */
str walk_sift(struct arena *mem, str html, size_t max, size_t tag_max);
/* The value of an attribute, STR_NONE if it is not there or has none. */
str walk_attr(const char *const *attrs, const char *name);
bool walk_has(const char *const *attrs, const char *name);
/* Bytes of the UTF-8 character that s begins with; 0 if it is none, or one that may not stand in a text. */
size_t walk_rune(str s);
