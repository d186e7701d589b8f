/* Folding is done on the whole text, then it is cut in one pass. Linear but for runs of combining marks, which libunistring
 * sorts. Accents are dropped where they are ornament (Latin, Greek, Cyrillic, Hebrew, Arabic), and kept where a mark is a letter
 * of its own (kana, Indic and Thai vowels). */
#include "text/terms.h"

#include <stdlib.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/arena.h"
#include "base/buf.h"

enum { SHORT = 3 /* letters */ };

struct range {
	uint32_t from, to;
};
static const struct range ornaments[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05c7 }, { 0x0610, 0x061a }, { 0x0640, 0x0640 }, { 0x064b, 0x065f },
	{ 0x0670, 0x0670 }, { 0x06d6, 0x06ed }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};
/* Written without spaces between words. */
static const struct range unspaced[] = {
	{ 0x0e00, 0x0eff }, { 0x1000, 0x109f }, { 0x1780, 0x17ff }, { 0x2e80, 0x312f }, { 0x3130, 0x9fff }, { 0xac00, 0xd7ff },
	{ 0xf900, 0xfaff }, { 0x20000, 0x3ffff },
};
/* Ways of writing that no decomposition unites. */
static const struct {
	uint32_t rune;
	const char *plain;
} same[] = {
	{ 0x00e6, "ae" }, { 0x00f8, "o" }, { 0x0111, "d" }, { 0x0131, "i" }, { 0x0142, "l" }, { 0x0153, "oe" },
	{ 0x0629, "ه" }, { 0x0649, "ي" }, { 0x06a9, "ك" }, { 0x06c1, "ه" }, { 0x06cc, "ي" },
};
#define IN(ranges, r) in_ranges(ranges, sizeof(ranges) / sizeof(ranges[0]), r)

static bool in_ranges(const struct range *list, size_t n, uint32_t r)
{
	for (size_t i = 0; i < n && list[i].from <= r; i++)
		if (r <= list[i].to)
			return true;
	return false;
}

static void add_plain(struct buf *b, str text, size_t from, size_t to)
{
	size_t at = from;
	uint32_t r = str_rune(text, &at);
	int digit;

	if (r < 0x80) {
		buf_byte(b, text.p[from]);
		return;
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (same[i].rune == r) {
			buf_add(b, str_of(same[i].plain));
			return;
		}
	if (IN(ornaments, r) || uc_is_general_category_withtable(r, UC_CATEGORY_MASK_Cf))
		return;
	digit = uc_decimal_value(r);
	if (digit >= 0)
		buf_byte(b, (char)('0' + digit));
	else
		buf_add(b, str_n(text.p + from, to - from));
}

static str composed(struct arena *mem, str text)
{
	size_t n;
	uint8_t *p = u8_normalize(UNINORM_NFC, (const uint8_t *)text.p, text.n, NULL, &n);
	str s = p ? str_dup(mem, str_n((const char *)p, n)) : S("");

	free(p);
	return s;
}

static str fold(struct arena *mem, str text)
{
	size_t n;
	uint8_t *p;
	str apart;
	struct buf b;

	if (!text.n)
		return S("");
	p = u8_casefold((const uint8_t *)text.p, text.n, NULL, UNINORM_NFKD, NULL, &n);
	if (!p)
		return S("");
	apart = str_n((const char *)p, n);
	b = buf_new(mem, 2 * n + 1);
	for (size_t at = 0, from = 0; at < apart.n; from = at) {
		str_rune(apart, &at);
		add_plain(&b, apart, from, at);
	}
	free(p);
	return b.n ? composed(mem, buf_str(&b)) : S("");
}

static bool in_word(uint32_t r)
{
	if (r < 0x80)
		return (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z');
	return uc_is_general_category_withtable(r, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N);
}

/* One that begins no earlier than *at, or STR_NONE; pairs: it is written without spaces. */
static str next_run(str text, size_t *at, bool *pairs)
{
	size_t from = *at, to = *at;

	*pairs = false;
	while (*at < text.n) {
		size_t here = *at;
		uint32_t r = str_rune(text, at);
		bool word = in_word(r), apart = word && IN(unspaced, r);

		if (to > from && (!word || apart != *pairs)) {
			*at = here;
			break;
		}
		if (!word) {
			from = to = *at;
			continue;
		}
		*pairs = apart;
		to = *at;
	}
	return to > from ? str_n(text.p + from, to - from) : STR_NONE;
}

static void add(struct strs *out, size_t max, str term)
{
	size_t n = TERM_BYTES_MAX;

	if (out->n >= max)
		return;
	if (term.n > n) {
		while (n && ((unsigned char)term.p[n] & 0xc0) == 0x80)
			n--;
		term = str_to(term, n);
	}
	out->v[out->n++] = term;
}

static void add_pairs(struct strs *out, size_t max, str run)
{
	size_t first = 0, second = 0, end;

	str_rune(run, &second);
	for (end = second; end < run.n; first = second, second = end) {
		str_rune(run, &end);
		add(out, max, str_n(run.p + first, end - first));
	}
	add(out, max, str_from(run, first));
}

/* *pairs: the last run is in pairs; *single: and is one character. */
static void add_terms(struct arena *mem, str text, struct strs *out, size_t max, bool *pairs, bool *single)
{
	str folded = fold(mem, text), run;
	size_t at = 0;
	bool apart;

	*pairs = *single = false;
	while (out->n < max && !str_none(run = next_run(folded, &at, &apart))) {
		size_t before = out->n;

		if (apart)
			add_pairs(out, max, run);
		else
			add(out, max, run);
		*pairs = apart;
		*single = apart && out->n - before == 1;
	}
}

void terms_add(struct arena *mem, str text, struct strs *out, size_t max)
{
	bool pairs, single;

	add_terms(mem, text, out, max, &pairs, &single);
}

void terms_query(struct arena *mem, str text, struct strs *out, size_t max, bool *prefix)
{
	bool pairs, single;

	add_terms(mem, text, out, max, &pairs, &single);
	/* more of the run may follow in the text: its last character need not stand at an end there */
	if (pairs && !single && out->n > 1)
		out->n--;
	*prefix = single;
}

static bool is_short(str term)
{
	size_t at = 0;

	return str_runes(term) <= SHORT && !IN(unspaced, str_rune(term, &at));
}

str term_pair(struct arena *mem, str first, str second)
{
	return is_short(first) && is_short(second) ? strf(mem, "%.*s" TERM_MARK "%.*s", STR_F(first), STR_F(second)) : STR_NONE;
}

str term_mark(struct arena *mem, str kind, str value)
{
	struct buf b = buf_new(mem, sizeof(TERM_MARK) + kind.n + 2 * TERM_BYTES_MAX);
	str rest = str_to(value, TERM_BYTES_MAX);
	size_t at = 0;

	buf_add(&b, S(TERM_MARK));
	buf_add(&b, kind);
	for (size_t from = 0; at < rest.n; from = at) {
		uint32_t r = str_rune(rest, &at);

		if (in_word(r) || (r >= 'A' && r <= 'Z'))
			buf_add(&b, str_n(rest.p + from, at - from));
	}
	return buf_str(&b);
}
