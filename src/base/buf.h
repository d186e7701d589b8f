#pragma once
/* A growing run of bytes with a ceiling. */
#include "base/str.h"

/* Lives in an arena. Past max it turns bad and stays bad: fill it, then check once. */
struct buf {
	struct arena *mem;
	char *p;
	size_t n, size, max;
	bool bad;
};

struct buf buf_new(struct arena *mem, size_t max);
void buf_add(struct buf *b, str s);
void buf_byte(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Escaped for HTML text and double-quoted attributes: & < > " ' */
void buf_html(struct buf *b, str s);
/* Percent-encoded for one part of a URL: all but A-Z a-z 0-9 - . _ ~ */
void buf_pct(struct buf *b, str s);
/* Room for n more bytes, to be filled by hand and counted with b->n; NULL if that would be past max. */
char *buf_room(struct buf *b, size_t n);
/* What was added, borrowed from the buffer; STR_NONE if it turned bad. */
str buf_str(const struct buf *b);
