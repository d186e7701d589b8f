/* Reads pages: Open Graph, Twitter cards and plain HTML as https://ogp.me/ and
 * https://developer.x.com/en/docs/x-for-websites/cards have them; of several that say the same thing the first counts.
 * Nothing of a page is passed on but text and addresses; a frame is written anew. */
#include "text/page.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/url.h"
#include "text/clean.h"
#include "text/walk.h"

enum { NUMBER_MOST = 10000, FRAME_MAX = 8192, RELS_MAX = 64 };

/* In the order of their worth: a lower one replaces a higher one. */
enum { FROM_OG, FROM_TWITTER, FROM_HTML, FROM_NOWHERE };

enum slot { TITLE, DESCRIPTION, SITE, LANGUAGE, IMAGE, IMAGE_WORDS, AUTHOR, AUTHOR_URL, CREATOR, PUBLISHED, VIDEO, CANONICAL,
	    OEMBED, IMAGE_W, IMAGE_H, VIDEO_W, VIDEO_H, SLOTS };

struct said {
	str value;
	int from;
};

/* Where <meta> says what, by its property or its name. */
static const struct {
	const char *name;
	enum slot slot;
	int from;
} metas[] = {
	{ "og:title", TITLE, FROM_OG },
	{ "og:description", DESCRIPTION, FROM_OG },
	{ "og:site_name", SITE, FROM_OG },
	{ "og:locale", LANGUAGE, FROM_TWITTER },
	{ "og:image", IMAGE, FROM_TWITTER },
	{ "og:image:url", IMAGE, FROM_TWITTER },
	{ "og:image:secure_url", IMAGE, FROM_OG },
	{ "og:image:alt", IMAGE_WORDS, FROM_OG },
	{ "og:image:width", IMAGE_W, FROM_OG },
	{ "og:image:height", IMAGE_H, FROM_OG },
	{ "og:url", CANONICAL, FROM_TWITTER },
	{ "article:published_time", PUBLISHED, FROM_OG },
	{ "fediverse:creator", CREATOR, FROM_OG },
	{ "twitter:title", TITLE, FROM_TWITTER },
	{ "twitter:description", DESCRIPTION, FROM_TWITTER },
	{ "twitter:image", IMAGE, FROM_HTML },
	{ "twitter:image:alt", IMAGE_WORDS, FROM_TWITTER },
	{ "twitter:player", VIDEO, FROM_OG },
	{ "twitter:player:width", VIDEO_W, FROM_OG },
	{ "twitter:player:height", VIDEO_H, FROM_OG },
	{ "description", DESCRIPTION, FROM_HTML },
	{ "author", AUTHOR, FROM_HTML },
	{ "article:author", AUTHOR_URL, FROM_HTML },
	{ "application-name", SITE, FROM_HTML },
	{ "date", PUBLISHED, FROM_HTML },
};

struct reader {
	struct arena *mem;
	struct said said[SLOTS];
	struct buf title; /* of the element that is open */
	size_t depth, title_at, hidden_at; /* depth of <title>, of what is not shown; 0: not within */
	bool began;
	const struct url *base;
	/* links back */
	str to, or_to;
	bool back;
	/* links */
	struct strs links;
	size_t links_most, quote_at;
	/* a frame */
	size_t elements;
	str src;
	int64_t width, height;
};

static bool has_word(str list, const char *word)
{
	size_t n = 0;

	for (size_t i = 0; i < list.n && n < RELS_MAX; n++) {
		size_t from = i;

		while (i < list.n && !strchr(" \t\r\n\f", list.p[i]))
			i++;
		if (str_ieq(str_n(list.p + from, i - from), str_of(word)))
			return true;
		while (i < list.n && strchr(" \t\r\n\f", list.p[i]))
			i++;
	}
	return false;
}

static str cut(str s)
{
	if (s.n <= PAGE_TEXT_MAX)
		return s;
	s.n = PAGE_TEXT_MAX;
	while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

static void say(struct reader *r, enum slot slot, int from, str value)
{
	struct said *s = &r->said[slot];

	value = cut(str_trim(value));
	if (!value.n || (s->value.n && s->from <= from))
		return;
	*s = (struct said){ str_dup(r->mem, value), from };
}

static void read_meta(struct reader *r, const char *const *attrs)
{
	str name = walk_attr(attrs, "property"), content = walk_attr(attrs, "content");

	for (int turn = 0; turn < 2; turn++, name = walk_attr(attrs, "name"))
		for (size_t i = 0; name.n && i < sizeof(metas) / sizeof(metas[0]); i++)
			if (str_ieq(name, str_of(metas[i].name)))
				say(r, metas[i].slot, metas[i].from, content);
}

static void read_link(struct reader *r, const char *const *attrs)
{
	str rel = walk_attr(attrs, "rel"), href = walk_attr(attrs, "href"), type = walk_attr(attrs, "type");

	if (has_word(rel, "canonical"))
		say(r, CANONICAL, FROM_OG, href);
	if (has_word(rel, "author"))
		say(r, AUTHOR_URL, FROM_OG, href);
	if (has_word(rel, "image_src"))
		say(r, IMAGE, FROM_HTML, href);
	if ((has_word(rel, "alternate") || has_word(rel, "alternative")) && str_ieq(type, S("application/json+oembed")))
		say(r, OEMBED, FROM_OG, href);
}

static void enter(struct reader *r, str name)
{
	static const char *const hidden[] = { "template", "noscript", "script", "style", "svg", "textarea", "iframe" };

	r->depth++;
	for (size_t i = 0; !r->hidden_at && i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (str_eq(name, str_of(hidden[i])))
			r->hidden_at = r->depth;
}

static void leave(void *arg)
{
	struct reader *r = arg;

	if (r->title_at == r->depth) {
		say(r, TITLE, FROM_HTML, buf_str(&r->title));
		r->title_at = 0;
	}
	if (r->hidden_at == r->depth)
		r->hidden_at = 0;
	if (r->quote_at == r->depth)
		r->quote_at = 0;
	r->depth--;
}

static void take_text(void *arg, str text)
{
	struct reader *r = arg;

	if (r->title_at && r->title.n + text.n <= PAGE_TEXT_MAX)
		buf_add(&r->title, text);
}

static void open_fact(void *arg, str name, const char *const *attrs)
{
	struct reader *r = arg;

	enter(r, name);
	if (!r->began && str_eq(name, S("i")))
		say(r, LANGUAGE, FROM_OG, walk_attr(attrs, "lang")); /* what was <html> */
	r->began = true;
	if (r->hidden_at)
		return;
	if (str_eq(name, S("meta")))
		read_meta(r, attrs);
	else if (str_eq(name, S("link")))
		read_link(r, attrs);
	else if (str_eq(name, S("title")) && !r->title.n)
		r->title_at = r->depth;
}

/* <html>, of which the walk knows nothing, under another name. */
static str outer(struct arena *mem, str html)
{
	str head = str_to(html, 8192);

	for (long at; (at = str_chr(head, '<')) >= 0; head = str_from(head, (size_t)at + 1)) {
		str tag = str_from(head, (size_t)at);
		long end;

		if (!str_istarts(tag, S("<html")))
			continue;
		end = str_chr(tag, '>');
		return end > 5 ? strf(mem, "<i%.*s", STR_F(str_n(tag.p + 5, (size_t)end - 4))) : S("");
	}
	return S("");
}

static void walk(struct reader *r, str html, void (*open)(void *, str, const char *const *))
{
	struct walk to = { r, open, leave, take_text };

	walk_html(walk_sift(r->mem, html, PAGE_MAX, PAGE_TAG_MAX), &to);
}

static str words(struct reader *r, enum slot slot)
{
	str s = r->said[slot].value;

	return str_none(s) ? s : clean_line(r->mem, s);
}

static str address(struct reader *r, enum slot slot, bool secure)
{
	str s = r->said[slot].value;
	struct url u;

	if (!s.n || !r->base || url_join(r->mem, r->base, s, &u) || (secure && !u.https))
		return STR_NONE;
	return u.whole;
}

static int64_t number(str s)
{
	int64_t v = 0;

	str_chop(&s, S("px"));
	return str_int(str_trim(s), &v) && v > 0 && v <= NUMBER_MOST ? v : 0;
}

void page_facts(struct arena *mem, str html, str from, struct page_facts *out)
{
	struct reader r = { .mem = mem };
	struct url base;

	r.title = buf_new(mem, PAGE_TEXT_MAX);
	r.base = url_parse(mem, from, &base) ? NULL : &base;
	walk(&r, str_cat(mem, outer(mem, html), str_to(html, PAGE_MAX)), open_fact);
	if (r.title_at)
		say(&r, TITLE, FROM_HTML, buf_str(&r.title));
	*out = (struct page_facts){
		.title = words(&r, TITLE),
		.description = words(&r, DESCRIPTION),
		.site_name = words(&r, SITE),
		.language = words(&r, LANGUAGE),
		.image = address(&r, IMAGE, false),
		.image_words = words(&r, IMAGE_WORDS),
		.author = words(&r, AUTHOR),
		.author_url = address(&r, AUTHOR_URL, false),
		.creator = words(&r, CREATOR),
		.published = words(&r, PUBLISHED),
		.video = address(&r, VIDEO, true),
		.canonical = address(&r, CANONICAL, false),
		.oembed = address(&r, OEMBED, false),
		.image_width = number(r.said[IMAGE_W].value),
		.image_height = number(r.said[IMAGE_H].value),
		.video_width = number(r.said[VIDEO_W].value),
		.video_height = number(r.said[VIDEO_H].value),
	};
}

/* Two addresses of one profile: the slash at the end and the fragment do not matter. */
static bool same_place(struct arena *mem, str a, str b)
{
	struct url u, v;

	if (!a.n || !b.n || url_parse(mem, a, &u) || url_parse(mem, b, &v))
		return false;
	str_chop(&u.target, S("/"));
	str_chop(&v.target, S("/"));
	return str_eq(u.origin, v.origin) && str_ieq(u.target, v.target);
}

static void open_back(void *arg, str name, const char *const *attrs)
{
	struct reader *r = arg;
	struct url u;

	enter(r, name);
	if (r->back || r->hidden_at || (!str_eq(name, S("a")) && !str_eq(name, S("link"))))
		return;
	if (!has_word(walk_attr(attrs, "rel"), "me") || !r->base)
		return;
	if (url_join(r->mem, r->base, str_trim(str_or(walk_attr(attrs, "href"), S(""))), &u))
		return;
	r->back = same_place(r->mem, u.whole, r->to) || same_place(r->mem, u.whole, r->or_to);
}

bool page_links_back(struct arena *mem, str html, str from, str to, str or_to)
{
	struct reader r = { .mem = mem, .to = to, .or_to = or_to };
	struct url base;

	r.base = url_parse(mem, from, &base) ? NULL : &base;
	walk(&r, html, open_back);
	return r.back;
}

static void open_frame(void *arg, str name, const char *const *attrs)
{
	struct reader *r = arg;
	bool later = str_eq(name, S("blockquote")); /* Mastodon's own script makes a frame of it */

	enter(r, name);
	r->elements++;
	if ((!later && !str_eq(name, S("iframe"))) || r->src.n)
		return;
	r->src = str_dup(r->mem, str_trim(str_or(walk_attr(attrs, later ? "data-embed-url" : "src"), S(""))));
	r->width = number(walk_attr(attrs, "width"));
	r->height = number(walk_attr(attrs, "height"));
}

str page_frame(struct arena *mem, str html, int64_t *width, int64_t *height)
{
	struct reader r = { .mem = mem };
	struct buf out = buf_new(mem, FRAME_MAX);
	struct url u;

	walk(&r, html, open_frame);
	if (!r.src.n || url_parse(mem, r.src, &u) || !u.https)
		return STR_NONE;
	if (r.width)
		*width = r.width;
	if (r.height)
		*height = r.height;
	buf_add(&out, S("<iframe src=\""));
	buf_html(&out, u.whole);
	buf_byte(&out, '"');
	if (*width > 0)
		buf_addf(&out, " width=\"%lld\"", (long long)*width);
	if (*height > 0)
		buf_addf(&out, " height=\"%lld\"", (long long)*height);
	buf_add(&out, S(" allowfullscreen=\"\" sandbox=\"allow-scripts allow-same-origin allow-popups"
	                " allow-popups-to-escape-sandbox allow-forms\"></iframe>"));
	return buf_str(&out);
}

static void open_link(void *arg, str name, const char *const *attrs)
{
	struct reader *r = arg;
	str class = str_or(walk_attr(attrs, "class"), S("")), href = walk_attr(attrs, "href");

	enter(r, name);
	if (!r->quote_at && has_word(class, "quote-inline"))
		r->quote_at = r->depth;
	if (r->links.n == r->links_most || r->quote_at || !str_eq(name, S("a")) || !href.n)
		return;
	if (has_word(walk_attr(attrs, "rel"), "tag"))
		return;
	if (has_word(class, "mention") || has_word(class, "hashtag") || has_word(class, "u-url"))
		return;
	if (!str_istarts(href, S("http://")) && !str_istarts(href, S("https://")))
		return;
	r->links.v[r->links.n++] = str_dup(r->mem, href);
}

struct strs page_links(struct arena *mem, str html, size_t most)
{
	struct reader r = { .mem = mem, .links = { NEWS(mem, str, most), 0 }, .links_most = most };

	if (html.n)
		walk(&r, html, open_link);
	return r.links;
}

str page_first_link(struct arena *mem, str html)
{
	struct strs links = page_links(mem, html, 1);

	return links.n ? links.v[0] : STR_NONE;
}
