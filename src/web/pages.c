/* What browsers see of profiles, posts and tags: public things only, as anybody would see them. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "core/account.h"
#include "core/featured_collection.h"
#include "core/media.h"
#include "core/page.h"
#include "core/site.h"
#include "core/status.h"
#include "core/timeline.h"
#include "core/view.h"
#include "text/words.h"
#include "web/html.h"
#include "web/web.h"

enum { POSTS = 20,
       EXCERPT = 160 };

static void date(struct buf *b, const struct status *s)
{
	char text[CLOCK_TEXT];
	str iso = clock_iso_s(s->created_at, text);

	HTML(b, "<p class=\"meta\"><a href=\"{}\"><time datetime=\"{}\">{}</time></a></p>\n", str_or(s->url, s->uri), iso,
	     str_to(iso, 10));
}

static void medium(struct buf *b, const struct attachment *m)
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
		medium(b, &v->media[i]);
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

static void post(struct buf *b, const struct status_view *v, bool focus)
{
	const struct status_view *shown = v->reblog ? v->reblog : v;

	HTML(b, focus ? "<article class=\"focus\">\n" : "<article>\n");
	if (v->reblog)
		HTML(b, "<p class=\"meta\">Boosted by @{}</p>\n", v->author->acct);
	HTML(b,
	     "<p class=\"by\"><img src=\"{}\" alt=\"\" loading=\"lazy\"><a href=\"{}\"><strong>{}</strong></a> "
	     "<span class=\"handle\">@{}</span></p>\n",
	     shown->author->avatar, shown->author->url, str_or(shown->author->a.display_name, shown->author->a.username),
	     shown->author->acct);
	if (shown->s.spoiler_text.n)
		HTML(b, "<details><summary>{}</summary>", shown->s.spoiler_text);
	HTML(b, "{!}\n", shown->s.content); /* cleaned when it came in */
	if (shown->poll)
		poll(b, shown->poll);
	if (shown->s.spoiler_text.n)
		HTML(b, "</details>\n");
	pictures(b, shown);
	date(b, &shown->s);
	HTML(b, "</article>\n");
}

static enum err posts(struct ctx *cx, struct buf *b, struct ids ids)
{
	struct status_view *views;
	size_t n;

	TRY(status_views(cx, ids, &views, &n));
	for (size_t i = 0; i < n; i++)
		post(b, &views[i], false);
	if (!n)
		HTML(b, "<p class=\"meta\">Nothing to see yet.</p>\n");
	return OK;
}

static enum err timeline(struct ctx *cx, struct buf *b, struct ids ids)
{
	if (visible_timelines(cx))
		return posts(cx, b, ids);
	HTML(b, "<p class=\"meta\">Posts are shown to those who have an account here.</p>\n");
	return OK;
}

enum err web_home(struct request *rq, struct reply *rp)
{
	const struct site *site = rq->cx->site;
	struct timeline_filter local = { .local = true };
	struct page page = { .limit = POSTS };
	struct page_html p = html_page(rq, site->title);
	struct ids ids;

	TRY(timeline_public(rq->cx, &local, &page, &ids));
	HTML(&p.b, "<h1>{}</h1>\n", site->title);
	if (site->description.n)
		HTML(&p.b, "<p>{}</p>\n", site->description);
	TRY(timeline(rq->cx, &p.b, ids));
	html_reply(&p, rp, 200);
	return OK;
}

/* In the header of a profile's page: where its WebFinger is. */
static str lrdd(struct request *rq, const struct account *of, str uri)
{
	if (!str_eq(of->uri, uri))
		return S("");
	return strf(rq->cx->mem, "<%.*s/.well-known/webfinger?resource=acct%%3A%.*s%%40%.*s>; rel=\"lrdd\"; "
	                         "type=\"application/jrd+json\", ",
	            STR_F(rq->cx->site->base), STR_F(of->username), STR_F(codec_pct(rq->cx->mem, of->domain)));
}

/* What stands in the head of a page about one thing: where machines find it (federation.md 2.1; the header says it too),
 * what a preview shows, and whether search engines may keep it. */
static str about(struct request *rq, struct reply *rp, const struct account *of, str uri, str title, str text)
{
	struct buf b = buf_new(rq->cx->mem, 16384);

	reply_header(rp, "Link", strf(rq->cx->mem, "%.*s<%.*s>; rel=\"alternate\"; type=\"application/activity+json\"",
	                              STR_F(lrdd(rq, of, uri)), STR_F(uri)));
	reply_header(rp, "Vary", S("Accept"));
	HTML(&b,
	     "<link rel=\"alternate\" type=\"application/activity+json\" href=\"{}\">\n"
	     "<meta property=\"og:site_name\" content=\"{}\">\n<meta property=\"og:title\" content=\"{}\">\n"
	     "<meta property=\"og:description\" content=\"{}\">\n",
	     uri, rq->cx->site->title, title, text);
	if (!of->indexable)
		HTML(&b, "<meta name=\"robots\" content=\"noindex\">\n");
	return buf_str(&b);
}

static str excerpt(str text)
{
	return str_or(str_head_runes(text, EXCERPT), S(""));
}

static enum err local_account(struct request *rq, struct account_view *v)
{
	struct account a;

	TRY(account_local(rq->cx, rq->args[0], &a));
	if (a.suspended_at || a.deleted_at)
		return ERR_NOT_FOUND;
	TRY(account_view(rq->cx, a.id, v));
	v->a.note_source = a.note_source; /* no part of what views load */
	return OK;
}

static void fields(struct buf *b, str json)
{
	json_t *doc JR_SCOPE = NULL;

	if (!json.n || jr_parse(json, &doc) || !jr_len(doc))
		return;
	HTML(b, "<dl>\n");
	for (size_t i = 0; i < jr_len(doc); i++) {
		json_t *f = jr_at(doc, i);

		HTML(b, "<dt>{}</dt><dd>{!}{}</dd>\n", jr_str(f, "name"), jr_str(f, "value"),
		     jr_str(f, "verified_at").n ? S(" \xe2\x9c\x93") : S(""));
	}
	HTML(b, "</dl>\n");
}

enum err web_profile(struct request *rq, struct reply *rp)
{
	struct account_statuses filter = { .exclude_replies = true };
	struct page page = { .limit = POSTS };
	struct account_view v;
	struct page_html p;
	struct ids ids;
	str name;

	TRY(local_account(rq, &v));
	name = str_or(v.a.display_name, v.a.username);
	p = html_page_head(rq, name, about(rq, rp, &v.a, v.a.uri, name, excerpt(v.a.note_source)));
	HTML(&p.b,
	     "<div class=\"profile\"><img src=\"{}\" alt=\"\"><div><h1>{}</h1><p class=\"handle\">@{}@{}</p></div></div>\n{!}\n",
	     v.avatar, name, v.a.username, v.a.domain, v.a.note);
	fields(&p.b, v.a.fields);
	TRY(account_statuses(rq->cx, v.a.id, &filter, &page, &ids));
	TRY(timeline(rq->cx, &p.b, ids));
	html_reply(&p, rp, 200);
	return OK;
}

enum err web_post(struct request *rq, struct reply *rp)
{
	struct account_view author;
	struct status as_typed = { 0 };
	struct ids above, below;
	struct status_view v;
	struct page_html p;
	int64_t id;
	str text, name;

	TRY(local_account(rq, &author));
	TRY(rq_id(rq, 1, &id));
	TRY(status_view(rq->cx, id, &v));
	if (v.s.account_id != author.a.id || v.reblog)
		return ERR_NOT_FOUND;
	TRY(status_by_id(rq->cx, id, &as_typed));
	text = excerpt(v.s.spoiler_text.n ? v.s.spoiler_text : as_typed.text);
	name = author.a.username;
	p = html_page_head(rq, text.n ? strf(rq->cx->mem, "%.*s: %.*s", STR_F(name), STR_F(text)) : name,
	                   about(rq, rp, &author.a, v.s.uri, str_or(author.a.display_name, author.a.username), text));
	TRY(status_context(rq->cx, id, &above, &below));
	if (above.n)
		TRY(posts(rq->cx, &p.b, above));
	post(&p.b, &v, true);
	if (below.n)
		TRY(posts(rq->cx, &p.b, below));
	html_reply(&p, rp, 200);
	return OK;
}

/* For frames on other pages (oEmbed). */
enum err web_embed(struct request *rq, struct reply *rp)
{
	struct account_view author;
	struct status_view v;
	struct page_html p;
	int64_t id;

	TRY(local_account(rq, &author));
	TRY(rq_id(rq, 1, &id));
	TRY(status_view(rq->cx, id, &v));
	if (v.s.account_id != author.a.id || v.reblog)
		return ERR_NOT_FOUND;
	p = html_frame(rq, author.acct);
	post(&p.b, &v, true);
	html_reply(&p, rp, 200);
	return OK;
}

/* A film or a sound of one of ours, alone, for frames on other pages; pictures need no player. */
enum err web_player(struct request *rq, struct reply *rp)
{
	struct attachment file;
	struct status_view v;
	struct page_html p;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(media_hung(rq->cx, id, &file));
	TRY(status_view(rq->cx, file.status_id, &v));
	for (size_t i = 0; i < v.media_n; i++)
		if (v.media[i].id == id && !str_eq(v.media[i].kind, S("image")) && v.media[i].url.n) {
			p = html_bare_frame(rq, v.author->acct);
			medium(&p.b, &v.media[i]);
			html_reply(&p, rp, 200);
			return OK;
		}
	return ERR_NOT_FOUND;
}

enum err web_tag(struct request *rq, struct reply *rp)
{
	struct timeline_filter all = { 0 };
	struct page page = { .limit = POSTS };
	str name = tag_fold(rq->cx->mem, rq->args[0]);
	struct page_html p;
	struct ids ids;

	if (!name.n)
		return ERR_NOT_FOUND;
	p = html_page(rq, strf(rq->cx->mem, "#%.*s", STR_F(name)));
	TRY(timeline_tag(rq->cx, name, &all, &page, &ids));
	HTML(&p.b, "<h1>#{}</h1>\n", name);
	TRY(timeline(rq->cx, &p.b, ids));
	html_reply(&p, rp, 200);
	return OK;
}

static enum err people(struct ctx *cx, struct buf *b, const struct featured_view *v)
{
	struct ids ids = { NEWS(cx->mem, int64_t, v->items_n + 1), v->items_n };
	struct account_view *who;
	size_t n;

	for (size_t i = 0; i < v->items_n; i++)
		ids.v[i] = v->items[i].account_id;
	TRY(account_views(cx, ids, &who, &n));
	for (size_t i = 0; i < n; i++)
		HTML(b,
		     "<article><p class=\"by\"><img src=\"{}\" alt=\"\" loading=\"lazy\"><a href=\"{}\"><strong>{}</strong></a> "
		     "<span class=\"handle\">@{}</span></p>\n{!}</article>\n",
		     who[i].avatar, who[i].url, str_or(who[i].a.display_name, who[i].a.username), who[i].acct, who[i].a.note);
	return OK;
}

/* Of ours. What is marked as sensitive is asked for. */
enum err web_collection(struct request *rq, struct reply *rp)
{
	struct featured_view v;
	struct account_view owner;
	struct page_html p;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(featured_view(rq->cx, id, &v));
	TRY(account_view(rq->cx, v.c.account_id, &owner));
	if (!v.c.local || owner.a.site_id != rq->cx->site->id)
		return ERR_NOT_FOUND;
	owner.a.indexable &= v.c.discoverable;
	p = html_page_head(rq, v.c.name, about(rq, rp, &owner.a, v.c.uri, v.c.name, v.c.description));
	HTML(&p.b, "<h1>{}</h1>\n<p class=\"meta\">A collection by <a href=\"{}\">@{}</a></p>\n<p>{}</p>\n", v.c.name, owner.url,
	     owner.acct, v.c.description);
	if (v.c.sensitive)
		HTML(&p.b, "<details><summary>Sensitive content</summary>\n");
	TRY(people(rq->cx, &p.b, &v));
	if (v.c.sensitive)
		HTML(&p.b, "</details>\n");
	html_reply(&p, rp, 200);
	return OK;
}

enum err web_to_collection(struct request *rq, struct reply *rp)
{
	struct featured_view v;
	int64_t id;

	TRY(rq_id(rq, 1, &id));
	TRY(featured_view(rq->cx, id, &v));
	if (!v.c.local)
		return ERR_NOT_FOUND;
	reply_redirect(rp, 302, v.c.url);
	reply_header(rp, "Vary", S("Accept"));
	return OK;
}

/* Ids of actors and posts lead browsers to the page. */
enum err web_to_profile(struct request *rq, struct reply *rp)
{
	struct account a;

	TRY(account_local(rq->cx, rq->args[0], &a));
	reply_redirect(rp, 302, a.url);
	reply_header(rp, "Vary", S("Accept"));
	return OK;
}

enum err web_to_post(struct request *rq, struct reply *rp)
{
	struct account a;
	int64_t id;

	TRY(account_local(rq->cx, rq->args[0], &a));
	TRY(rq_id(rq, 1, &id));
	reply_redirect(rp, 302, strf(rq->cx->mem, "%.*s/%lld", STR_F(a.url), (long long)id));
	reply_header(rp, "Vary", S("Accept"));
	return OK;
}
