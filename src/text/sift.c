/* What is taken away before libxml2 sees it: all that makes it slow, chatty or surprising.
 * libxml2's HTML parser is linear but for the attributes of one tag and for end tags below a deep stack; it ends at a
 * NUL, makes an error message of every stray character, and follows <meta charset>. Nothing here decides what is safe:
 * that is the cleaner's business, which sees only what the parser made of it. */
#include "text/walk.h"

#include "base/buf.h"

enum { MARKS_MAX = 256 }; /* bytes that can part attributes in one tag */

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool hex(char c)
{
	return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static char at(str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

/* Length of the tag at the start of s, 0 if it never ends. A quote counts only where a value may begin. */
static size_t tag_length(str s, bool *crowded)
{
	size_t marks = 0;
	char quote = 0, last = 0;

	for (size_t i = 1; i < s.n; i++) {
		char c = s.p[i];

		if (quote) {
			if (c == quote)
				quote = 0;
			continue;
		}
		if (c == '>') {
			*crowded = marks > MARKS_MAX;
			return i + 1;
		}
		if ((c == '"' || c == '\'') && last == '=')
			quote = c;
		if (!letter(c) && !digit(c) && c != '-')
			marks++;
		if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
			last = c;
	}
	return 0;
}

/* Length of the comment, declaration or instruction at the start of s, which HTML skips. */
static size_t aside_length(str s)
{
	long end;

	if (!str_starts(s, S("<!--"))) {
		end = str_chr(s, '>');
		return end < 0 ? s.n : (size_t)end + 1;
	}
	if (str_starts(s, S("<!-->")))
		return 5;
	end = str_find(str_from(s, 4), S("-->"));
	return end < 0 ? s.n : (size_t)end + 7;
}

/* <html> and <body> would make the parser leave the body it is in. */
static bool outer_tag(str tag)
{
	static const char *const outer[] = { "html", "body" };
	str name = str_from(tag, at(tag, 1) == '/' ? 2 : 1);

	for (size_t i = 0; i < 2; i++)
		if (str_istarts(name, str_of(outer[i])) && !letter(at(name, 4)) && !digit(at(name, 4)))
			return true;
	return false;
}

size_t walk_rune(str s)
{
	unsigned char c = (unsigned char)s.p[0], d = (unsigned char)at(s, 1);
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2
	                  : c < 0xf0       ? 3
	                                   : 4;

	if (c < 0x80)
		return (c >= 0x20 && c != 0x7f) || c == '\t' || c == '\n' ? 1 : 0;
	if (n > s.n || !str_utf8(str_to(s, n)))
		return 0;
	if (c == 0xc2 && d < 0xa0)
		return 0;
	if (c == 0xef && d == 0xbf && (unsigned char)s.p[2] >= 0xbe)
		return 0;
	return n;
}

/* Copies text byte by byte, without what may not be there. */
static void add_clean(struct buf *out, str s)
{
	for (size_t i = 0, from = 0; i <= s.n;) {
		size_t n = i < s.n ? walk_rune(str_from(s, i)) : 0;

		if (n) {
			i += n;
			continue;
		}
		buf_add(out, str_n(s.p + from, i - from));
		if (at(s, i) == '\r' && at(s, i + 1) != '\n')
			buf_byte(out, '\n');
		from = ++i;
	}
}

static size_t sift_less(struct buf *out, str s, size_t tag_max)
{
	char next = at(s, 1);
	bool crowded;
	size_t n;

	if (next == '!' || next == '?' || (next == '/' && s.n > 2 && !letter(s.p[2])))
		return aside_length(s);
	if (!letter(next) && (next != '/' || s.n < 3)) {
		buf_add(out, S("&lt;"));
		return 1;
	}
	n = tag_length(s, &crowded);
	if (!n)
		return s.n;
	if (n <= tag_max && !crowded && !outer_tag(s))
		add_clean(out, str_to(s, n));
	return n;
}

static size_t sift_amp(struct buf *out, str s)
{
	char a = at(s, 1), b = at(s, 2);
	bool number = a == '#' && (digit(b) || ((b == 'x' || b == 'X') && hex(at(s, 3))));

	buf_add(out, letter(a) || number ? S("&") : S("&amp;"));
	return 1;
}

str walk_sift(struct arena *mem, str html, size_t max, size_t tag_max)
{
	struct buf out = buf_new(mem, 5 * max + 16);

	if (html.n > max) {
		html.n = max;
		while (html.n && ((unsigned char)html.p[html.n] & 0xc0) == 0x80)
			html.n--;
	}
	while (html.n) {
		size_t n = 0;

		while (n < html.n && html.p[n] != '<' && html.p[n] != '&')
			n++;
		add_clean(&out, str_to(html, n));
		html = str_from(html, n);
		if (!html.n)
			break;
		n = html.p[0] == '<' ? sift_less(&out, html, tag_max) : sift_amp(&out, html);
		html = str_from(html, n);
	}
	return str_or(buf_str(&out), S(""));
}
