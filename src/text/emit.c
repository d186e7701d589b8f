/* How posts name people, hashtags and pages in HTML. */
#include "text/emit.h"

#include "text/walk.h"

enum { LINK_SHOWN = 30 }; /* characters shown of a link */

#define LINK_TAIL "nofollow noopener noreferrer\" target=\"_blank\">"

/* The cleaner's way to write text, so that cleaning changes nothing. */
static void add_text(struct buf *out, str s)
{
	while (s.n) {
		size_t n = walk_rune(s);
		char c = s.p[0];

		if (c == '&')
			buf_add(out, S("&amp;"));
		else if (c == '<')
			buf_add(out, S("&lt;"));
		else if (c == '>')
			buf_add(out, S("&gt;"));
		else
			buf_add(out, str_to(s, n));
		s = str_from(s, n ? n : 1);
	}
}

/* One line end is a line break, more are a new paragraph where there may be one. */
static void add_lines(struct buf *out, str s, enum emit_as as)
{
	while (s.n) {
		long at = str_chr(s, '\n');
		size_t ends = 0, next = at < 0 ? s.n : (size_t)at;

		add_text(out, str_to(s, next));
		for (size_t i = next; i < s.n && strchr(" \t\r\n", s.p[i]); i++) {
			if (s.p[i] != '\n')
				continue;
			ends++;
			next = i + 1;
		}
		s = str_from(s, next);
		if (ends)
			buf_add(out, ends == 1 || as == EMIT_LINES ? S("<br />") : S("</p><p>"));
	}
}

static void add_href(struct buf *out, str href)
{
	buf_add(out, S("<a href=\""));
	buf_html(out, href);
	buf_byte(out, '"');
}

/* Several accounts of one user name are told apart by their domains. */
static bool name_is_shared(const struct compose *c, const struct compose_mention *m)
{
	for (size_t i = 0; i < c->mention_count; i++)
		if (&c->mentions[i] != m && c->mentions[i].href.n && str_ieq(c->mentions[i].user, m->user))
			return true;
	return false;
}

static void add_mention(struct buf *out, const struct compose *c, str typed, const struct compose_mention *m)
{
	if (!m->href.n) {
		add_text(out, typed);
		return;
	}
	buf_add(out, S("<span class=\"h-card\" translate=\"no\">"));
	add_href(out, m->href);
	buf_add(out, S(" class=\"u-url mention\" rel=\"" LINK_TAIL "@<span>"));
	add_text(out, str_or(m->shown, m->user));
	if (m->domain.n && name_is_shared(c, m)) {
		buf_byte(out, '@');
		add_text(out, m->domain);
	}
	buf_add(out, S("</span></a></span>"));
}

static void add_tag(struct buf *out, const struct compose *c, str typed, const struct compose_tag *tag)
{
	size_t sign = typed.p[0] == '#' ? 1 : 3; /* full-width # */

	if (str_none(c->tag_base)) {
		add_text(out, typed);
		return;
	}
	buf_add(out, S("<a href=\""));
	buf_html(out, c->tag_base);
	buf_pct(out, tag->name);
	buf_add(out, S("\" class=\"mention hashtag\" rel=\"tag " LINK_TAIL "#<span>"));
	add_text(out, str_from(typed, sign));
	buf_add(out, S("</span></a>"));
}

static void add_link(struct buf *out, str typed, str href)
{
	size_t scheme = (size_t)str_find(typed, S("://")) + 3;
	str rest = str_from(typed, scheme), head;

	if (str_istarts(rest, S("www.")) && rest.n > 4)
		scheme += 4;
	rest = str_from(typed, scheme);
	head = str_head_runes(rest, LINK_SHOWN);
	add_href(out, href);
	buf_add(out, S(" rel=\"" LINK_TAIL "<span class=\"invisible\">"));
	add_text(out, str_to(typed, scheme));
	buf_add(out, head.n < rest.n ? S("</span><span class=\"ellipsis\">") : S("</span><span>"));
	add_text(out, head);
	if (head.n < rest.n) {
		buf_add(out, S("</span><span class=\"invisible\">"));
		add_text(out, str_from(rest, head.n));
	}
	buf_add(out, S("</span></a>"));
}

static void add_span(struct buf *out, const struct compose *c, str text, const struct compose_span *span)
{
	str typed = str_n(text.p + span->at, span->n);

	if (span->kind == COMPOSE_MENTION)
		add_mention(out, c, typed, &c->mentions[span->which]);
	else if (span->kind == COMPOSE_TAG)
		add_tag(out, c, typed, &c->tags[span->which]);
	else
		add_link(out, typed, span->href);
}

struct buf emit_buf(struct arena *mem, str text)
{
	/* enough for any text; the dearest is a mention of one letter */
	return buf_new(mem, 4096 * (text.n + 16));
}

void emit_text(struct buf *out, str text, size_t at, const struct compose *c, enum emit_as as)
{
	for (size_t i = 0; i < c->span_count; i++) {
		add_lines(out, str_n(text.p + at, c->spans[i].at - at), as);
		add_span(out, c, text, &c->spans[i]);
		at = c->spans[i].at + c->spans[i].n;
	}
	add_lines(out, str_from(text, at), as);
}
