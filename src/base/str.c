#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq(str a, str b)
{
	if (!a.p || !b.p)
		return !a.p && !b.p;
	return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

static bool same_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool str_ieq(str a, str b)
{
	if (!a.p || !b.p)
		return !a.p && !b.p;
	return a.n == b.n && same_nocase(a.p, b.p, a.n);
}

int str_cmp(str a, str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(str s, str prefix)
{
	return s.n >= prefix.n && !memcmp(s.n ? s.p : "", prefix.p, prefix.n);
}

bool str_istarts(str s, str prefix)
{
	return s.n >= prefix.n && same_nocase(s.p, prefix.p, prefix.n);
}

bool str_ends(str s, str suffix)
{
	return s.n >= suffix.n && (!suffix.n || !memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n));
}

bool str_skip(str *s, str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	s->p += prefix.n;
	s->n -= prefix.n;
	return true;
}

bool str_chop(str *s, str suffix)
{
	if (!str_ends(*s, suffix))
		return false;
	s->n -= suffix.n;
	return true;
}

long str_chr(str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? at - s.p : -1;
}

long str_find(str s, str needle)
{
	const char *at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;

	return at ? at - s.p : -1;
}

bool str_cut(str *rest, char c, str *part)
{
	long at;

	if (!rest->p)
		return false;
	at = str_chr(*rest, c);
	if (at < 0) {
		*part = *rest;
		*rest = STR_NONE;
		return true;
	}
	*part = str_to(*rest, (size_t)at);
	*rest = str_from(*rest, (size_t)at + 1);
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_int(str s, int64_t *v)
{
	uint64_t n = 0, limit = INT64_MAX;
	bool minus = str_skip(&s, S("-"));

	if (minus)
		limit++;
	if (!s.n || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)(s.p[i] - '0');

		if (digit > 9 || n > (limit - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*v = minus ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

/* Length of the valid sequence at p, 0 if there is none (RFC 3629, table of well-formed sequences). */
static size_t sequence(const unsigned char *p, size_t n)
{
	unsigned char c = p[0], low = 0x80, high = 0xbf;
	size_t len;

	if (c < 0x80)
		return c ? 1 : 0;
	if (c >= 0xc2 && c <= 0xdf)
		len = 2;
	else if (c >= 0xe0 && c <= 0xef)
		len = 3;
	else if (c >= 0xf0 && c <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	if (c == 0xe0)
		low = 0xa0;
	if (c == 0xed)
		high = 0x9f;
	if (c == 0xf0)
		low = 0x90;
	if (c == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool str_utf8(str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t len = sequence((const unsigned char *)s.p + i, s.n - i);

		if (!len)
			return false;
		i += len;
	}
	return true;
}

uint32_t str_rune(str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.p + *at;
	size_t len, left = *at < s.n ? s.n - *at : 0;
	uint32_t r;

	if (!left)
		return 0;
	len = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2
	                : p[0] < 0xf0       ? 3
	                                    : 4;
	if (len > left)
		len = left;
	r = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++)
		r = r << 6 | (p[i] & 0x3fu);
	*at += len;
	return r;
}

size_t str_runes(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

str str_head_runes(str s, size_t n)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] & 0xc0) != 0x80 && !n--)
			return str_to(s, i);
	return s;
}

str str_dup(struct arena *mem, str s)
{
	char *p;

	if (!s.p)
		return s;
	p = arena_room(mem, s.n + 1, 1);
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (str){ p, s.n };
}

const char *cstr(struct arena *mem, str s)
{
	return s.p ? str_dup(mem, s).p : str_dup(mem, S("")).p;
}

str str_lower(struct arena *mem, str s)
{
	char *p;

	if (!s.p)
		return s;
	p = arena_alloc(mem, s.n + 1, 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = lower(s.p[i]);
	return (str){ p, s.n };
}

str str_cat(struct arena *mem, str a, str b)
{
	char *p = arena_alloc(mem, a.n + b.n + 1, 1);

	if (a.n)
		memcpy(p, a.p, a.n);
	if (b.n)
		memcpy(p + a.n, b.p, b.n);
	return (str){ p, a.n + b.n };
}

str strf(struct arena *mem, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = arena_alloc(mem, (size_t)n + 1, 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return (str){ p, (size_t)n };
}

bool strs_has(struct strs list, str s)
{
	for (size_t i = 0; i < list.n; i++)
		if (str_eq(list.v[i], s))
			return true;
	return false;
}

bool ids_has(struct ids list, int64_t id)
{
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i] == id)
			return true;
	return false;
}
