#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"

struct buf buf_new(struct arena *mem, size_t max)
{
	return (struct buf){ .mem = mem, .max = max };
}

char *buf_room(struct buf *b, size_t n)
{
	size_t size = b->size ? b->size : 256;
	char *p;

	if (b->bad || n > b->max - b->n) {
		b->bad = true;
		return NULL;
	}
	if (b->p && n <= b->size - b->n)
		return b->p + b->n;
	while (size < b->n + n)
		size *= 2;
	p = arena_room(b->mem, size, 1);
	if (b->n)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->size = size;
	return p + b->n;
}

void buf_add(struct buf *b, str s)
{
	char *p = s.n ? buf_room(b, s.n) : NULL;

	if (p) {
		memcpy(p, s.p, s.n);
		b->n += s.n;
	}
}

void buf_byte(struct buf *b, char c)
{
	char *p = buf_room(b, 1);

	if (p) {
		*p = c;
		b->n++;
	}
}

void buf_int(struct buf *b, int64_t v)
{
	char tmp[24], *p = tmp + sizeof(tmp);
	uint64_t n = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	if (v < 0)
		*--p = '-';
	buf_add(b, (str){ p, (size_t)(tmp + sizeof(tmp) - p) });
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = buf_room(b, (size_t)n + 1);
	if (p) {
		vsnprintf(p, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

void buf_html(struct buf *b, str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		str with;

		switch (s.p[i]) {
		case '&': with = S("&amp;"); break;
		case '<': with = S("&lt;"); break;
		case '>': with = S("&gt;"); break;
		case '"': with = S("&quot;"); break;
		case '\'': with = S("&#39;"); break;
		default: continue;
		}
		buf_add(b, (str){ s.p + from, i - from });
		buf_add(b, with);
		from = i + 1;
	}
	buf_add(b, (str){ s.p + from, s.n - from });
}

static bool unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void buf_pct(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (unreserved(c))
			buf_byte(b, (char)c);
		else
			buf_addf(b, "%%%02X", c);
	}
}

str buf_str(const struct buf *b)
{
	if (b->bad)
		return STR_NONE;
	return (str){ b->p ? b->p : "", b->n };
}
