#include "fed/jrd.h"

#include "base/url.h"
#include "fed/as_read.h"
#include "fed/fetch_as.h"

enum { LINKS = 64,
       TAG_MAX = 4096 };

/* As M takes it: activity+json, or ld+json with the right profile. */
static bool self_type(str type)
{
	return fetch_type_ok(type);
}

/* Lemmy has people and groups of the same name, and says which is which. */
static bool is_a(const json_t *link, str type)
{
	return str_eq(jr_str(jr_get(link, "properties"), "https://www.w3.org/ns/activitystreams#type"), type);
}

enum err jrd_read(struct arena *mem, str body, struct jrd *out)
{
	json_t *doc JR_SCOPE = NULL;
	const json_t *links;
	bool person = false;

	*out = (struct jrd){ 0 };
	if (jr_parse(body, &doc))
		return ERR_INVALID;
	links = jr_get(doc, "links");
	out->subject = str_dup(mem, jr_str(doc, "subject"));
	for (size_t i = 0; i < jr_len(links) && i < LINKS; i++) {
		const json_t *l = jr_at(links, i);
		str href = jr_str(l, "href");

		if (!str_eq(jr_str(l, "rel"), S("self")) || !self_type(jr_str(l, "type")) || !as_url_ok(mem, href))
			continue;
		if (str_none(out->self) || (is_a(l, S("Person")) && !person))
			out->self = str_dup(mem, href);
		if (str_none(out->group) && is_a(l, S("Group")))
			out->group = str_dup(mem, href);
		person = person || is_a(l, S("Person"));
	}
	return str_empty(out->subject) || out->subject.n > AS_ID_MAX || str_none(out->self) ? ERR_INVALID : OK;
}

static bool name_ok(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_.-", c))))
			return false;
	}
	return s.n > 0 && s.n <= AS_TEXT_MAX;
}

str handle_clean(struct arena *mem, str text)
{
	str domain;
	long at;

	if (str_istarts(text, S("acct:")))
		text = str_from(text, 5);
	str_skip(&text, S("@"));
	at = str_chr(text, '@');
	if (at <= 0 || !name_ok(str_to(text, (size_t)at)) || url_domain(mem, str_from(text, (size_t)at + 1), &domain))
		return STR_NONE;
	return strf(mem, "%.*s@%.*s", (int)at, text.p, STR_F(domain));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '/';
}

/* &amp; is the one entity that URLs in attributes have. */
static str unescape(struct arena *mem, str s)
{
	struct buf b = buf_new(mem, TAG_MAX);
	long at;

	while ((at = str_find(s, S("&amp;"))) >= 0) {
		buf_add(&b, str_to(s, (size_t)at + 1));
		s = str_from(s, (size_t)at + 5);
	}
	buf_add(&b, s);
	return buf_str(&b);
}

/* The value that begins at i, quoted or not; i goes behind it. */
static str value_at(str tag, size_t *i)
{
	size_t from = *i, end;
	long close;

	if (from < tag.n && (tag.p[from] == '"' || tag.p[from] == '\'')) {
		close = str_chr(str_from(tag, from + 1), tag.p[from]);
		from++;
		end = close < 0 ? tag.n : from + (size_t)close;
		*i = end + 1;
	} else {
		for (end = from; end < tag.n && (!is_space(tag.p[end]) || tag.p[end] == '/'); end++)
			;
		*i = end;
	}
	return str_n(tag.p + from, end - from);
}

/* The value of an attribute in the inside of a tag. */
static str attribute(struct arena *mem, str tag, str name)
{
	size_t i = 0;

	while (i < tag.n) {
		size_t from;
		str key, value;

		while (i < tag.n && is_space(tag.p[i]))
			i++;
		from = i;
		while (i < tag.n && tag.p[i] != '=' && !is_space(tag.p[i]))
			i++;
		key = str_n(tag.p + from, i - from);
		while (i < tag.n && is_space(tag.p[i]))
			i++;
		if (i >= tag.n || tag.p[i] != '=') {
			if (!key.n)
				i++;
			continue;
		}
		i++;
		while (i < tag.n && is_space(tag.p[i]) && tag.p[i] != '/')
			i++;
		value = value_at(tag, &i);
		if (str_ieq(key, name))
			return unescape(mem, value);
	}
	return STR_NONE;
}

/* The inside of the next <link ...>; false at the end. */
static bool next_link(str *rest, str *tag)
{
	long at;

	while ((at = str_chr(*rest, '<')) >= 0) {
		long end;

		*rest = str_from(*rest, (size_t)at + 1);
		if (str_starts(*rest, S("!--"))) {
			end = str_find(*rest, S("-->"));
			*rest = end < 0 ? S("") : str_from(*rest, (size_t)end);
			continue;
		}
		if (!str_istarts(*rest, S("link")) || rest->n < 5 || !is_space(rest->p[4]))
			continue;
		end = str_chr(str_to(*rest, TAG_MAX), '>');
		if (end < 0)
			continue;
		*tag = str_from(str_to(*rest, (size_t)end), 5);
		*rest = str_from(*rest, (size_t)end);
		return true;
	}
	return false;
}

str host_meta_url(struct arena *mem, str body, str resource)
{
	for (str tag; next_link(&body, &tag);) {
		str template = attribute(mem, tag, S("template"));
		long at = str_find(template, S("{uri}"));

		if (!str_ieq(attribute(mem, tag, S("rel")), S("lrdd")) || at < 0)
			continue;
		return strf(mem, "%.*s%.*s%.*s", (int)at, template.p, STR_F(resource), STR_F(str_from(template, (size_t)at + 5)));
	}
	return STR_NONE;
}

static bool has_word(str list, str word)
{
	for (str one; str_cut(&list, ' ', &one);)
		if (str_ieq(str_trim(one), word))
			return true;
	return false;
}

str alternate_in_page(struct arena *mem, str html)
{
	for (str tag; next_link(&html, &tag);) {
		str href = attribute(mem, tag, S("href"));

		if (has_word(attribute(mem, tag, S("rel")), S("alternate")) && fetch_type_ok(attribute(mem, tag, S("type"))) &&
		    !str_empty(href))
			return href;
	}
	return STR_NONE;
}

/* Link: <url>; rel="alternate"; type="application/activity+json", <url2>; ... */
static str alternate_in_line(struct arena *mem, str line)
{
	long open, close;

	while ((open = str_chr(line, '<')) >= 0) {
		struct buf tag = buf_new(mem, TAG_MAX);
		str url, params, piece;

		line = str_from(line, (size_t)open + 1);
		close = str_chr(line, '>');
		if (close < 0)
			return STR_NONE;
		url = str_to(line, (size_t)close);
		line = str_from(line, (size_t)close + 1);
		open = str_find(line, S(", <"));
		params = open < 0 ? line : str_to(line, (size_t)open);
		while (str_cut(&params, ';', &piece)) {
			buf_add(&tag, str_trim(piece));
			buf_byte(&tag, ' ');
		}
		if (has_word(attribute(mem, buf_str(&tag), S("rel")), S("alternate")) &&
		    fetch_type_ok(attribute(mem, buf_str(&tag), S("type"))))
			return url;
	}
	return STR_NONE;
}

str alternate_in_head(struct arena *mem, str head)
{
	for (str line; str_cut(&head, '\n', &line);) {
		str found;

		if (!str_istarts(line, S("link:")))
			continue;
		found = alternate_in_line(mem, str_from(line, 5));
		if (!str_none(found))
			return found;
	}
	return STR_NONE;
}
