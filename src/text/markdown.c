/* Markdown, the part of CommonMark that posts use: paragraphs, headings, quotes, lists, fenced code. What is written
 * goes through the cleaner; that comes out in one known form (no '>' but at the end of a tag, three escapes), so that
 * the text between the tags can be scanned like plain text. Containers nest to a bounded depth: linear. */
#include "base/arena.h"
#include "base/buf.h"
#include "text/clean.h"
#include "text/compose.h"
#include "text/emit.h"
#include "text/inline.h"
#include "text/scan.h"

enum {
	MARKDOWN_MAX = CLEAN_INPUT_MAX,
	NEST_MAX = 8, /* quotes and lists in each other; deeper ones are text */
};

struct blocks {
	struct arena *mem;
	struct buf out;
	int depth;
};

/* How a line of a list begins. */
struct marker {
	char sign;    /* what it is marked with: - * + . ) */
	size_t width; /* columns before the text */
	int start;    /* of numbered lists */
};

static bool ordered(const struct marker *m)
{
	return m->sign == '.' || m->sign == ')';
}

/* Lines */

static str next_line(str *rest)
{
	str line;

	if (!str_cut(rest, '\n', &line))
		return S("");
	str_chop(&line, S("\r"));
	return line;
}

static str peek_line(str rest)
{
	return next_line(&rest);
}

static bool blank(str line)
{
	return !str_trim(line).n;
}

static size_t indent(str line)
{
	size_t columns = 0;

	for (size_t i = 0; i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'); i++)
		columns += line.p[i] == '\t' ? 4 : 1;
	return columns;
}

/* Without so many columns of white space at its front, or as many as there are. */
static str outdent(str line, size_t columns)
{
	size_t gone = 0;

	while (gone < columns && line.n && (line.p[0] == ' ' || line.p[0] == '\t')) {
		gone += line.p[0] == '\t' ? 4 : 1;
		line = str_from(line, 1);
	}
	return line;
}

/* What begins a block; each says no for lines that are indented by four columns. */

static int heading_of(str line)
{
	str s = str_trim(line);
	size_t n = 0;

	while (n < s.n && s.p[n] == '#')
		n++;
	return n >= 1 && n <= 6 && n < s.n && (s.p[n] == ' ' || s.p[n] == '\t') ? (int)n : 0;
}

/* Length of the fence, 0 for none. */
static size_t fence_of(str line)
{
	str s = str_trim(line);
	size_t n = 0;

	while (n < s.n && (s.p[0] == '`' || s.p[0] == '~') && s.p[n] == s.p[0])
		n++;
	return n >= 3 && (s.p[0] == '~' || str_chr(str_from(s, n), '`') < 0) ? n : 0;
}

static bool rule_of(str line)
{
	str s = str_trim(line);
	size_t n = 0;

	if (!s.n || !strchr("*-_", s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == s.p[0])
			n++;
		else if (s.p[i] != ' ' && s.p[i] != '\t')
			return false;
	}
	return n >= 3;
}

static bool quote_of(str line)
{
	return str_starts(str_trim(line), S(">"));
}

static bool marker_of(str line, struct marker *m)
{
	size_t before = indent(line), digits = 0;
	str s = str_trim(line);
	int64_t start = 0;

	while (digits < s.n && digits < 9 && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	if (!s.n || s.n < digits + 3 || (s.p[digits + 1] != ' ' && s.p[digits + 1] != '\t'))
		return false;
	if (!strchr(digits ? ".)" : "-*+", s.p[digits]) || rule_of(line))
		return false;
	if (digits && !str_int(str_to(s, digits), &start))
		return false;
	*m = (struct marker){ s.p[digits], before + digits + 2, (int)start };
	return true;
}

static bool begins_block(str line)
{
	struct marker m;

	if (indent(line) >= 4)
		return false;
	return heading_of(line) || fence_of(line) || rule_of(line) || quote_of(line) ||
	       (marker_of(line, &m) && (!ordered(&m) || m.start == 1));
}

/* Blocks */

static void put_blocks(struct blocks *b, str text, bool tight);

static void put_heading(struct blocks *b, str line, int level)
{
	str s = str_trim(str_from(str_trim(line), (size_t)level)), open = s;

	while (str_chop(&open, S("#")))
		;
	if (!open.n || open.p[open.n - 1] == ' ')
		s = str_trim(open);
	buf_addf(&b->out, "<h%d>", level);
	inline_html(&b->out, s);
	buf_addf(&b->out, "</h%d>", level);
}

static void put_code(struct blocks *b, str *rest)
{
	str first = next_line(rest);
	size_t fence = fence_of(first), columns = indent(first);
	char sign = str_trim(first).p[0];

	buf_add(&b->out, S("<pre><code>"));
	while (!str_none(*rest)) {
		str line = next_line(rest), s = str_trim(line);

		if (fence_of(line) >= fence && s.p[0] == sign && s.p[s.n - 1] == sign)
			break;
		if (str_none(*rest) && !line.n)
			break;
		buf_html(&b->out, outdent(line, columns));
		buf_byte(&b->out, '\n');
	}
	buf_add(&b->out, S("</code></pre>"));
}

static void put_quote(struct blocks *b, str *rest)
{
	struct buf inside = buf_new(b->mem, MARKDOWN_MAX + 1);

	while (!str_none(*rest)) {
		str line = peek_line(*rest), s;

		if (blank(line) || (!quote_of(line) && begins_block(line)))
			break;
		next_line(rest);
		s = line;
		if (quote_of(line)) {
			s = outdent(line, indent(line));
			str_skip(&s, S(">"));
			str_skip(&s, S(" "));
		}
		buf_add(&inside, s);
		buf_byte(&inside, '\n');
	}
	buf_add(&b->out, S("<blockquote>"));
	put_blocks(b, buf_str(&inside), false);
	buf_add(&b->out, S("</blockquote>"));
}

/* The lines of one item, without their indentation. True if there are blank ones between. */
static bool read_item(str *rest, const struct marker *m, struct buf *item)
{
	str line = next_line(rest);
	size_t blanks = 0;
	bool loose = false;
	struct marker other;

	buf_add(item, outdent(str_from(outdent(line, indent(line)), m->width - indent(line) - 1), 1));
	for (str ahead = *rest; !str_none(ahead);) {
		line = next_line(&ahead);
		if (blank(line)) {
			blanks++;
			continue;
		}
		if (indent(line) < m->width && (blanks || begins_block(line) || marker_of(line, &other)))
			break;
		for (loose |= blanks > 0; blanks > 0; blanks--)
			buf_byte(item, '\n');
		buf_byte(item, '\n');
		buf_add(item, outdent(line, m->width));
		*rest = ahead;
	}
	return loose;
}

static void put_list(struct blocks *b, str *rest)
{
	struct marker first, m;

	marker_of(peek_line(*rest), &first);
	if (!ordered(&first))
		buf_add(&b->out, S("<ul>"));
	else if (first.start == 1)
		buf_add(&b->out, S("<ol>"));
	else
		buf_addf(&b->out, "<ol start=\"%d\">", first.start);
	while (!str_none(*rest)) {
		struct buf item = buf_new(b->mem, MARKDOWN_MAX + 1);
		str ahead = *rest;
		bool loose;

		while (!str_none(ahead) && blank(peek_line(ahead)))
			next_line(&ahead);
		if (!marker_of(peek_line(ahead), &m) || m.sign != first.sign || indent(peek_line(ahead)) >= 4)
			break;
		*rest = ahead;
		loose = read_item(rest, &m, &item);
		buf_add(&b->out, S("<li>"));
		put_blocks(b, buf_str(&item), !loose);
		buf_add(&b->out, S("</li>"));
	}
	buf_add(&b->out, ordered(&first) ? S("</ol>") : S("</ul>"));
}

static void put_paragraph(struct blocks *b, str *rest, bool tight)
{
	struct buf text = buf_new(b->mem, MARKDOWN_MAX + 1);

	do {
		if (text.n)
			buf_byte(&text, '\n');
		buf_add(&text, str_trim(next_line(rest)));
	} while (!str_none(*rest) && !blank(peek_line(*rest)) && !begins_block(peek_line(*rest)));
	buf_add(&b->out, tight ? S("") : S("<p>"));
	inline_html(&b->out, buf_str(&text));
	buf_add(&b->out, tight ? S("") : S("</p>"));
}

/* In what nests too deep, all is paragraphs. */
static void put_blocks(struct blocks *b, str text, bool tight)
{
	struct marker m;

	b->depth++;
	for (str rest = text; !str_none(rest);) {
		str line = peek_line(rest);
		bool flat = b->depth > NEST_MAX || indent(line) >= 4;

		if (blank(line) || (!flat && rule_of(line)))
			next_line(&rest);
		else if (!flat && fence_of(line))
			put_code(b, &rest);
		else if (!flat && heading_of(line))
			put_heading(b, next_line(&rest), heading_of(line));
		else if (!flat && quote_of(line))
			put_quote(b, &rest);
		else if (!flat && marker_of(line, &m))
			put_list(b, &rest);
		else
			put_paragraph(b, &rest, tight);
	}
	b->depth--;
}

static str render(struct arena *mem, str text)
{
	struct arena tmp ARENA_SCOPE;
	struct blocks b = { &tmp, buf_new(&tmp, 32 * MARKDOWN_MAX), 0 };

	text = str_to(text, MARKDOWN_MAX);
	while (text.n && !str_utf8(text))
		text.n--;
	put_blocks(&b, text, false);
	return clean_html(mem, str_or(str_n(b.out.p, b.out.n), S("")));
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
