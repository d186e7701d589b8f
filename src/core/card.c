#include "core/card.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/url.h"
#include "core/job.h"
#include "core/paging.h"
#include "core/remote_file.h"
#include "core/site.h"
#include "core/timeline.h"
#include "core/view_account.h"
#include "store/feeds.h"
#include "text/page.h"

enum { AGAIN_MS = 14 * DAY, AGAIN_NOTHING_MS = DAY, JUST_MS = 10 * MINUTE, SPREAD_MS = MINUTE, USED_MOST = 100, PAGE_USUAL = 20,
       PAGE_MOST = 40 };

/* Letters past ASCII as they go over the wire. */
static str encoded(struct arena *mem, str url)
{
	struct buf b = buf_new(mem, 4096);

	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] < 0x80)
			buf_byte(&b, url.p[i]);
		else
			buf_addf(&b, "%%%02X", (unsigned char)url.p[i]);
	return str_or(buf_str(&b), S(""));
}

str card_link(struct ctx *cx, const struct status *s, str quoted)
{
	struct url u;
	str link;

	if (s->reblog_of_id || s->local_only || (!str_eq(s->visibility, S("public")) && !str_eq(s->visibility, S("unlisted"))))
		return STR_NONE;
	if (str_find(s->content, S("<a ")) < 0)
		return STR_NONE;
	link = page_first_link(cx->mem, s->content);
	if (str_none(link) || (quoted.n && str_eq(link, quoted)))
		return STR_NONE;
	if (url_parse(cx->mem, link, &u) && url_parse(cx->mem, encoded(cx->mem, link), &u))
		return STR_NONE;
	return site_ours(cx->app, u.authority) ? STR_NONE : u.whole;
}

static bool fresh(const struct ctx *cx, const struct card *c)
{
	if (c->state == CARD_UNREAD)
		return false;
	return c->fetched_at > cx->now - (c->state == CARD_THERE ? (int64_t)AGAIN_MS : AGAIN_NOTHING_MS);
}

static int64_t spread(void)
{
	uint16_t r;

	codec_random(&r, sizeof(r));
	return SECOND + r * (int64_t)(SPREAD_MS - SECOND) / 65536;
}

static enum err ask(struct ctx *cx, const struct status *s, str link)
{
	struct jw w;

	jw_init(&w, cx->mem, 8192);
	jw_obj(&w, NULL);
	jw_str(&w, "url", link);
	jw_end(&w);
	return job_add_for_later(cx, "card", jw_done(&w), url_authority(cx->mem, link), str_cat(cx->mem, S("card "), link),
	                   s->site_id ? cx->now : cx->now + spread());
}

enum err card_note(struct ctx *cx, const struct status *s, str link)
{
	struct card c = { 0 };
	enum err e;

	if (str_none(link))
		return status_cards_drop(cx->db, s->id);
	e = cards_by_link(cx->db, cx->mem, link, &c);
	if (e == ERR_NOT_FOUND) {
		c.id = id_new();
		e = cards_make(cx->db, c.id, link, cx->now);
	}
	TRY(e);
	TRY(status_cards_put(cx->db, s->id, c.id));
	return fresh(cx, &c) ? OK : ask(cx, s, link);
}

enum err card_due(struct ctx *cx, str url, struct card *c)
{
	TRY(cards_by_link(cx->db, cx->mem, url, c));
	return c->state != CARD_UNREAD && c->fetched_at > cx->now - JUST_MS ? ERR_NOT_FOUND : OK;
}

struct reading {
	const struct card *c;
	str canonical;
};

/* What is known of the picture stays as long as the page shows that one. */
static void keep_picture(struct card *c, const struct card *now)
{
	bool same = c->image_url.n && str_eq(c->image_url, now->image_url);

	c->blurhash = same ? now->blurhash : S("");
	if (same && !(c->width && c->height)) {
		c->width = now->width;
		c->height = now->height;
	}
}

static enum err put_card(struct ctx *cx, void *arg)
{
	const struct reading *r = arg;
	struct card c = *r->c, other = { 0 }, now = { 0 };
	enum err e = cards_by_id(cx->db, cx->mem, c.id, &now);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e; /* it became another meanwhile */
	c.url = now.url;
	c.fetched_at = cx->now;
	keep_picture(&c, &now);
	if (r->canonical.n && !str_eq(r->canonical, c.url)) {
		e = cards_by_link(cx->db, cx->mem, r->canonical, &other);
		if (e && e != ERR_NOT_FOUND)
			return e;
		if (!e && other.id != c.id) {
			TRY(cards_merge(cx->db, c.id, other.id));
			c.id = other.id;
			c.url = other.url;
			if (!c.blurhash.n)
				keep_picture(&c, &other);
		} else {
			c.url = r->canonical;
			TRY(cards_link(cx->db, c.url, c.id));
		}
	}
	/* A page that cannot be had just now stays what it was. */
	if (c.state == CARD_NOTHING && now.state == CARD_THERE) {
		now.fetched_at = cx->now;
		return cards_set(cx->db, &now);
	}
	return cards_set(cx->db, &c);
}

enum err card_read(struct ctx *cx, const struct card *c, str canonical)
{
	return write_tx(cx, put_card, &(struct reading){ c, canonical });
}

/* Authors, for cards that name one. */
static enum err give_authors(struct ctx *cx, struct card_view *views, size_t n)
{
	struct ids ids = { NEWS(cx->mem, int64_t, n), 0 };
	struct account_view *accounts;
	size_t m;

	for (size_t i = 0; i < n; i++)
		if (views[i].c.author_id)
			ids.v[ids.n++] = views[i].c.author_id;
	if (!ids.n)
		return OK;
	TRY(view_accounts(cx, ids, &accounts, &m));
	for (size_t i = 0; i < n; i++)
		views[i].author = view_account_of(accounts, m, views[i].c.author_id);
	return OK;
}

static struct card_view view_of(struct ctx *cx, const struct card *c)
{
	str base = cx->site ? cx->site->base : S("");

	return (struct card_view){ .c = *c, .image = c->image_url.n ? remote_card(cx, base, c->image_url) : STR_NONE };
}

enum err card_views(struct ctx *cx, str status_ids, struct card_view **out, size_t *n)
{
	struct db_rows rows = { 0 };

	TRY(cards_shown(cx->db, cx->mem, status_ids, &rows));
	*n = rows.n;
	*out = NEWS(cx->mem, struct card_view, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = view_of(cx, &((const struct card *)rows.p)[i]);
	return give_authors(cx, *out, *n);
}

enum err card_timeline(struct ctx *cx, str url, const struct page *p, struct ids *ids)
{
	struct timeline_page page = { .viewer = cx->me ? cx->me->id : 0, .now = cx->now,
		                      .span = span_of(p, PAGE_USUAL, PAGE_MOST) };
	struct card c = { 0 };
	struct url u;

	*ids = (struct ids){ 0 };
	if (url_parse(cx->mem, url, &u))
		return ERR_NOT_FOUND;
	TRY(cards_by_link(cx->db, cx->mem, u.whole, &c));
	if (c.state != CARD_THERE)
		return ERR_NOT_FOUND;
	page.card_id = c.id;
	TRY(timelines_link(cx->db, cx->mem, &page, ids));
	span_turn(&page.span, ids);
	return OK;
}

enum err card_list_used(struct ctx *cx, int64_t since, int64_t limit, int64_t offset, struct card_used **out, size_t *n)
{
	struct db_rows rows = { 0 }, cards = { 0 };
	struct card_view *views;
	const struct card_use *u;
	struct ids ids;

	limit = limit < 1 ? 1 : limit > USED_MOST ? USED_MOST : limit;
	TRY(cards_used(cx->db, cx->mem, id_at(since), limit, offset < 0 ? 0 : offset, &rows));
	u = rows.p;
	ids = (struct ids){ NEWS(cx->mem, int64_t, rows.n), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		ids.v[i] = u[i].id;
	TRY(cards_by_ids(cx->db, cx->mem, db_id_list(cx->mem, ids), &cards));
	views = NEWS(cx->mem, struct card_view, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < cards.n; k++)
			if (((const struct card *)cards.p)[k].id == u[i].id)
				views[i] = view_of(cx, &((const struct card *)cards.p)[k]);
	TRY(give_authors(cx, views, rows.n));
	*out = NEWS(cx->mem, struct card_used, rows.n);
	*n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*out)[i] = (struct card_used){ views[i], u[i].accounts, u[i].uses };
	return OK;
}
