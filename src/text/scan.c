/* Finds @user@domain, #hashtag and https://... in what was typed, as Mastodon does, so that a post reads the same
 * there. One pass: each candidate is either taken or skipped whole, and there is a bound on how many are looked at. */
#include "text/scan.h"

#include <unictype.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/url.h"
#include "text/words.h"

enum {
	TRIES_MAX = 4096, /* candidates looked at; what follows stays text */
	USER_MAX = 255,
	DOMAIN_MAX = 1012, /* 253 characters of UTF-8 */
	PORT_DIGITS = 5,
};

struct scanner {
	struct arena *mem;
	str text;
	struct compose *c;
	size_t room; /* in c->spans */
	int tries;
};

static bool ascii_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool in_category(uint32_t r, uint32_t mask)
{
	return uc_is_general_category_withtable(r, mask);
}

static bool word_rune(uint32_t r)
{
	if (r < 0x80)
		return ascii_word((char)r);
	return in_category(r, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Nd | UC_CATEGORY_MASK_Pc);
}

static char at(const struct scanner *sc, size_t i)
{
	return i < sc->text.n ? sc->text.p[i] : '\0';
}

static struct compose_span *span_add(struct scanner *sc, enum compose_kind kind, size_t from, size_t to)
{
	struct compose *c = sc->c;

	if (c->span_count == sc->room) {
		struct compose_span *more = NEWS(sc->mem, struct compose_span, sc->room ? 2 * sc->room : 8);

		if (c->span_count)
			memcpy(more, c->spans, c->span_count * sizeof(*more));
		c->spans = more;
		sc->room = sc->room ? 2 * sc->room : 8;
	}
	c->spans[c->span_count] = (struct compose_span){ .kind = kind, .at = from, .n = to - from };
	return &c->spans[c->span_count++];
}

/* Links */

/* What may stand in a link: no white space, no brackets of HTML, no punctuation of other scripts. */
static bool link_rune(uint32_t r)
{
	if (r < 0x80)
		return r > ' ' && r != 0x7f && !strchr("<>\"`{}|\\^", (int)r);
	return in_category(r, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_S |
	                              UC_CATEGORY_MASK_Pc);
}

/* Without the punctuation of the sentence around it; a bracket stays if its partner is inside. */
static str link_trim(str url)
{
	long round = 0, square = 0;

	for (size_t i = 0; i < url.n; i++) {
		round += (url.p[i] == '(') - (url.p[i] == ')');
		square += (url.p[i] == '[') - (url.p[i] == ']');
	}
	while (url.n) {
		char c = url.p[url.n - 1];

		if (c == ')' && round < 0)
			round++;
		else if (c == ']' && square < 0)
			square++;
		else if (c == '(')
			round--;
		else if (c == '[')
			square--;
		else if (!strchr("?!*';:,.$~&@", c))
			break;
		url.n--;
	}
	return url;
}

/* What the link points to: the host by url_parse(), the rest percent-encoded where it is not ASCII. */
static str link_href(struct arena *mem, str typed)
{
	struct buf b = buf_new(mem, 3 * typed.n + 1);
	size_t host_end = (size_t)str_find(typed, S("://")) + 3;
	struct url u;

	while (host_end < typed.n && !strchr("/?#", typed.p[host_end]))
		host_end++;
	buf_add(&b, str_to(typed, host_end));
	for (size_t i = host_end; i < typed.n; i++) {
		unsigned char c = (unsigned char)typed.p[i];

		if (c < 0x80)
			buf_byte(&b, (char)c);
		else
			buf_addf(&b, "%%%02X", c);
	}
	if (url_parse(mem, buf_str(&b), &u))
		return STR_NONE;
	return str_none(u.fragment) ? u.whole : strf(mem, "%.*s#%.*s", STR_F(u.whole), STR_F(u.fragment));
}

/* Each of these looks at what begins at from, and says where reading goes on; from: there is nothing. */
static size_t take_link(struct scanner *sc, size_t from, uint32_t before)
{
	str rest = str_from(sc->text, from), href;
	size_t end = from;

	if (!str_istarts(rest, S("http://")) && !str_istarts(rest, S("https://")))
		return from;
	if ((before < 0x80 && ascii_word((char)before)) || before == '@' || before == '$' || before == '#')
		return from;
	for (size_t next = from; next < sc->text.n; end = next)
		if (!link_rune(str_rune(sc->text, &next)))
			break;
	rest = link_trim(str_n(sc->text.p + from, end - from));
	if (rest.n > 2048)
		return end;
	href = link_href(sc->mem, rest);
	if (str_none(href))
		return end;
	span_add(sc, COMPOSE_LINK, from, from + rest.n)->href = href;
	return from + rest.n;
}

/* Mentions */

static bool mention_find(struct scanner *sc, str user, str domain, size_t *which)
{
	struct compose *c = sc->c;

	for (size_t i = 0; i < c->mention_count; i++) {
		if (!str_ieq(c->mentions[i].user, user) || !str_eq(str_or(c->mentions[i].domain, S("")), str_or(domain, S(""))))
			continue;
		*which = i;
		return true;
	}
	if (c->mention_count == COMPOSE_MENTIONS_MAX)
		return false;
	if (!c->mentions)
		c->mentions = NEWS(sc->mem, struct compose_mention, COMPOSE_MENTIONS_MAX);
	*which = c->mention_count++;
	c->mentions[*which] = (struct compose_mention){ .user = user, .domain = domain };
	return true;
}

static size_t user_end(const struct scanner *sc, size_t from)
{
	size_t end = from;

	for (size_t i = from; ascii_word(at(sc, i)) || (i > from && (at(sc, i) == '.' || at(sc, i) == '-')); i++)
		if (ascii_word(at(sc, i)))
			end = i + 1;
	return end;
}

static size_t domain_end(const struct scanner *sc, size_t from)
{
	size_t end = from, digits = 0;

	for (size_t i = from; i < sc->text.n && i - from <= DOMAIN_MAX;) {
		uint32_t r = str_rune(sc->text, &i);

		if (word_rune(r))
			end = i;
		else if (r != '.' && r != '-')
			break;
	}
	if (end == from || at(sc, end) != ':')
		return end;
	while (at(sc, end + 1 + digits) >= '0' && at(sc, end + 1 + digits) <= '9')
		digits++;
	return digits > 1 && digits <= PORT_DIGITS ? end + 1 + digits : end;
}

static size_t take_mention(struct scanner *sc, size_t from, uint32_t before)
{
	size_t user = user_end(sc, from + 1), end = user, which;
	str domain = STR_NONE;

	if (user == from + 1 || user - from > USER_MAX || word_rune(before) || before == '/' || before == '=')
		return from;
	if (at(sc, user) == '@')
		end = domain_end(sc, user + 1);
	if (end == user + 1)
		end = user;
	if (end > user && url_domain(sc->mem, str_n(sc->text.p + user + 1, end - user - 1), &domain))
		return end;
	if (mention_find(sc, str_n(sc->text.p + from + 1, user - from - 1), domain, &which))
		span_add(sc, COMPOSE_MENTION, from, end)->which = which;
	return end;
}

/* Hashtags */

static bool tag_find(struct scanner *sc, str name, str shown, size_t *which)
{
	struct compose *c = sc->c;

	for (size_t i = 0; i < c->tag_count; i++) {
		if (!str_eq(c->tags[i].name, name))
			continue;
		*which = i;
		return true;
	}
	if (c->tag_count == COMPOSE_TAGS_MAX)
		return false;
	if (!c->tags)
		c->tags = NEWS(sc->mem, struct compose_tag, COMPOSE_TAGS_MAX);
	*which = c->tag_count++;
	c->tags[*which] = (struct compose_tag){ name, shown };
	return true;
}

static size_t take_tag(struct scanner *sc, size_t from, size_t begin, uint32_t before)
{
	size_t end = begin, which;
	str name, shown;

	if (word_rune(before) || (before && before < 0x80 && strchr("=/)&", (int)before)))
		return from;
	for (size_t next = begin; next < sc->text.n;) {
		uint32_t r = str_rune(sc->text, &next);

		if (word_rune(r))
			end = next;
		else if (next == begin || (r != 0xb7 && r != 0x30fb && r != 0x200c))
			break;
	}
	if (end == begin)
		return from;
	shown = str_n(sc->text.p + begin, end - begin);
	name = tag_fold(sc->mem, shown);
	if (!str_none(name) && tag_find(sc, name, shown, &which))
		span_add(sc, COMPOSE_TAG, from, end)->which = which;
	return end;
}

void scan_text(struct arena *mem, str text, struct compose *found)
{
	struct scanner sc = { mem, text, found, 0, 0 };
	uint32_t before = 0;

	found->spans = NULL;
	found->span_count = 0;
	for (size_t i = 0; i < text.n && sc.tries < TRIES_MAX;) {
		size_t next = i, end = i;
		uint32_t r = str_rune(text, &next);

		if (r == 'h' || r == 'H')
			end = take_link(&sc, i, before);
		else if (r == '@')
			end = take_mention(&sc, i, before);
		else if (r == '#' || r == 0xff03)
			end = take_tag(&sc, i, next, before);
		sc.tries += end > i;
		before = end > i ? (unsigned char)text.p[end - 1] : r;
		if (before >= 0x80 && end > i)
			before = 'x'; /* the end of a word */
		i = end > i ? end : next;
	}
}
