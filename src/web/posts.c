/* Posts as pieces of a page. */
#include "web/posts.h"

#include "base/clock.h"
#include "core/media.h"
#include "web/html.h"

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
static void poll(struct buf *b, const struct poll_view *p)
{
	bool hidden = p->p.hide_totals && !p->expired;

	HTML(b, "<ul class=\"poll\">\n");
	for (size_t i = 0; i < p->options_n; i++) {
		HTML(b, "<li>{}", p->options[i].title);
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
	HTML(b,
	     "<p class=\"by\"><img src=\"{}\" alt=\"\" loading=\"lazy\"><a href=\"{}\"><strong>{}</strong></a> "
	     "<span class=\"handle\">@{}</span></p>\n",
	     a->avatar, a->url, str_or(a->a.display_name, a->a.username), a->acct);
}

static void quoted(struct buf *b, const struct status_view *v);

/* What somebody wrote, all but boosts. quotes: what it quotes is shown too; quotes within quotes are links. */
static void written(struct buf *b, const struct status_view *v, bool quotes)
{
	author(b, v->author);
	if (v->s.spoiler_text.n)
		HTML(b, "<details><summary>{}</summary>", v->s.spoiler_text);
	HTML(b, "{!}\n", v->s.content); /* cleaned when it came in */
	if (v->poll)
		poll(b, v->poll);
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
	const struct status_view *shown = v->reblog ? v->reblog : v;
	bool quotes = shown->quote && shown->quote->quoted;

	HTML(b, "<article class=\"{}{}\">\n", focus ? S("focus ") : S(""), quotes ? S("quoting") : S(""));
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

enum err posts_timeline(struct ctx *cx, struct buf *b, struct ids ids)
{
	if (visible_timelines(cx))
		return posts_html(cx, b, ids);
	HTML(b, "<p class=\"meta\">Posts are shown to those who have an account here.</p>\n");
	return OK;
}
