/* Words, "phrases", -exclusion and operators, as https://docs.joinmastodon.org/methods/search/ and Mastodon's help have them. */
#include "text/query.h"

#include "base/arena.h"
#include "base/clock.h"
#include "text/terms.h"
#include "text/words.h"

struct parsing {
	struct arena *mem;
	struct query *q;
};

static bool add_word(struct parsing *p, struct query_word w)
{
	if (p->q->words_n < QUERY_WORDS && w.terms.n)
		p->q->words[p->q->words_n++] = w;
	return true;
}

static bool add_text(struct parsing *p, str text, bool without)
{
	struct query_word w = { .terms = { NEWS(p->mem, str, QUERY_TERMS), 0 }, .without = without };

	terms_query(p->mem, text, &w.terms, QUERY_TERMS, &w.prefix);
	return add_word(p, w);
}

static bool add_mark(struct parsing *p, str kind, str value, bool without)
{
	struct query_word w = { .terms = { NEW(p->mem, str), 1 }, .without = without };

	w.terms.v[0] = term_mark(p->mem, kind, value);
	return add_word(p, w);
}

static bool one_of(str value, const char *const *list)
{
	for (; *list; list++)
		if (str_eq(value, str_of(*list)))
			return true;
	return false;
}

static bool take_from(struct parsing *p, str value, bool without)
{
	str_skip(&value, S("@"));
	if (!value.n)
		return false;
	if (p->q->from_n < QUERY_FROM)
		p->q->from[p->q->from_n++] = (struct query_from){ value, without };
	return true;
}

static bool day(str value, int64_t *ms)
{
	return value.n == sizeof("2026-01-01") - 1 && clock_parse_iso(value, ms) && *ms > 0;
}

static void narrow(struct query *q, int64_t after, int64_t before)
{
	if (after && after > q->after)
		q->after = after;
	if (before && (!q->before || before < q->before))
		q->before = before;
}

static bool take_before(struct parsing *p, str value, bool without)
{
	int64_t ms;

	if (!day(value, &ms))
		return false;
	narrow(p->q, without ? ms : 0, without ? 0 : ms);
	return true;
}

static bool take_after(struct parsing *p, str value, bool without)
{
	int64_t ms;

	if (!day(value, &ms))
		return false;
	narrow(p->q, without ? 0 : ms + DAY, without ? ms + DAY : 0);
	return true;
}

static bool take_during(struct parsing *p, str value, bool without)
{
	int64_t ms;

	if (without || !day(value, &ms))
		return false;
	narrow(p->q, ms, ms + DAY);
	return true;
}

static bool take_has(struct parsing *p, str value, bool without)
{
	static const char *const known[] = { "media", "image", "video", "audio", "poll", "link", "embed", NULL };

	return one_of(value, known) && add_mark(p, S("has"), value, without);
}

static bool take_is(struct parsing *p, str value, bool without)
{
	static const char *const known[] = { "reply", "sensitive", NULL };

	return one_of(value, known) && add_mark(p, S("is"), value, without);
}

static bool take_language(struct parsing *p, str value, bool without)
{
	return language_ok(value) && add_mark(p, S("language"), value, without);
}

static bool take_in(struct parsing *p, str value, bool without)
{
	bool library = str_eq(value, S("library")), public = str_eq(value, S("public"));

	if (!library && !public && !str_eq(value, S("all")))
		return false;
	p->q->library |= without ? public : library;
	p->q->public |= without ? library : public;
	return true;
}

/* take: false if it makes no sense of the value. */
static const struct {
	const char *name;
	bool (*take)(struct parsing *p, str value, bool without);
} operators[] = {
	{ "from:", take_from }, { "before:", take_before }, { "after:", take_after }, { "during:", take_during },
	{ "has:", take_has }, { "is:", take_is }, { "language:", take_language }, { "in:", take_in },
};

static bool operator(struct parsing *p, str word, bool without)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		str name = str_of(operators[i].name);

		if (str_istarts(word, name) && word.n > name.n)
			return operators[i].take(p, str_lower(p->mem, str_from(word, name.n)), without);
	}
	return false;
}

static void take_word(struct parsing *p, str word, bool without)
{
	str tag = str_starts(word, S("#")) ? tag_fold(p->mem, str_from(word, 1)) : STR_NONE;

	if (operator(p, word, without))
		return;
	if (tag.n)
		add_mark(p, S("tag"), tag, without);
	else
		add_text(p, word, without);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void query_parse(struct arena *mem, str text, struct query *q)
{
	struct parsing p = { mem, q };

	*q = (struct query){ 0 };
	while (text.n && q->words_n < QUERY_WORDS) {
		size_t n = 0;
		bool without;
		str part;

		if (is_space(text.p[0])) {
			text = str_from(text, 1);
			continue;
		}
		without = text.n > 1 && str_skip(&text, S("-"));
		if (str_skip(&text, S("\""))) {
			str_cut(&text, '"', &part);
			add_text(&p, part, without);
			continue;
		}
		while (n < text.n && !is_space(text.p[n]))
			n++;
		take_word(&p, str_to(text, n), without);
		text = str_from(text, n);
	}
}
