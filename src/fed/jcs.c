/* RFC 8785, the JSON Canonicalization Scheme: members in the order of their names' UTF-16 units, numbers as ECMAScript
 * writes them, no white space, no escapes but those that must be. Pure. */
#include "fed/jcs.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum { TEXT_MAX = 8 << 20,
       EXPONENT_MAX = 21 };
static const int64_t whole_max = (int64_t)1 << 53;

/* UTF-8 sorts as code points do. UTF-16 does too, but for the private and the last of the base plane (leading bytes 0xee
 * and 0xef), which come after everything that takes two units (0xf0 and on). */
static int by_utf16(const void *a, const void *b)
{
	const str *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;

	for (size_t i = 0; i < n; i++) {
		unsigned char p = (unsigned char)x->p[i], q = (unsigned char)y->p[i];

		if (p == q)
			continue;
		if (p >= 0xee && q >= 0xee && (p >= 0xf0) != (q >= 0xf0))
			return p >= 0xf0 ? -1 : 1;
		return p < q ? -1 : 1;
	}
	return x->n < y->n ? -1 : x->n > y->n;
}

static void text(struct buf *b, str s)
{
	static const char short_ones[] = "btn\0fr";

	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_addf(b, "\\%c", c);
		else if (c >= 8 && c <= 13 && c != 11)
			buf_addf(b, "\\%c", short_ones[c - 8]);
		else if (c < 0x20)
			buf_addf(b, "\\u%04x", c);
		else
			buf_byte(b, (char)c);
	}
	buf_byte(b, '"');
}

/* The fewest digits that mean this very number; *point: how many of them stand before the decimal point. */
static size_t shortest(double v, char digits[24], int *point)
{
	char line[40];
	size_t n = 0;

	for (int more = 0; more < 17; more++) {
		snprintf(line, sizeof(line), "%.*e", more, v);
		if (strtod(line, NULL) == v)
			break;
	}
	for (char *p = line; *p && *p != 'e'; p++)
		if (*p >= '0' && *p <= '9' && n < 23)
			digits[n++] = *p;
	*point = atoi(strchr(line, 'e') + 1) + 1;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return n;
}

static void zeros(struct buf *b, int n)
{
	while (n-- > 0)
		buf_byte(b, '0');
}

/* ECMA-262, Number::toString. */
static void number(struct buf *b, double v)
{
	char digits[24];
	int point, n;

	if (v == 0) {
		buf_byte(b, '0');
		return;
	}
	if (v < 0)
		buf_byte(b, '-');
	n = (int)shortest(v < 0 ? -v : v, digits, &point);
	if (point > EXPONENT_MAX || point <= -6) {
		buf_byte(b, digits[0]);
		if (n > 1)
			buf_addf(b, ".%.*s", n - 1, digits + 1);
		buf_addf(b, "e%c%d", point > 0 ? '+' : '-', point > 0 ? point - 1 : 1 - point);
	} else if (point <= 0) {
		buf_add(b, S("0."));
		zeros(b, -point);
		buf_addf(b, "%.*s", n, digits);
	} else if (n <= point) {
		buf_addf(b, "%.*s", n, digits);
		zeros(b, point - n);
	} else {
		buf_addf(b, "%.*s.%.*s", point, digits, n - point, digits + point);
	}
}

str jcs_number(struct arena *mem, double v)
{
	struct buf b = buf_new(mem, 64);

	number(&b, v);
	return buf_str(&b);
}

/* What is being written. */
struct out {
	struct arena *mem;
	struct buf b;
	bool bad;
};

static void value(struct out *o, const json_t *v, const struct jcs_but *but);

/* Sorted names, and where a name's value is found. */
static void object(struct out *o, const json_t *v, const struct jcs_but *but)
{
	static const struct jcs_but nothing;
	size_t n = 0, most = 1;
	str *names;

	but = but ? but : &nothing;
	for (void *it = jr_first(v); it; it = jr_next(v, it))
		most++;
	names = NEWS(o->mem, str, most);
	for (void *it = jr_first(v); it; it = jr_next(v, it))
		if (!strs_has(but->without, jr_key(it)) && !(but->context && str_eq(jr_key(it), S("@context"))))
			names[n++] = jr_key(it);
	if (but->context)
		names[n++] = S("@context");
	qsort(names, n, sizeof(*names), by_utf16);
	buf_byte(&o->b, '{');
	for (size_t i = 0; i < n; i++) {
		bool context = but->context && str_eq(names[i], S("@context"));

		if (i)
			buf_byte(&o->b, ',');
		text(&o->b, names[i]);
		buf_byte(&o->b, ':');
		value(o, context ? but->context : jr_member(v, names[i]), NULL);
	}
	buf_byte(&o->b, '}');
}

static void list(struct out *o, const json_t *v)
{
	buf_byte(&o->b, '[');
	for (size_t i = 0; i < jr_len(v); i++) {
		if (i)
			buf_byte(&o->b, ',');
		value(o, jr_at(v, i), NULL);
	}
	buf_byte(&o->b, ']');
}

static void whole(struct out *o, int64_t n)
{
	o->bad = o->bad || n > whole_max || n < -whole_max;
	buf_addf(&o->b, "%lld", (long long)n);
}

/* One that would be written as a whole number is held to the same limit. */
static void real(struct out *o, double v)
{
	double size = v < 0 ? -v : v;

	o->bad = o->bad || (size > (double)whole_max && size < 1e21);
	number(&o->b, v);
}

static void value(struct out *o, const json_t *v, const struct jcs_but *but)
{
	switch (jr_kind(v)) {
	case JR_NULL: buf_add(&o->b, S("null")); break;
	case JR_TRUE: buf_add(&o->b, S("true")); break;
	case JR_FALSE: buf_add(&o->b, S("false")); break;
	case JR_WHOLE: whole(o, jr_whole(v)); break;
	case JR_REAL: real(o, jr_number(v)); break;
	case JR_TEXT: text(&o->b, jr_text(v)); break;
	case JR_LIST: list(o, v); break;
	case JR_OBJECT: object(o, v, but); break;
	}
}

str jcs(struct arena *mem, const json_t *v, const struct jcs_but *but)
{
	struct out o = { mem, buf_new(mem, TEXT_MAX), false };

	value(&o, v, but);
	return o.bad ? STR_NONE : buf_str(&o.b);
}
