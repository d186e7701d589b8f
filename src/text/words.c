/* Language tags by the grammar of RFC 5646, without its registry: what is well formed passes. Lines fit for names. */
#include "text/words.h"

#include "base/arena.h"
#include "base/buf.h"
#include "text/clean.h"

enum { LANGUAGE_MAX = 35 };

static bool all_of(str s, bool (*is)(char c))
{
	for (size_t i = 0; i < s.n; i++)
		if (!is(s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alnum(char c)
{
	return is_digit(c) || is_alpha(c);
}

/* Parts come in this order: language, script, region, variants, extensions, private use. */
static bool part_fits(str part, int *stage)
{
	if (*stage < 2 && part.n == 4 && all_of(part, is_alpha))
		*stage = 2;
	else if (*stage < 3 && ((part.n == 2 && all_of(part, is_alpha)) || (part.n == 3 && all_of(part, is_digit))))
		*stage = 3;
	else if (*stage < 2 && part.n == 3 && all_of(part, is_alpha))
		*stage = 1;
	else if (*stage <= 4 && (part.n >= 5 || (part.n == 4 && is_digit(part.p[0]))))
		*stage = 4;
	else if (part.n == 1 && *stage != 5)
		*stage = 5; /* a singleton: something must follow */
	else if (*stage >= 5 && part.n > 1)
		*stage = 6;
	else
		return false;
	return true;
}

bool language_ok(str tag)
{
	str part;
	int stage = 0;

	if (!tag.n || tag.n > LANGUAGE_MAX || !str_cut(&tag, '-', &part))
		return false;
	if (part.n < 2 || part.n > 3 || !all_of(part, is_alpha))
		return false;
	while (!str_none(tag) && str_cut(&tag, '-', &part))
		if (!part.n || part.n > 8 || !all_of(part, is_alnum) || !part_fits(part, &stage))
			return false;
	return stage != 5;
}

str language_tag(struct arena *mem, str tag)
{
	str lower = str_lower(mem, tag), rest = lower;
	char *p = (char *)lower.p;
	bool first = true;

	if (!language_ok(tag))
		return STR_NONE;
	for (str part; !str_none(rest) && str_cut(&rest, '-', &part); first = false) {
		size_t at = (size_t)(part.p - lower.p);

		if (part.n == 1)
			break;
		for (size_t i = 0; i < part.n && !first && is_alpha(part.p[0]); i++)
			if (part.n == 2 || (part.n == 4 && i == 0))
				p[at + i] = (char)(p[at + i] - ('a' - 'A'));
	}
	return lower;
}

/* Runes that have no place in a line: directions (SPOOF-32), fillers, things that show nothing. */
static bool rune_hidden(uint32_t r)
{
	static const struct {
		uint32_t from, to;
	} hidden[] = {
		{ 0x00, 0x08 },
		{ 0x0e, 0x1f },
		{ 0x7f, 0x9f },
		{ 0xad, 0xad },
		{ 0x34f, 0x34f },
		{ 0x61c, 0x61c },
		{ 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 },
		{ 0x180b, 0x180e },
		{ 0x200b, 0x200b },
		{ 0x200e, 0x200f },
		{ 0x202a, 0x202e },
		{ 0x2060, 0x206f },
		{ 0x3164, 0x3164 },
		{ 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },
		{ 0xfffe, 0xffff },
		{ 0xe0000, 0xe0001 },
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (r >= hidden[i].from && r <= hidden[i].to)
			return true;
	return false;
}

static bool rune_space(uint32_t r)
{
	return r == ' ' || (r >= 0x09 && r <= 0x0d) || r == 0xa0 || r == 0x1680 || (r >= 0x2000 && r <= 0x200a) ||
	       r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x2800 || r == 0x3000;
}

str clean_line(struct arena *mem, str text)
{
	struct buf out;
	bool space = false;

	if (str_none(text))
		return STR_NONE;
	out = buf_new(mem, text.n + 1);
	for (size_t at = 0, from = 0; at < text.n; from = at) {
		uint32_t r = str_rune(text, &at);

		if (rune_space(r)) {
			space = true;
		} else if (!rune_hidden(r)) {
			if (space && out.n)
				buf_byte(&out, ' ');
			buf_add(&out, str_n(text.p + from, at - from));
			space = false;
		}
	}
	return str_or(buf_str(&out), S(""));
}
