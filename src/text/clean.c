/* The allow-list. What the parser reports is written anew: elements from the table below, attributes that a function
 * here made, text escaped; nothing of the input is copied as markup. Mastodon's list, so that posts look as they do
 * there. A result counts only when cleaning it again changes nothing: what one parser reads is then what all read, and
 * markup that changes its meaning on the second reading (mutation XSS) has nowhere to hide. */
#include "text/clean.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/walk.h"
#include "text/words.h"

enum {
	ROUNDS_MAX = 4, /* readings until nothing changes; two do for all but contrived input */
	HREF_MAX = 2048,
	TEX_MAX = 4096,
};

enum tag_is {
	TAG_KEEP = 1,
	TAG_BLOCK = 2, /* ends the paragraph that is open */
	TAG_VOID = 4,
	TAG_DROP = 8,   /* goes with all that is in it */
	TAG_LINE = 16,  /* goes, but its text stood on lines of its own */
	TAG_SPACE = 32, /* goes, but its text stood apart */
	TAG_CLASS = 64, /* may have classes */
};

struct tag {
	const char *name;
	unsigned is;
	const char *as; /* written as; NULL: as it is */
};

/* Sorted by name. Elements that are not here go, their text stays. */
static const struct tag tags[] = {
	{ "a", TAG_KEEP | TAG_CLASS },
	{ "abbr", TAG_KEEP },
	{ "address", TAG_LINE },
	{ "applet", TAG_DROP },
	{ "article", TAG_LINE },
	{ "aside", TAG_LINE },
	{ "audio", TAG_DROP },
	{ "b", TAG_KEEP },
	{ "blockquote", TAG_KEEP | TAG_BLOCK },
	{ "br", TAG_KEEP | TAG_VOID },
	{ "canvas", TAG_DROP },
	{ "caption", TAG_LINE },
	{ "code", TAG_KEEP },
	{ "dd", TAG_LINE },
	{ "del", TAG_KEEP },
	{ "details", TAG_LINE },
	{ "div", TAG_LINE },
	{ "dl", TAG_LINE },
	{ "dt", TAG_LINE },
	{ "em", TAG_KEEP },
	{ "figcaption", TAG_LINE },
	{ "figure", TAG_LINE },
	{ "footer", TAG_LINE },
	{ "frameset", TAG_DROP },
	{ "h1", TAG_KEEP | TAG_BLOCK },
	{ "h2", TAG_KEEP | TAG_BLOCK },
	{ "h3", TAG_KEEP | TAG_BLOCK },
	{ "h4", TAG_KEEP | TAG_BLOCK },
	{ "h5", TAG_KEEP | TAG_BLOCK },
	{ "h6", TAG_KEEP | TAG_BLOCK, "h5" },
	{ "header", TAG_LINE },
	{ "hr", TAG_LINE },
	{ "i", TAG_KEEP },
	{ "iframe", TAG_DROP },
	{ "li", TAG_KEEP | TAG_BLOCK },
	{ "main", TAG_LINE },
	{ "math", TAG_DROP },
	{ "nav", TAG_LINE },
	{ "noembed", TAG_DROP },
	{ "noframes", TAG_DROP },
	{ "noscript", TAG_DROP },
	{ "object", TAG_DROP },
	{ "ol", TAG_KEEP | TAG_BLOCK },
	{ "p", TAG_KEEP | TAG_BLOCK | TAG_CLASS },
	{ "plaintext", TAG_DROP },
	{ "pre", TAG_KEEP | TAG_BLOCK },
	{ "rp", TAG_KEEP },
	{ "rt", TAG_KEEP },
	{ "ruby", TAG_KEEP },
	{ "s", TAG_KEEP },
	{ "script", TAG_DROP },
	{ "section", TAG_LINE },
	{ "select", TAG_DROP },
	{ "span", TAG_KEEP | TAG_CLASS },
	{ "strong", TAG_KEEP },
	{ "style", TAG_DROP },
	{ "sub", TAG_KEEP },
	{ "summary", TAG_LINE },
	{ "sup", TAG_KEEP },
	{ "svg", TAG_DROP },
	{ "table", TAG_LINE },
	{ "td", TAG_SPACE },
	{ "template", TAG_DROP },
	{ "textarea", TAG_DROP },
	{ "th", TAG_SPACE },
	{ "title", TAG_DROP },
	{ "tr", TAG_LINE },
	{ "u", TAG_KEEP },
	{ "ul", TAG_KEEP | TAG_BLOCK },
	{ "video", TAG_DROP },
	{ "xmp", TAG_DROP },
};

/* An element that was written and is not closed yet. */
struct level {
	const struct tag *tag;
	const char *name;
	uint32_t serial;
};

/* An element that the parser reported and has not closed yet. */
struct source {
	const struct tag *tag; /* NULL: not in the table */
	uint32_t serial;       /* of the level it wrote, or 0 */
};

struct cleaner {
	struct arena *tmp; /* rewound after each element */
	struct buf out;
	bool plain; /* write text, no markup */
	struct strs beside; /* pictures that need not be told of */
	bool full;
	bool tex_done, tex_block;
	struct buf tex;          /* of the formula that is open */
	size_t dropping, tex_at; /* depth of the source from which all is dropped, or that is TeX; 0: none */
	bool inked;              /* there is text since the line began */
	bool line_due;           /* what comes next begins a line */
	bool space_due;
	uint32_t serial;
	size_t levels, sources;
	size_t closing; /* bytes the open levels need to be closed */
	struct level level[CLEAN_DEPTH_MAX];
	struct source source[WALK_DEPTH_MAX];
};

static int tag_cmp(const void *name, const void *tag)
{
	return strcmp(name, ((const struct tag *)tag)->name);
}

static const struct tag *tag_find(str name)
{
	return bsearch(name.p, tags, sizeof(tags) / sizeof(tags[0]), sizeof(tags[0]), tag_cmp);
}

static bool tag_is(const struct tag *t, unsigned what)
{
	return t && (t->is & what);
}

/* Attributes */

static bool class_ok(str c)
{
	static const char *const prefixes[] = { "h-", "p-", "u-", "dt-", "e-" };
	static const char *const names[] = { "mention", "hashtag", "ellipsis", "invisible", "quote-inline" };

	for (size_t i = 0; i < c.n; i++) {
		char b = c.p[i];

		if (!((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-'))
			return false;
	}
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (str_starts(c, str_of(prefixes[i])))
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(c, str_of(names[i])))
			return true;
	return false;
}

/* Next word of a list that white space parts; false at its end. */
static bool next_word(str *rest, str *word)
{
	size_t i = 0;

	*rest = str_trim(*rest);
	while (i < rest->n && !strchr(" \t\n\r\f", rest->p[i]))
		i++;
	*word = str_to(*rest, i);
	*rest = str_from(*rest, i);
	return i;
}

static void add_classes(struct buf *tag, str list)
{
	bool any = false;

	for (str word; next_word(&list, &word);) {
		if (!class_ok(word))
			continue;
		buf_add(tag, any ? S(" ") : S(" class=\""));
		buf_add(tag, word);
		any = true;
	}
	if (any)
		buf_byte(tag, '"');
}

static bool scheme_ok(str href)
{
	static const char *const schemes[] = { "dat:", "dweb:", "ipfs:", "ipns:", "ssb:", "gopher:", "xmpp:", "magnet:",
		                               "gemini:" };

	if (str_istarts(href, S("http://")) || str_istarts(href, S("https://")))
		return href.n > 8;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (str_istarts(href, str_of(schemes[i])))
			return href.n > strlen(schemes[i]);
	return false;
}

/* The address as it is written out: what a browser would skip (control characters) is gone before the scheme is
 * looked at. STR_NONE if it is not one that may stay. */
static str href_clean(struct arena *mem, str href)
{
	struct buf b = buf_new(mem, HREF_MAX);

	if (str_none(href))
		return STR_NONE;
	for (size_t i = 0; i < href.n; i++) {
		unsigned char c = (unsigned char)href.p[i];

		if (c == ' ' && b.n)
			buf_add(&b, S("%20"));
		else if (c > ' ' && c != 0x7f)
			buf_byte(&b, (char)c);
	}
	while (str_ends(str_n(b.p, b.n), S("%20")))
		b.n -= 3;
	return scheme_ok(buf_str(&b)) ? buf_str(&b) : STR_NONE;
}

static void add_rel(struct buf *tag, str rel)
{
	bool is_tag = false, is_me = false;

	for (str word; next_word(&rel, &word);) {
		is_tag |= str_ieq(word, S("tag"));
		is_me |= str_ieq(word, S("me"));
	}
	buf_addf(tag, " rel=\"%s%snofollow noopener noreferrer\" target=\"_blank\"", is_tag ? "tag " : "",
	         is_me ? "me " : "");
}

static void add_number(struct buf *tag, const char *name, str value)
{
	int64_t v;

	if (str_int(str_trim(value), &v) && v >= -1000000 && v <= 1000000)
		buf_addf(tag, " %s=\"%d\"", name, (int)v);
}

/* Text */

static void write_out(struct cleaner *cl, str s)
{
	if (cl->out.n + cl->closing + s.n > CLEAN_INPUT_MAX)
		cl->full = true;
	if (!cl->full)
		buf_add(&cl->out, s);
}

static void write_due(struct cleaner *cl)
{
	if (cl->line_due && cl->inked)
		write_out(cl, cl->plain ? S("\n") : S("<br />"));
	else if (cl->space_due && cl->inked)
		write_out(cl, S(" "));
	cl->line_due = cl->space_due = false;
}

/* Characters that the parser let through by number and that may not stand in a text. */
static bool rune_bad(str s, size_t at)
{
	unsigned char c = (unsigned char)s.p[at];

	return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ||
	       (c == 0xc2 && at + 1 < s.n && (unsigned char)s.p[at + 1] < 0xa0);
}

static str text_escape(char c)
{
	return c == '<' ? S("&lt;") : c == '>' ? S("&gt;")
	                      : c == '&'       ? S("&amp;")
	                                       : STR_NONE;
}

static void write_text(struct cleaner *cl, str s)
{
	enum { PART = 512 }; /* so that one long text is cut, not lost */
	size_t from = 0;

	if (str_trim(s).n) {
		write_due(cl);
		cl->inked = true;
	}
	for (size_t i = 0; i < s.n && !cl->full; i++) {
		str escape = cl->plain ? STR_NONE : text_escape(s.p[i]);
		bool bad = rune_bad(s, i);

		if (!bad && str_none(escape) && (i - from < PART || ((unsigned char)s.p[i] & 0xc0) == 0x80))
			continue;
		write_out(cl, str_n(s.p + from, i - from));
		from = i;
		if (bad && (unsigned char)s.p[i] == 0xc2)
			i++;
		if (!bad && str_none(escape))
			continue;
		write_out(cl, str_or(escape, S("")));
		from = i + 1;
	}
	write_out(cl, str_from(s, from));
}

/* Elements */

static void close_to(struct cleaner *cl, size_t levels)
{
	while (cl->levels > levels) {
		struct level *l = &cl->level[--cl->levels];

		cl->closing -= strlen(l->name) + 3;
		buf_addf(&cl->out, "</%s>", l->name);
		if (tag_is(l->tag, TAG_BLOCK))
			cl->inked = cl->line_due = cl->space_due = false;
	}
}

/* Closes the innermost open element of that name, unless one that shields it stands between. */
static void close_open(struct cleaner *cl, const char *name, const char *const *shields)
{
	for (size_t i = cl->levels; i > 0; i--) {
		if (!strcmp(cl->level[i - 1].name, name)) {
			close_to(cl, i - 1);
			return;
		}
		for (size_t j = 0; shields[j]; j++)
			if (!strcmp(cl->level[i - 1].name, shields[j]))
				return;
	}
}

static void make_room(struct cleaner *cl, const struct tag *t)
{
	static const char *const none[] = { NULL }, *const lists[] = { "ul", "ol", NULL };
	static const char *const boxes[] = { "li", "blockquote", NULL };

	if (t->is & TAG_BLOCK)
		close_open(cl, "p", boxes);
	if (!strcmp(t->name, "li"))
		close_open(cl, "li", lists);
	if (!strcmp(t->name, "a"))
		close_open(cl, "a", none);
}

/* Writes the start tag; the serial number of its level, 0 if it was left out. */
static uint32_t write_start(struct cleaner *cl, const struct tag *t, str tag)
{
	const char *name = t->as ? t->as : t->name;
	size_t end = t->is & TAG_VOID ? 0 : strlen(name) + 3;

	if (str_none(tag) || tag.n > CLEAN_TAG_MAX || cl->levels == CLEAN_DEPTH_MAX)
		return 0;
	if (cl->out.n + cl->closing + tag.n + end > CLEAN_INPUT_MAX)
		cl->full = true;
	if (cl->full)
		return 0;
	buf_add(&cl->out, tag);
	if (t->is & TAG_VOID)
		return 0;
	cl->level[cl->levels++] = (struct level){ t, name, ++cl->serial };
	cl->closing += end;
	return cl->serial;
}

static void add_attributes(struct cleaner *cl, struct buf *tag, const struct tag *t, const char *const *attrs)
{
	str lang = language_tag(cl->tmp, walk_attr(attrs, "lang"));

	if (t->is & TAG_CLASS)
		add_classes(tag, walk_attr(attrs, "class"));
	if (lang.n)
		buf_addf(tag, " lang=\"%.*s\"", STR_F(lang));
	if (!strcmp(t->name, "a"))
		add_rel(tag, walk_attr(attrs, "rel"));
	if (!strcmp(t->name, "ol"))
		add_number(tag, "start", walk_attr(attrs, "start"));
	if (!strcmp(t->name, "ol") && walk_has(attrs, "reversed"))
		buf_add(tag, S(" reversed=\"\""));
	if (!strcmp(t->name, "li"))
		add_number(tag, "value", walk_attr(attrs, "value"));
}

/* href is for links only, which are nothing without one. */
static uint32_t open_kept(struct cleaner *cl, const struct tag *t, str href, const char *const *attrs)
{
	struct buf tag = buf_new(cl->tmp, 4 * CLEAN_TAG_MAX);
	bool link = !strcmp(t->name, "a");

	if (link && str_none(href))
		return 0;
	make_room(cl, t);
	if (t->is & (TAG_BLOCK | TAG_VOID))
		cl->inked = cl->line_due = cl->space_due = false;
	else
		write_due(cl);
	buf_addf(&tag, "<%s", t->as ? t->as : t->name);
	if (link) {
		buf_add(&tag, S(" href=\""));
		buf_html(&tag, href);
		buf_byte(&tag, '"');
	}
	add_attributes(cl, &tag, t, attrs);
	buf_add(&tag, t->is & TAG_VOID ? S(" />") : S(">"));
	return write_start(cl, t, buf_str(&tag));
}

static bool inside_link(const struct cleaner *cl)
{
	for (size_t i = 0; i < cl->levels; i++)
		if (!strcmp(cl->level[i].name, "a"))
			return true;
	return false;
}

/* A picture becomes a link with what is said of it; an emoji only what it stands for. */
static void write_image(struct cleaner *cl, const char *const *attrs)
{
	str alt = str_trim(walk_attr(attrs, "alt")), class = walk_attr(attrs, "class");
	bool emoji = str_find(class, S("emoji")) >= 0 || str_find(class, S("smiley")) >= 0;
	size_t levels = cl->levels;
	uint32_t made = 0;

	if (!alt.n || strs_has(cl->beside, str_trim(walk_attr(attrs, "src"))))
		return;
	if (!cl->plain && !emoji && !inside_link(cl))
		made = open_kept(cl, tag_find(S("a")), href_clean(cl->tmp, walk_attr(attrs, "src")), NULL);
	write_text(cl, alt);
	if (made)
		close_to(cl, levels);
}

/* In what is dropped, only the source of a formula is of interest. */
static void open_dropped(struct cleaner *cl, str name, const char *const *attrs)
{
	if (str_eq(name, S("annotation")) && !cl->tex_at && !cl->tex.n &&
	    str_ieq(walk_attr(attrs, "encoding"), S("application/x-tex")) &&
	    tag_is(cl->source[cl->dropping - 1].tag, TAG_DROP) &&
	    !strcmp(cl->source[cl->dropping - 1].tag->name, "math"))
		cl->tex_at = cl->sources;
}

static void begin_drop(struct cleaner *cl, const char *const *attrs)
{
	cl->dropping = cl->sources;
	cl->tex = buf_new(cl->tmp, TEX_MAX);
	cl->tex_block = str_ieq(walk_attr(attrs, "display"), S("block"));
}

static void end_drop(struct cleaner *cl)
{
	str tex = buf_str(&cl->tex), quote = cl->tex_block ? S("$$") : S("$");

	cl->dropping = 0;
	if (!str_trim(tex).n)
		return;
	write_text(cl, quote);
	write_text(cl, str_trim(tex));
	write_text(cl, quote);
}

/* Events of the parser */

static void open_text(struct cleaner *cl, const struct tag *t)
{
	if (!t)
		return;
	if (t->is & (TAG_LINE | TAG_BLOCK))
		cl->line_due = true;
	if (t->is & TAG_SPACE)
		cl->space_due = true;
	if (cl->plain && t->is & TAG_VOID) {
		write_due(cl);
		write_out(cl, S("\n"));
		cl->inked = false;
	}
}

static void on_open(void *arg, str name, const char *const *attrs)
{
	struct cleaner *cl = arg;
	struct source *src = &cl->source[cl->sources++];
	struct arena_mark mark;

	*src = (struct source){ .tag = tag_find(name) };
	if (cl->dropping) {
		open_dropped(cl, name, attrs);
		return;
	}
	if (tag_is(src->tag, TAG_DROP)) {
		begin_drop(cl, attrs);
		return;
	}
	mark = arena_mark(cl->tmp);
	if (str_eq(name, S("img")))
		write_image(cl, attrs);
	else if (cl->plain || !tag_is(src->tag, TAG_KEEP))
		open_text(cl, src->tag);
	else
		src->serial = open_kept(cl, src->tag, href_clean(cl->tmp, walk_attr(attrs, "href")), attrs);
	arena_rewind(cl->tmp, mark);
}

static void on_close(void *arg)
{
	struct cleaner *cl = arg;
	struct source *src = &cl->source[--cl->sources];

	if (cl->tex_at == cl->sources + 1)
		cl->tex_at = 0;
	if (cl->dropping == cl->sources + 1)
		end_drop(cl);
	if (cl->dropping)
		return;
	if (cl->plain || !tag_is(src->tag, TAG_KEEP)) {
		if (tag_is(src->tag, TAG_LINE | TAG_BLOCK))
			cl->line_due = true;
		if (tag_is(src->tag, TAG_SPACE))
			cl->space_due = true;
	}
	for (size_t i = cl->levels; src->serial && i > 0; i--)
		if (cl->level[i - 1].serial == src->serial)
			close_to(cl, i - 1);
}

static void on_text(void *arg, str text)
{
	struct cleaner *cl = arg;

	if (cl->dropping && cl->tex_at)
		buf_add(&cl->tex, text);
	if (!cl->dropping)
		write_text(cl, text);
}

static str rebuild(struct arena *mem, str html, bool plain, struct strs beside)
{
	struct arena tmp ARENA_SCOPE;
	struct cleaner *cl = NEW(&tmp, struct cleaner);
	const struct walk to = { cl, on_open, on_close, on_text };

	cl->tmp = &tmp;
	cl->plain = plain;
	cl->beside = beside;
	cl->out = buf_new(mem, CLEAN_INPUT_MAX + 1);
	walk_html(walk_sift(&tmp, html, CLEAN_INPUT_MAX, CLEAN_TAG_MAX), &to);
	close_to(cl, 0);
	return str_or(buf_str(&cl->out), S(""));
}

/* What is left of markup that keeps changing: its text. */
static str only_text(struct arena *mem, str html)
{
	struct buf out = buf_new(mem, 8 * CLEAN_INPUT_MAX);
	str rest = clean_text(mem, html);

	rest = str_to(rest, CLEAN_INPUT_MAX / 8);
	while (!str_utf8(rest) && rest.n)
		rest.n--;
	for (str line; str_cut(&rest, '\n', &line);) {
		buf_html(&out, line);
		if (!str_none(rest))
			buf_add(&out, S("<br />"));
	}
	return buf_str(&out);
}

str clean_html_beside(struct arena *mem, str html, struct strs pictures)
{
	const struct strs none = { 0 };
	struct arena tmp ARENA_SCOPE;
	str was, now;

	if (str_none(html))
		return STR_NONE;
	was = rebuild(&tmp, html, false, pictures);
	for (int i = 1; i < ROUNDS_MAX; i++) {
		now = rebuild(&tmp, was, false, none);
		if (str_eq(was, now))
			return str_dup(mem, now);
		was = now;
	}
	return rebuild(mem, only_text(&tmp, was), false, none);
}

str clean_html(struct arena *mem, str html)
{
	return clean_html_beside(mem, html, (struct strs){ 0 });
}

str clean_text(struct arena *mem, str html)
{
	struct arena tmp ARENA_SCOPE;

	if (str_none(html))
		return STR_NONE;
	return str_dup(mem, str_trim(rebuild(&tmp, html, true, (struct strs){ 0 })));
}
