/* Posts as pieces of a page. */
#include "web/posts.h"

#include <ctype.h>

#include "base/clock.h"
#include "base/json.h"
#include "core/media.h"
#include "web/html.h"

enum { EMOJI_NAME = 100 };

static bool of_name(char c)
{
	return c == '_' || ((unsigned char)c < 0x80 && isalnum((unsigned char)c));
}

/* What stands between this colon and the next. */
static bool named(str text, size_t at, str *name)
{
	size_t end = at + 1;

	while (end < text.n && end - at <= EMOJI_NAME && of_name(text.p[end]))
		end++;
	*name = str_n(text.p + at + 1, end - at - 1);
	return name->n && end < text.n && text.p[end] == ':';
}

static str emoji_url(const json_t *list, str name)
{
	for (size_t i = 0; i < jr_len(list); i++)
		if (str_eq(jr_str(jr_at(list, i), "shortcode"), name))
			return jr_str(jr_at(list, i), "url");
	return STR_NONE;
}

void emoji_html(struct buf *b, str html, str emojis)
{
	json_t *list JR_SCOPE = NULL;
	bool tag = false;
	size_t from = 0;
	str name, url;

	html = str_or(html, S(""));
	if (str_chr(html, ':') < 0 || !emojis.n || jr_parse(emojis, &list) || !jr_len(list)) {
		buf_add(b, html);
		return;
	}
	for (size_t i = 0; i < html.n; i++) {
		tag = html.p[i] == '<' || (tag && html.p[i] != '>');
		if (tag || html.p[i] != ':' || !named(html, i, &name))
			continue;
		url = emoji_url(list, name);
		if (!url.n)
			continue;
		buf_add(b, str_n(html.p + from, i - from));
		HTML(b, "<img class=\"emoji\" src=\"{}\" alt=\":{}:\" title=\":{}:\" loading=\"lazy\">", url, name, name);
		i += name.n + 1;
		from = i + 1;
	}
	buf_add(b, str_from(html, from));
}

void emoji_text(struct buf *b, str text, str emojis)
{
	struct buf html = buf_new(b->mem, b->max);

	buf_html(&html, text);
	emoji_html(b, buf_str(&html), emojis);
}

static void date(struct buf *b, const struct status *s)
{
	char text[CLOCK_TEXT];
	str iso = clock_iso_s(s->created_at, text);

	HTML(b, "<p class=\"meta\"><a href=\"{}\"><time datetime=\"{}\">{}</time></a></p>\n", str_or(s->url, s->uri), iso,
	     str_to(iso, 10));
}

void medium_html(struct buf *b, const struct attachment *m)
{
#define FILM(element, how) \
	"<figure><" element " src=\"{}\" poster=\"{}\" title=\"{}\" " how "></" element "></figure>\n"
	static const struct {
		const char *kind, *html; /* address, preview, description */
	} kinds[] = {
		{ "image", "<figure><a href=\"{}\"><img src=\"{}\" alt=\"{}\" loading=\"lazy\"></a></figure>\n" },
		{ "gifv", FILM("video", "autoplay loop muted playsinline") },
		{ "video", FILM("video", "controls preload=\"metadata\"") },
		{ "audio", FILM("audio", "controls preload=\"none\"") },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(m->kind, str_of(kinds[i].kind)) && m->url.n) {
			const str values[] = { m->url, str_or(m->small_url, S("")), str_or(m->description, S("")) };

			html_fill(b, kinds[i].html, values);
			return;
		}
	if (m->url.n)
		HTML(b, "<p><a href=\"{}\" rel=\"nofollow noopener noreferrer\">{}</a></p>\n", m->url, m->kind);
}

/* What its author wants to be asked for is asked for; with a warning above it, the warning does that. */
static void pictures(struct buf *b, const struct status_view *v)
{
	bool closed = v->media_n && v->s.sensitive;

	if (closed)
		HTML(b, "<details><summary>Sensitive content</summary>\n");
	for (size_t i = 0; i < v->media_n; i++)
		medium_html(b, &v->media[i]);
	if (closed)
		HTML(b, "</details>\n");
}

/* What was asked, with what it has come to where that is shown. */
static void poll(struct buf *b, const struct poll_view *p, str emojis)
{
	bool hidden = p->p.hide_totals && !p->expired;

	HTML(b, "<ul class=\"poll\">\n");
	for (size_t i = 0; i < p->options_n; i++) {
		HTML(b, "<li>");
		emoji_text(b, p->options[i].title, emojis);
		if (!hidden) {
			HTML(b, " <span class=\"meta\">");
			buf_int(b, p->options[i].votes_count);
			HTML(b, "</span>");
		}
		HTML(b, "</li>\n");
	}
	HTML(b, "</ul>\n");
}

static void author(struct buf *b, const struct account_view *a)
{
	HTML(b, "<p class=\"by\"><img src=\"{}\" alt=\"\" loading=\"lazy\"><a href=\"{}\"><strong>", a->avatar, a->url);
	emoji_text(b, str_or(a->a.display_name, a->a.username), a->a.emojis);
	HTML(b, "</strong></a> <span class=\"handle\">@{}</span></p>\n", a->acct);
}

static void quoted(struct buf *b, const struct status_view *v);

/* What somebody wrote, all but boosts. quotes: what it quotes is shown too; quotes within quotes are links. */
static void written(struct buf *b, const struct status_view *v, bool quotes)
{
	author(b, v->author);
	if (v->s.spoiler_text.n) {
		HTML(b, "<details><summary>");
		emoji_text(b, v->s.spoiler_text, v->s.emojis);
		HTML(b, "</summary>");
	}
	emoji_html(b, v->s.content, v->s.emojis); /* cleaned when it came in */
	HTML(b, "\n");
	if (v->poll)
		poll(b, v->poll, v->s.emojis);
	if (quotes)
		quoted(b, v->quote->quoted);
	if (v->s.spoiler_text.n)
		HTML(b, "</details>\n");
	pictures(b, v);
	date(b, &v->s);
}

static void quoted(struct buf *b, const struct status_view *v)
{
	HTML(b, "<article class=\"quoted\">\n");
	written(b, v, false);
	HTML(b, "</article>\n");
}

/* Where what is quoted stands there itself, the line that links to it is hidden (by the style). */
void post_html(struct buf *b, const struct status_view *v, bool focus)
{
	static const str classes[2][2] = { { S(""), S(" class=\"quoting\"") },
		                           { S(" class=\"focus\""), S(" class=\"focus quoting\"") } };
	const struct status_view *shown = v->reblog ? v->reblog : v;
	bool quotes = shown->quote && shown->quote->quoted;

	HTML(b, "<article{!}>\n", classes[focus][quotes]);
	if (v->reblog)
		HTML(b, "<p class=\"meta\">Boosted by @{}</p>\n", v->author->acct);
	written(b, shown, quotes);
	HTML(b, "</article>\n");
}

enum err posts_html(struct ctx *cx, struct buf *b, struct ids ids)
{
	struct status_view *views;
	size_t n;

	TRY(status_views(cx, ids, &views, &n));
	for (size_t i = 0; i < n; i++)
		post_html(b, &views[i], false);
	if (!n)
		HTML(b, "<p class=\"meta\">Nothing to see yet.</p>\n");
	return OK;
}

enum err posts_timeline(struct ctx *cx, struct buf *b, struct ids ids, const struct page *page, str here)
{
	if (!visible_timelines(cx)) {
		HTML(b, "<p class=\"meta\">Posts are shown to those who have an account here.</p>\n");
		return OK;
	}
	TRY(posts_html(cx, b, ids));
	if ((int64_t)ids.n >= page->limit)
		HTML(b, "<p><a rel=\"next\" href=\"{}?max_id={}\">Older posts</a></p>\n", here,
		     strf(cx->mem, "%lld", (long long)ids.v[ids.n - 1]));
	return OK;
}
