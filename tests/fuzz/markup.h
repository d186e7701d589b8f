#pragma once
/* The oracle for HTML that leaves the server: stricter than any browser. Shared by the targets that make HTML. */
#include <stdlib.h>

#include "base/str.h"

#define MUST(cond)               \
	do {                     \
		if (!(cond))     \
			abort(); \
	} while (0)

static bool markup_word(str s, const char *const *list)
{
	for (; *list; list++)
		if (str_eq(s, str_of(*list)))
			return true;
	return false;
}

static void markup_attribute(str name, str value)
{
	static const char *const names[] = { "href", "class", "lang", "rel", "target", "start", "reversed", "value", "translate",
		                             NULL };
	static const char *const schemes[] = { "http://", "https://", "dat:", "dweb:", "ipfs:", "ipns:", "ssb:", "gopher:",
		                               "xmpp:", "magnet:", "gemini:", NULL };
	bool ok = false;

	MUST(markup_word(name, names));
	if (!str_eq(name, S("href")))
		return;
	for (size_t i = 0; schemes[i]; i++)
		ok |= str_istarts(value, str_of(schemes[i]));
	MUST(ok);
}

/* At the '<' of a start tag; its length. */
static size_t markup_start(str s, str *name, bool *empty)
{
	static const char *const names[] = { "a", "abbr", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5",
		                             "i", "li", "ol", "p", "pre", "rp", "rt", "ruby", "s", "span", "strong", "sub", "sup",
		                             "u", "ul", NULL };
	size_t i = 1, from = 1;
	bool href = false, rel = false;

	while (i < s.n && s.p[i] != ' ' && s.p[i] != '>')
		i++;
	*name = str_n(s.p + from, i - from);
	MUST(markup_word(*name, names));
	while (i + 1 < s.n && s.p[i] == ' ' && s.p[i + 1] != '/') {
		long eq, end;
		str rest = str_from(s, i + 1), attr, value;

		eq = str_find(rest, S("=\""));
		MUST(eq > 0);
		attr = str_to(rest, (size_t)eq);
		rest = str_from(rest, (size_t)eq + 2);
		end = str_chr(rest, '"');
		MUST(end >= 0);
		value = str_to(rest, (size_t)end);
		MUST(str_chr(value, '<') < 0 && str_chr(value, '>') < 0);
		markup_attribute(attr, value);
		href |= str_eq(attr, S("href"));
		rel |= str_eq(attr, S("rel")) && str_ends(value, S("nofollow noopener noreferrer"));
		i += 1 + (size_t)eq + 2 + (size_t)end + 1;
	}
	MUST(str_eq(*name, S("a")) == href && href == rel);
	*empty = str_starts(str_from(s, i), S(" />"));
	MUST(*empty == str_eq(*name, S("br")));
	i += *empty ? 2 : 0;
	MUST(i < s.n && s.p[i] == '>');
	return i + 1;
}

/* Balanced, nested at most 64 deep, nothing but what posts may have; else the program ends. */
static void markup_check(str s)
{
	str open[64];
	size_t depth = 0;

	MUST(str_utf8(s));
	while (s.n) {
		str name = STR_NONE;
		bool empty;

		if (s.p[0] == '<' && s.n > 1 && s.p[1] == '/') {
			MUST(depth > 0);
			name = open[--depth];
			MUST(str_starts(str_from(s, 2), name));
			MUST(s.p[2 + name.n] == '>');
			s = str_from(s, name.n + 3);
		} else if (s.p[0] == '<') {
			s = str_from(s, markup_start(s, &name, &empty));
			if (!empty) {
				MUST(depth < 64);
				open[depth++] = name;
			}
		} else {
			MUST(s.p[0] != '>' && ((unsigned char)s.p[0] >= 0x20 || s.p[0] == '\n' || s.p[0] == '\t'));
			s = str_from(s, 1);
		}
	}
	MUST(!depth);
}
