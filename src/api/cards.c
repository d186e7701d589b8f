/* Preview cards: https://docs.joinmastodon.org/entities/PreviewCard/ */
#include "core/card.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "core/timeline.h"
#include "http/reply.h"

static str text(str s)
{
	return str_or(s, S(""));
}

/* Everything but the closing brace. */
static void card_members(struct jw *w, const char *key, const struct card_view *v)
{
	const struct card *c = &v->c;

	jw_obj(w, key);
	jw_str(w, "url", c->url);
	jw_str(w, "title", text(c->title));
	jw_str(w, "description", text(c->description));
	jw_str(w, "language", c->language.n ? c->language : STR_NONE);
	jw_str(w, "type", c->kind);
	jw_str(w, "author_name", text(c->author_name));
	jw_str(w, "author_url", text(c->author_url));
	jw_str(w, "provider_name", text(c->provider_name));
	jw_str(w, "provider_url", text(c->provider_url));
	jw_str(w, "html", text(c->html));
	jw_int(w, "width", c->width);
	jw_int(w, "height", c->height);
	jw_str(w, "image", v->image);
	jw_str(w, "image_description", text(c->image_description));
	jw_str(w, "embed_url", text(c->embed_url));
	jw_str(w, "blurhash", c->blurhash.n ? c->blurhash : STR_NONE);
	jw_time(w, "published_at", c->published_at);
	jw_arr(w, "authors");
	jw_obj(w, NULL);
	jw_str(w, "name", text(v->author ? str_or(v->author->a.display_name, v->author->a.username) : c->author_name));
	jw_str(w, "url", text(v->author ? v->author->url : c->author_url));
	if (v->author)
		entity_account(w, "account", v->author);
	else
		jw_null(w, "account");
	jw_end(w);
	jw_end(w);
}

void entity_card(struct jw *w, const char *key, const struct card_view *v)
{
	card_members(w, key, v);
	jw_end(w);
}

void entity_trending_link(struct jw *w, const struct card_used *u, int64_t day)
{
	card_members(w, NULL, &u->card);
	jw_arr(w, "history");
	jw_obj(w, NULL);
	jw_str(w, "day", strf(w->b.mem, "%lld", (long long)day / 1000));
	jw_str(w, "accounts", strf(w->b.mem, "%lld", (long long)u->accounts));
	jw_str(w, "uses", strf(w->b.mem, "%lld", (long long)u->uses));
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

/* Removed from Mastodon; old apps still ask. */
enum err api_status_card(struct request *rq, struct reply *rp)
{
	struct status_view v;
	struct jw *w;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(status_view(rq->cx, id, &v));
	w = reply_json(rp);
	if (v.card) {
		entity_card(w, NULL, v.card);
		return OK;
	}
	jw_obj(w, NULL);
	jw_end(w);
	return OK;
}

struct link_in {
	str url;
};
static const struct param link_params[] = { P(link_in, url, P_STR, "url", 2048) };

enum err api_timeline_link(struct request *rq, struct reply *rp)
{
	struct link_in in = { 0 };
	struct page page;
	struct ids ids;

	TRY(api_may_read_timelines(rp));
	TRY(PARAMS(rq, link_params, &in));
	TRY(rq_page(rq, 20, 40, &page));
	TRY(card_timeline(rq->cx, str_or(in.url, S("")), &page, &ids));
	return reply_statuses(rp, ids);
}
