/* A post as other pages may show it: https://oembed.com, https://docs.joinmastodon.org/methods/oembed/ */
#include "api/handlers.h"
#include "base/url.h"
#include "core/account.h"
#include "core/site.h"
#include "core/view.h"
#include "core/visible.h"

enum { USUAL_WIDTH = 400,
       MOST = 2000,
       DAY_S = 86400 };

struct oembed_in {
	str url;
	int64_t maxwidth, maxheight;
};
static const struct param oembed_params[] = {
	P(oembed_in, url, P_STR, "url", 2048),
	P(oembed_in, maxwidth, P_INT, "maxwidth", 0),
	P(oembed_in, maxheight, P_INT, "maxheight", 0),
};

/* https://host/@name/ID or https://host/users/name/statuses/ID */
static bool id_in(struct ctx *cx, str url, int64_t *id)
{
	str path, part, last = STR_NONE;

	if (site_of_url(cx->app, url) != cx->site || !str_skip(&url, cx->site->base))
		return false;
	str_cut(&url, '?', &path);
	if (!str_starts(path, S("/@")) && !str_starts(path, S("/users/")))
		return false;
	while (str_cut(&path, '/', &part))
		last = part;
	return str_int(last, id) && *id > 0;
}

static int64_t size(int64_t asked, int64_t usual)
{
	return asked > 0 && asked < MOST ? asked : usual;
}

static void side(struct jw *w, const char *key, int64_t pixels)
{
	if (pixels)
		jw_int(w, key, pixels);
	else
		jw_null(w, key);
}

static void write_oembed(struct jw *w, const struct ctx *cx, const struct status_view *v, int64_t width, int64_t height)
{
	struct buf html = buf_new(w->b.mem, 8192);

	buf_addf(&html,
	         "<iframe src=\"%.*s/embed\" class=\"mastodon-embed\" style=\"max-width: 100%%; border: 0\" width=\"%lld\"",
	         STR_F(v->s.url), (long long)width);
	if (height)
		buf_addf(&html, " height=\"%lld\"", (long long)height);
	buf_add(&html, S(" sandbox=\"allow-popups allow-popups-to-escape-sandbox\" loading=\"lazy\"></iframe>"));
	jw_obj(w, NULL);
	jw_lit(w, "type", "rich");
	jw_lit(w, "version", "1.0");
	jw_str(w, "author_name", str_or(v->author->a.display_name, v->author->a.username));
	jw_str(w, "author_url", v->author->url);
	jw_str(w, "provider_name", cx->site->domain);
	jw_str(w, "provider_url", cx->site->base);
	jw_int(w, "cache_age", DAY_S);
	jw_str(w, "html", buf_str(&html));
	side(w, "width", width);
	side(w, "height", height);
	jw_end(w);
}

/* As nobody in particular would see it: it is for other pages. Posts from elsewhere are for their own servers to embed. */
static enum err reply_oembed(struct reply *rp, int64_t id, int64_t width, int64_t height)
{
	struct ctx *cx = rp->rq->cx;
	struct status_view v;

	cx->me = NULL;
	TRY(status_view(cx, id, &v));
	if (v.reblog || !account_is_local(&v.author->a))
		return fail(cx, ERR_NOT_FOUND, "Record not found");
	write_oembed(reply_json(rp), cx, &v, width, height);
	return OK;
}

enum err api_oembed(struct request *rq, struct reply *rp)
{
	struct oembed_in in = { 0 };
	int64_t id;

	TRY(PARAMS(rq, oembed_params, &in));
	if (!id_in(rq->cx, in.url, &id))
		return fail(rq->cx, ERR_NOT_FOUND, "Record not found");
	return reply_oembed(rp, id, size(in.maxwidth, USUAL_WIDTH), size(in.maxheight, 0));
}

struct elsewhere {
	str url;
	struct port_embed got;
	enum err e;
};

static void ask(struct ctx *cx, void *arg)
{
	struct elsewhere *of = arg;

	of->e = cx->app->ports.embed ? cx->app->ports.embed(cx, of->url, &of->got) : ERR_NOT_FOUND;
}

static void write_elsewhere(struct jw *w, const struct port_embed *g)
{
	jw_obj(w, NULL);
	jw_lit(w, "type", "rich");
	jw_lit(w, "version", "1.0");
	jw_str(w, "title", str_or(g->title, S("")));
	jw_str(w, "author_name", str_or(g->author_name, S("")));
	jw_str(w, "author_url", str_or(g->author_url, S("")));
	jw_str(w, "provider_name", str_or(g->provider_name, S("")));
	jw_str(w, "provider_url", str_or(g->provider_url, S("")));
	jw_int(w, "cache_age", DAY_S);
	jw_str(w, "html", g->html);
	side(w, "width", g->width);
	side(w, "height", g->height);
	jw_end(w);
}

/* Of a post of elsewhere that all may read, for people of this server: what its own server offers. */
static enum err reply_elsewhere(struct reply *rp, const struct status_view *v)
{
	struct request *rq = rp->rq;
	struct elsewhere *of = rq->later;

	if (!visible_status(&v->s, &v->author->a, 0))
		return fail(rq->cx, ERR_NOT_FOUND, "Record not found");
	if (!rq->resumed) {
		of = NEW(rq->cx->mem, struct elsewhere);
		of->url = str_or(v->s.url, v->s.uri);
		return rq_later(rq, ask, of);
	}
	if (of->e)
		return fail(rq->cx, ERR_NOT_FOUND, "Record not found");
	write_elsewhere(reply_json(rp), &of->got);
	return OK;
}

/* What a web client shows to copy. */
enum err api_web_embed(struct request *rq, struct reply *rp)
{
	struct status_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	if (rq->cx->me) {
		TRY(status_view(rq->cx, id, &v));
		if (!v.reblog && !account_is_local(&v.author->a))
			return reply_elsewhere(rp, &v);
	}
	return reply_oembed(rp, id, USUAL_WIDTH, 0);
}
