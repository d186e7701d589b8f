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
#include "web/posts.h"
#include "web/rss.h"
#include "web/web.h"

enum { POSTS = 20,
       EXCERPT = 160 };

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
	TRY(posts_timeline(rq->cx, &p.b, ids));
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

static enum err local_account(struct request *rq, str name, struct account_view *v)
{
	struct account a;

	TRY(account_local(rq->cx, name, &a));
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

static str feed_link(struct request *rq, str page)
{
	struct buf b = buf_new(rq->cx->mem, 4096);

	HTML(&b, "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{}.rss\">\n", page);
	return str_or(buf_str(&b), S(""));
}

enum err web_profile(struct request *rq, struct reply *rp)
{
	str name = rq->args[0];
	bool feed = str_chop(&name, S(".rss"));
	struct account_statuses filter = { .exclude_replies = true, .exclude_reblogs = feed };
	struct page page = { .limit = POSTS };
	struct account_view v;
	struct page_html p;
	struct ids ids;

	TRY(local_account(rq, name, &v));
	TRY(account_statuses(rq->cx, v.a.id, &filter, &page, &ids));
	if (feed)
		return visible_timelines(rq->cx) ? rss_profile(rq, rp, &v, ids) : ERR_NOT_FOUND;
	name = str_or(v.a.display_name, v.a.username);
	p = html_page_head(rq, name, strf(rq->cx->mem, "%.*s%.*s", STR_F(feed_link(rq, v.url)),
	                                  STR_F(about(rq, rp, &v.a, v.a.uri, name, excerpt(v.a.note_source)))));
	HTML(&p.b,
	     "<div class=\"profile\"><img src=\"{}\" alt=\"\"><div><h1>{}</h1><p class=\"handle\">@{}@{}</p></div></div>\n{!}\n",
	     v.avatar, name, v.a.username, v.a.domain, v.a.note);
	fields(&p.b, v.a.fields);
	TRY(posts_timeline(rq->cx, &p.b, ids));
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

	TRY(local_account(rq, rq->args[0], &author));
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
		TRY(posts_html(rq->cx, &p.b, above));
	post_html(&p.b, &v, true);
	if (below.n)
		TRY(posts_html(rq->cx, &p.b, below));
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

	TRY(local_account(rq, rq->args[0], &author));
	TRY(rq_id(rq, 1, &id));
	TRY(status_view(rq->cx, id, &v));
	if (v.s.account_id != author.a.id || v.reblog)
		return ERR_NOT_FOUND;
	p = html_frame(rq, author.acct);
	post_html(&p.b, &v, true);
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
			medium_html(&p.b, &v.media[i]);
			html_reply(&p, rp, 200);
			return OK;
		}
	return ERR_NOT_FOUND;
}

enum err web_tag(struct request *rq, struct reply *rp)
{
	struct timeline_filter all = { 0 };
	struct page page = { .limit = POSTS };
	str name = rq->args[0];
	bool feed = str_chop(&name, S(".rss"));
	struct page_html p;
	struct ids ids;

	name = tag_fold(rq->cx->mem, name);
	if (!name.n)
		return ERR_NOT_FOUND;
	TRY(timeline_tag(rq->cx, name, &all, &page, &ids));
	if (feed)
		return visible_timelines(rq->cx) ? rss_tag(rq, rp, name, ids) : ERR_NOT_FOUND;
	p = html_page_head(rq, strf(rq->cx->mem, "#%.*s", STR_F(name)),
	                   feed_link(rq, str_cat(rq->cx->mem, S("/tags/"), codec_pct(rq->cx->mem, name))));
	HTML(&p.b, "<h1>#{}</h1>\n", name);
	TRY(posts_timeline(rq->cx, &p.b, ids));
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
