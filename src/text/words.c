/* Hashtags as Mastodon reads them; language tags by the grammar of RFC 5646, without its registry: what is well formed
 * passes; lines fit for names; excerpts. */
#include "text/words.h"

#include <stdlib.h>

#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>

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

/* Letters, marks, digits, connectors; between them also the middle dots and the joiner that words are written with. */
static bool tag_ok(str name)
{
	size_t runes = 0;
	bool solid = false, digits = true, last_solid = false;

	for (size_t at = 0; at < name.n;) {
		uint32_t r = str_rune(name, &at);
		bool joins = r == 0xb7 || r == 0x30fb || r == 0x200c, connects;

		if (joins && !runes)
			return false;
		connects = uc_is_general_category_withtable(r, UC_CATEGORY_MASK_Pc);
		if (!joins && !connects &&
		    !uc_is_general_category_withtable(r, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Nd))
			return false;
		last_solid = !joins;
		solid |= !joins && !connects;
		digits &= uc_is_general_category_withtable(r, UC_CATEGORY_MASK_Nd);
		if (++runes > TAG_RUNES_MAX)
			return false;
	}
	return solid && !digits && last_solid;
}

static str fold_once(struct arena *mem, str s)
{
	size_t n;
	uint8_t *p = u8_casefold((const uint8_t *)s.p, s.n, NULL, UNINORM_NFKC, NULL, &n);
	str folded = p ? str_dup(mem, str_n((const char *)p, n)) : STR_NONE;

	free(p);
	return folded;
}

str tag_fold(struct arena *mem, str shown)
{
	str name = shown;
	bool ascii = true;

	if (!str_skip(&name, S("#")))
		str_skip(&name, S("\xef\xbc\x83"));
	if (!name.n || name.n > 8 * TAG_RUNES_MAX)
		return STR_NONE;
	for (size_t i = 0; i < name.n; i++)
		ascii &= (unsigned char)name.p[i] < 0x80;
	if (ascii) {
		name = str_lower(mem, name);
	} else {
		/* twice: folding may make what normalising makes into something to fold */
		name = fold_once(mem, fold_once(mem, name));
	}
	return tag_ok(name) ? name : STR_NONE;
}

str text_excerpt(struct arena *mem, str text, size_t runes)
{
	enum { NEAR = 20 }; /* bytes to go back for the end of a word */
	str head = str_head_runes(text, runes);

	if (head.n == text.n || !runes)
		return head;
	head = str_head_runes(text, runes - 1);
	for (size_t i = head.n; i > 0 && head.n - i < NEAR; i--) {
		if (head.p[i - 1] != ' ' && head.p[i - 1] != '\n')
			continue;
		head.n = i;
		break;
	}
	while (head.n && (head.p[head.n - 1] == ' ' || head.p[head.n - 1] == '\n'))
		head.n--;
	return str_cat(mem, head, S("\xe2\x80\xa6"));
}

bool text_is_emoji(str s)
{
	enum { MOST = 64,
	       KEYCAP = 0x20e3,
	       AS_EMOJI = 0xfe0f };
	const uint8_t *p = (const uint8_t *)s.p;
	ucs4_t first = 0, second = 0;
	char breaks[MOST];
	int n;

	if (!s.n || s.n > MOST || !str_utf8(s))
		return false;
	u8_grapheme_breaks(p, s.n, breaks);
	if (memchr(breaks + 1, 1, s.n - 1))
		return false;
	n = u8_mbtouc(&first, p, s.n);
	if ((size_t)n < s.n)
		u8_mbtouc(&second, p + n, s.n - (size_t)n);
	return uc_is_general_category(first, UC_OTHER_SYMBOL) || second == AS_EMOJI || second == KEYCAP;
}
