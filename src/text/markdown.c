/* Markdown by cmark, the reference implementation of CommonMark. HTML in it is text. What cmark writes goes through the
 * cleaner; that comes out in one known form (no '>' but at the end of a tag, three escapes), so that the text between the
 * tags can be scanned like plain text. */
#include <cmark.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/clean.h"
#include "text/compose.h"
#include "text/emit.h"
#include "text/scan.h"

enum { MARKDOWN_MAX = CLEAN_INPUT_MAX };

static void free_node(cmark_node **n)
{
	if (*n)
		cmark_node_free(*n);
}

static cmark_node *text_node(cmark_node *from)
{
	struct arena mem ARENA_SCOPE;
	cmark_node *text = cmark_node_new(CMARK_NODE_TEXT), *paragraph;

	cmark_node_set_literal(text, cstr(&mem, str_trim(str_of(cmark_node_get_literal(from)))));
	if (cmark_node_get_type(from) == CMARK_NODE_HTML_INLINE)
		return text;
	paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
	cmark_node_append_child(paragraph, text);
	return paragraph;
}

/* HTML as typed becomes what it looks like. */
static void html_to_text(cmark_node *doc)
{
	cmark_iter *it = cmark_iter_new(doc);

	while (cmark_iter_next(it) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it), *text;
		cmark_node_type type = cmark_node_get_type(node);

		if (type != CMARK_NODE_HTML_INLINE && type != CMARK_NODE_HTML_BLOCK)
			continue;
		text = text_node(node);
		cmark_node_replace(node, text); /* leaves have one event, so the iterator is past the node */
		cmark_node_free(node);
	}
	cmark_iter_free(it);
}

/* cmark ends tags of blocks and line breaks with a line end, which the cleaner would take for one of the text. */
static str without_line_ends(struct arena *mem, str html)
{
	struct buf b = buf_new(mem, html.n);
	bool in_code = false;
	str line;

	while (str_cut(&html, '\n', &line)) {
		buf_add(&b, line);
		if (str_starts(line, S("<pre>")))
			in_code = true;
		if (str_ends(line, S("</pre>")))
			in_code = false;
		if (in_code || (!str_ends(line, S(">")) && html.n))
			buf_byte(&b, '\n');
	}
	return buf_str(&b);
}

static str render(struct arena *mem, str text)
{
	cmark_node *doc __attribute__((cleanup(free_node))) = NULL;
	char *html;
	str out;

	text = str_to(text, MARKDOWN_MAX);
	while (text.n && !str_utf8(text))
		text.n--;
	doc = cmark_parse_document(text.n ? text.p : "", text.n, CMARK_OPT_DEFAULT);
	html_to_text(doc);
	html = cmark_render_html(doc, CMARK_OPT_HARDBREAKS);
	out = clean_html(mem, without_line_ends(mem, str_of(html)));
	free(html);
	return out;
}

/* Names in the text */

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

/* Scans the text of canonical HTML; writes it out with its links if out is not NULL. */
static void pass(struct arena *mem, str html, struct compose *c, struct buf *out)
{
	int shields = 0;

	while (html.n) {
		long at = str_chr(html, html.p[0] == '<' ? '>' : '<');
		size_t n = at < 0 ? html.n : (size_t)at + (html.p[0] == '<');
		str piece = str_to(html, n), text;

		html = str_from(html, n);
		if (piece.p[0] == '<' && tag_shields(piece))
			shields += piece.p[1] == '/' ? -1 : 1;
		if (piece.p[0] == '<' || shields) {
			if (out)
				buf_add(out, piece);
			continue;
		}
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
