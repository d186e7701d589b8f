/* What browsers see of profiles, posts and tags: public things only, as anybody would see them. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "core/account.h"
#include "core/featured_collection.h"
#include "core/media.h"
#include "core/page.h"
#include "core/sign_up.h"
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
       EXCERPT = 160,
       ALT = 400 };

/* For strangers the way in; for who is logged in what is their own, but who may do nothing yet sees what strangers see. */
static enum err ways_on(struct request *rq, struct reply *rp, struct buf *b)
{
	struct ctx *cx = rq->cx;
	struct session s;
	enum err e = web_session(rq, &s);

	if (e == ERR_NOT_FOUND) {
		HTML(b, "<p><a href=\"/about\">About</a> · <a href=\"/auth/sign_in\">Log in</a>{!}</p>\n",
		     sign_up_rule(cx) >= SIGN_UP_APPROVED ? S(" · <a href=\"/auth/sign_up\">Make an account</a>") : S(""));
		return OK;
	}
	TRY(e);
	reply_header(rp, "Cache-Control", S("no-store"));
	HTML(b, "<p>@{}@{} · ", cx->me->username, cx->me->domain);
	if (cx->missing) {
		HTML(b, "{}", str_of(cx->missing));
		cx->me = NULL;
		cx->user_id = 0;
	} else {
		HTML(b, "<a href=\"/auth/edit\">Login and sessions</a> · "
		        "<a href=\"/auth/edit/second_factor\">Second factor</a> · "
		        "<a href=\"/oauth/authorized_applications\">Apps</a> · <a href=\"/statuses_cleanup\">Old posts</a> · "
		        "<a href=\"/settings/migration\">Moving</a>");
	}
	HTML(b, " · <a href=\"/auth/sign_in\">Log out</a> · <a href=\"/about\">About</a></p>\n");
	return OK;
}

enum err web_home(struct request *rq, struct reply *rp)
{
	const struct site *site = rq->cx->site;
	struct timeline_filter local = { .local = true };
	struct page page;
	struct page_html p = html_page(rq, site->title);
	struct ids ids;

	TRY(rq_page(rq, POSTS, POSTS, &page));
	HTML(&p.b, "<h1>{}</h1>\n", site->title);
	if (site->description.n)
		HTML(&p.b, "<p>{}</p>\n", site->description);
	TRY(ways_on(rq, rp, &p.b));
	TRY(timeline_public(rq->cx, &local, &page, &ids));
	TRY(posts_timeline(rq->cx, &p.b, ids, &page, S("/")));
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

/* What else a preview of a post shows, and where frames of it are to be had. */
static str about_post(struct request *rq, const struct status_view *v)
{
	struct buf b = buf_new(rq->cx->mem, 16384);
	const struct attachment *m = v->media_n && !v->s.sensitive && !v->s.spoiler_text.n ? v->media : NULL;
	bool shown = m && str_eq(m->kind, S("image")) && m->url.n;
	char text[CLOCK_TEXT];

	HTML(&b,
	     "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{}/api/oembed?format=json&amp;url={}\">\n"
	     "<meta property=\"og:type\" content=\"article\">\n<meta property=\"og:url\" content=\"{}\">\n"
	     "<meta property=\"og:published_time\" content=\"{}\">\n<meta property=\"og:image\" content=\"{}\">\n",
	     rq->cx->site->base, codec_pct(rq->cx->mem, v->s.url), v->s.url, clock_iso_s(v->s.created_at, text),
	     shown ? m->url : v->author->avatar);
	if (shown && m->description.n)
		HTML(&b, "<meta property=\"og:image:alt\" content=\"{}\">\n", str_head_runes(m->description, ALT));
	HTML(&b, "<meta name=\"twitter:card\" content=\"{}\">\n", shown ? S("summary_large_image") : S("summary"));
	return buf_str(&b);
}

static str about_person(struct request *rq, const struct account_view *v)
{
	struct buf b = buf_new(rq->cx->mem, 16384);

	HTML(&b,
	     "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{}.rss\">\n"
	     "<meta property=\"og:type\" content=\"profile\">\n<meta property=\"og:url\" content=\"{}\">\n"
	     "<meta property=\"og:image\" content=\"{}\">\n<meta property=\"profile:username\" content=\"{}@{}\">\n"
	     "<meta name=\"twitter:card\" content=\"summary\">\n",
	     v->url, v->url, v->avatar, v->a.username, v->a.domain);
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

static void fields(struct buf *b, str json, str emojis)
{
	json_t *doc JR_SCOPE = NULL;

	if (!json.n || jr_parse(json, &doc) || !jr_len(doc))
		return;
	HTML(b, "<dl>\n");
	for (size_t i = 0; i < jr_len(doc); i++) {
		json_t *f = jr_at(doc, i);

		HTML(b, "<dt>");
		emoji_text(b, jr_str(f, "name"), emojis);
		HTML(b, "</dt><dd>");
		emoji_html(b, jr_str(f, "value"), emojis);
		HTML(b, "{}</dd>\n", jr_str(f, "verified_at").n ? S(" \xe2\x9c\x93") : S(""));
	}
	HTML(b, "</dl>\n");
}

/* What is known here of others has its page where it lives. */
static enum err elsewhere(struct request *rq, struct reply *rp, const struct account_view *who, str url)
{
	struct page_html p;

	if (account_is_local(&who->a)) {
		reply_redirect(rp, 302, url);
		return OK;
	}
	p = html_page_head(rq, S("On another server"), S("<meta name=\"robots\" content=\"noindex\">\n"));
	HTML(&p.b,
	     "<h1>On another server</h1>\n<p>This is of @{}, who is not from here. It can be seen at "
	     "<a href=\"{}\" rel=\"nofollow noopener noreferrer\">{}</a></p>\n",
	     who->acct, url, url);
	html_reply(&p, rp, 200);
	return OK;
}

static enum err profile_elsewhere(struct request *rq, struct reply *rp)
{
	struct account_view v;
	struct account a;

	TRY(account_by_handle(rq->cx, rq->args[0], &a));
	TRY(account_view(rq->cx, a.id, &v));
	return elsewhere(rq, rp, &v, v.url);
}

static enum err post_elsewhere(struct request *rq, struct reply *rp)
{
	struct status_view v;
	struct account a;
	int64_t id;

	TRY(account_by_handle(rq->cx, rq->args[0], &a));
	TRY(rq_id(rq, 1, &id));
	TRY(status_view(rq->cx, id, &v));
	return v.s.account_id != a.id || v.reblog ? ERR_NOT_FOUND : elsewhere(rq, rp, v.author, str_or(v.s.url, v.s.uri));
}

static void count(struct buf *b, int64_t n, const char *what)
{
	buf_int(b, n);
	HTML(b, " {!}", str_of(what));
}

static void person(struct buf *b, const struct account_view *v)
{
	HTML(b, "<div class=\"profile\"><img src=\"{}\" alt=\"{}\"><div><h1>", v->avatar, str_or(v->a.avatar_description, S("")));
	emoji_text(b, str_or(v->a.display_name, v->a.username), v->a.emojis);
	HTML(b, "</h1><p class=\"handle\">@{}@{}</p></div></div>\n", v->a.username, v->a.domain);
	if (v->moved)
		HTML(b, "<p class=\"said\">Has moved to <a href=\"{}\">@{}</a></p>\n", v->moved->url, v->moved->acct);
	emoji_html(b, v->a.note, v->a.emojis);
	fields(b, v->a.fields, v->a.emojis);
	HTML(b, "<p class=\"meta\">");
	count(b, v->a.statuses_count, "posts · ");
	count(b, v->a.following_count, "following · ");
	count(b, v->a.followers_count, "followers</p>\n");
}

/* Above the rest, as they are kept. */
static enum err pinned(struct ctx *cx, struct buf *b, int64_t account_id)
{
	struct account_statuses filter = { .pinned = true };
	struct page page = { .limit = POSTS };
	struct ids ids;

	TRY(account_statuses(cx, account_id, &filter, &page, &ids));
	if (!ids.n || !visible_timelines(cx))
		return OK;
	HTML(b, "<section class=\"pinned\">\n<h2>Pinned</h2>\n");
	TRY(posts_html(cx, b, ids));
	HTML(b, "</section>\n<h2>Posts</h2>\n");
	return OK;
}

enum err web_profile(struct request *rq, struct reply *rp)
{
	str name = rq->args[0];
	bool feed = str_chop(&name, S(".rss"));
	struct account_statuses filter = { .exclude_replies = true, .exclude_reblogs = feed };
	struct account_view v;
	struct page page;
	struct page_html p;
	struct ids ids;

	if (str_chr(name, '@') > 0 && !feed)
		return profile_elsewhere(rq, rp);
	TRY(local_account(rq, name, &v));
	TRY(rq_page(rq, POSTS, POSTS, &page));
	TRY(account_statuses(rq->cx, v.a.id, &filter, &page, &ids));
	if (feed)
		return visible_timelines(rq->cx) ? rss_profile(rq, rp, &v, ids) : ERR_NOT_FOUND;
	name = str_or(v.a.display_name, v.a.username);
	p = html_page_head(rq, name, str_cat(rq->cx->mem, about(rq, rp, &v.a, v.a.uri, name, excerpt(v.a.note_source)),
	                                     about_person(rq, &v)));
	person(&p.b, &v);
	if (!page.max_id && !page.min_id && !page.since_id)
		TRY(pinned(rq->cx, &p.b, v.a.id));
	TRY(posts_timeline(rq->cx, &p.b, ids, &page, v.url));
	html_reply(&p, rp, 200);
	return OK;
}

/* Of a profile in Mastodon's web client, whose links people pass on. */
static bool is_part(str s)
{
	static const char *const parts[] = { "with_replies", "media", "featured", "followers", "following" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (str_eq(s, str_of(parts[i])))
			return true;
	return false;
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

	if (str_chr(rq->args[0], '@') > 0)
		return post_elsewhere(rq, rp);
	TRY(local_account(rq, rq->args[0], &author));
	if (is_part(rq->args[1])) {
		reply_redirect(rp, 302, author.url);
		return OK;
	}
	TRY(rq_id(rq, 1, &id));
	TRY(status_view(rq->cx, id, &v));
	if (v.s.account_id != author.a.id || v.reblog)
		return ERR_NOT_FOUND;
	TRY(status_by_id(rq->cx, id, &as_typed));
	text = excerpt(v.s.spoiler_text.n ? v.s.spoiler_text : as_typed.text);
	name = author.a.username;
	p = html_page_head(rq, text.n ? strf(rq->cx->mem, "%.*s: %.*s", STR_F(name), STR_F(text)) : name,
	                   str_cat(rq->cx->mem,
	                           about(rq, rp, &author.a, v.s.uri, str_or(author.a.display_name, author.a.username), text),
	                           about_post(rq, &v)));
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
	HTML(&p.b, "<p class=\"meta\"><a href=\"{}\">@{}@{}</a></p>\n", author.url, author.a.username, author.a.domain);
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
	struct page page;
	str here, name = rq->args[0];
	bool feed = str_chop(&name, S(".rss"));
	struct page_html p;
	struct ids ids;

	name = tag_fold(rq->cx->mem, name);
	if (!name.n)
		return ERR_NOT_FOUND;
	TRY(rq_page(rq, POSTS, POSTS, &page));
	TRY(timeline_tag(rq->cx, name, &all, &page, &ids));
	if (feed)
		return visible_timelines(rq->cx) ? rss_tag(rq, rp, name, ids) : ERR_NOT_FOUND;
	here = str_cat(rq->cx->mem, S("/tags/"), codec_pct(rq->cx->mem, name));
	p = html_page_head(rq, strf(rq->cx->mem, "#%.*s", STR_F(name)),
	                   strf(rq->cx->mem, "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"%.*s.rss\">\n",
	                        STR_F(here)));
	HTML(&p.b, "<h1>#{}</h1>\n", name);
	TRY(posts_timeline(rq->cx, &p.b, ids, &page, here));
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
