/* Feeds of profiles and hashtags for readers of RSS (https://www.rssboard.org/rss-specification), with Media RSS
 * (https://www.rssboard.org/media-rss): what is public, as anybody would see it. */
#include "web/rss.h"

#include "base/clock.h"
#include "base/codec.h"
#include "core/media.h"
#include "core/site.h"
#include "core/view.h"
#include "web/html.h"
#include "web/web.h"

enum { FEED_MAX = 4 << 20 };

/* What XML cannot hold is left out, however it is written there. */
static str sayable(struct arena *mem, str s)
{
	struct buf b = buf_new(mem, FEED_MAX);

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (i + 2 < s.n && c == 0xef && (unsigned char)s.p[i + 1] == 0xbf && (unsigned char)s.p[i + 2] >= 0xbe)
			i += 2; /* U+FFFE, U+FFFF */
		else if (c >= 0x20 || c == '\t' || c == '\n' || c == '\r')
			buf_byte(&b, s.p[i]);
	}
	return str_or(buf_str(&b), S(""));
}

static void element(struct buf *b, const char *name, str text)
{
	HTML(b, "<{!}>{}</{!}>\n", str_of(name), sayable(b->mem, text), str_of(name));
}

static void date(struct buf *b, const char *name, int64_t at)
{
	char text[CLOCK_TEXT];

	element(b, name, clock_http(at, text));
}

static void media(struct buf *b, const struct attachment *m, bool sensitive)
{
	str of = str_eq(m->kind, S("gifv")) ? S("video") : str_eq(m->kind, S("unknown")) ? S("document")
	                                                                                 : m->kind;

	if (!m->url.n)
		return;
	HTML(b, "<media:content url=\"{}\" medium=\"{}\">\n<media:rating scheme=\"urn:simple\">{}</media:rating>\n",
	     sayable(b->mem, m->url), of, sensitive ? S("adult") : S("nonadult"));
	if (m->description.n)
		HTML(b, "<media:description type=\"plain\">{}</media:description>\n", sayable(b->mem, m->description));
	HTML(b, "</media:content>\n");
}

/* What is behind a warning stands behind it here too. */
static str text_of(struct arena *mem, const struct status_view *v)
{
	struct buf b = buf_new(mem, FEED_MAX);

	if (v->s.spoiler_text.n)
		HTML(&b, "<p><strong>Content warning:</strong> {}</p><hr>", v->s.spoiler_text);
	HTML(&b, "{!}", v->s.content); /* cleaned when it came in */
	for (size_t i = 0; v->poll && i < v->poll->options_n; i++)
		HTML(&b, "{!}{}", i ? S("<br>") : S("<p>"), v->poll->options[i].title);
	if (v->poll && v->poll->options_n)
		HTML(&b, "</p>");
	return str_or(buf_str(&b), S(""));
}

static void item(struct buf *b, const struct status_view *v)
{
	HTML(b, "<item>\n<guid isPermaLink=\"true\">{}</guid>\n", v->s.url);
	element(b, "link", v->s.url);
	date(b, "pubDate", v->s.created_at);
	element(b, "description", text_of(b->mem, v));
	for (size_t i = 0; i < v->media_n; i++)
		media(b, &v->media[i], v->s.sensitive);
	for (size_t i = 0; i < v->tags_n; i++)
		element(b, "category", v->tags[i].name);
	HTML(b, "</item>\n");
}

static struct buf begin(struct request *rq, str title, str description, str link)
{
	struct buf b = buf_new(rq->cx->mem, FEED_MAX);

	HTML(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	         "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\" "
	         "xmlns:atom=\"http://www.w3.org/2005/Atom\">\n"
	         "<channel>\n");
	element(&b, "title", title);
	element(&b, "description", description);
	element(&b, "link", link);
	HTML(&b, "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}.rss\"/>\n", link);
	return b;
}

static enum err answer(struct request *rq, struct reply *rp, struct buf *b, struct ids ids)
{
	struct status_view *views;
	size_t n;

	TRY(status_views(rq->cx, ids, &views, &n));
	if (n)
		date(b, "lastBuildDate", views[0].s.created_at);
	element(b, "generator", S("dassie"));
	for (size_t i = 0; i < n && b->n < FEED_MAX / 2; i++)
		item(b, &views[i]);
	HTML(b, "</channel>\n</rss>\n");
	reply_text(rp, 200, "application/rss+xml; charset=utf-8", buf_str(b));
	return OK;
}

enum err rss_profile(struct request *rq, struct reply *rp, const struct account_view *v, struct ids ids)
{
	str name = str_or(v->a.display_name, v->a.username);
	struct arena *mem = rq->cx->mem;
	str what = strf(mem, "Public posts from @%.*s@%.*s", STR_F(v->a.username), STR_F(v->a.domain));
	struct buf b = begin(rq, name, what, v->url);

	HTML(&b, "<image>\n<url>{}</url>\n<title>{}</title>\n<link>{}</link>\n</image>\n", v->avatar, sayable(mem, name), v->url);
	return answer(rq, rp, &b, ids);
}

enum err rss_tag(struct request *rq, struct reply *rp, str name, struct ids ids)
{
	str title = strf(rq->cx->mem, "#%.*s", STR_F(name));
	struct buf b = begin(rq, title, strf(rq->cx->mem, "Public posts tagged #%.*s", STR_F(name)),
	                     strf(rq->cx->mem, "%.*s/tags/%.*s", STR_F(rq_base(rq)), STR_F(codec_pct(rq->cx->mem, name))));

	return answer(rq, rp, &b, ids);
}
