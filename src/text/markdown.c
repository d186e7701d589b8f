/* Markdown goes through md4c, without raw HTML, and then through the cleaner. What comes out is of one known form (no
 * '>' but at the end of a tag, three escapes), so that the text between the tags can be scanned like plain text. */
#include <md4c-html.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/clean.h"
#include "text/compose.h"
#include "text/emit.h"
#include "text/scan.h"

enum { MARKDOWN_MAX = CLEAN_INPUT_MAX };

static void add_html(const MD_CHAR *html, MD_SIZE n, void *out)
{
	buf_add(out, str_n(html, n));
}

static str render(struct arena *mem, str text)
{
	struct buf out = buf_new(mem, 16 * MARKDOWN_MAX);

	text = str_to(text, MARKDOWN_MAX);
	while (text.n && !str_utf8(text))
		text.n--;
	if (md_html(text.p, (MD_SIZE)text.n, add_html, &out, MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH, 0))
		return S("");
	return clean_html(mem, str_or(str_n(out.p, out.n), S("")));
}

static bool tag_in(str tag, const char *const *names)
{
	str name = str_from(tag, tag.n > 1 && tag.p[1] == '/' ? 2 : 1);
	size_t n = 0;

	while (n < name.n && name.p[n] != ' ' && name.p[n] != '>')
		n++;
	for (; *names; names++)
		if (str_eq(str_to(name, n), str_of(*names)))
			return true;
	return false;
}

/* Line ends beside these mean nothing. */
static bool tag_breaks(str tag)
{
	static const char *const blocks[] = { "p", "h1", "h2", "h3", "h4", "h5", "ul", "ol", "li", "blockquote", "pre", "br", NULL };

	return tag_in(tag, blocks);
}

/* In these, text is only text. */
static bool tag_shields(str tag)
{
	static const char *const shields[] = { "a", "code", "pre", NULL };

	return tag_in(tag, shields);
}

static str unescape(struct arena *mem, str html)
{
	static const struct {
		const char *from;
		char to;
	} escapes[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' } };
	struct buf b = buf_new(mem, html.n + 1);

	while (html.n) {
		char c = html.p[0];
		size_t n = 1;

		for (size_t i = 0; c == '&' && i < 3; i++) {
			if (!str_starts(html, str_of(escapes[i].from)))
				continue;
			c = escapes[i].to;
			n = strlen(escapes[i].from);
			break;
		}
		buf_byte(&b, c);
		html = str_from(html, n);
	}
	return buf_str(&b);
}

static str without_line_ends(str s, bool front, bool back)
{
	while (front && s.n && s.p[0] == '\n')
		s = str_from(s, 1);
	while (back && s.n && s.p[s.n - 1] == '\n')
		s.n--;
	return s;
}

/* Scans the text of canonical HTML; writes it out with its links if out is not NULL. */
static void pass(struct arena *mem, str html, struct compose *c, struct buf *out)
{
	bool after_break = true;
	int shields = 0;

	while (html.n) {
		long at = str_chr(html, html.p[0] == '<' ? '>' : '<');
		size_t n = at < 0 ? html.n : (size_t)at + (html.p[0] == '<');
		str piece = str_to(html, n), text;

		html = str_from(html, n);
		if (piece.p[0] == '<') {
			after_break = tag_breaks(piece);
			if (tag_shields(piece))
				shields += piece.p[1] == '/' ? -1 : 1;
		}
		if (piece.p[0] == '<' || shields) {
			if (out)
				buf_add(out, piece);
			continue;
		}
		piece = without_line_ends(piece, after_break, !html.n || tag_breaks(html));
		if (!piece.n)
			continue;
		text = unescape(mem, piece);
		scan_text(mem, text, c);
		if (out)
			emit_text(out, text, 0, c, EMIT_LINES);
	}
}

void compose_scan_markdown(struct arena *mem, str text, struct compose *found)
{
	*found = (struct compose){ .tag_base = found->tag_base };
	pass(mem, render(mem, text), found, NULL);
	found->spans = NULL;
	found->span_count = 0;
}

str compose_markdown(struct arena *mem, str text, const struct compose *c)
{
	struct buf out = emit_buf(mem, text);
	struct compose found = *c;

	pass(mem, render(mem, text), &found, &out);
	return str_or(buf_str(&out), S(""));
}
