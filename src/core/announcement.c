#include "core/announcement.h"

#include "base/clock.h"
#include "core/account.h"
#include "core/draft.h"
#include "core/hub.h"
#include "core/search.h"
#include "core/site.h"
#include "core/visible.h"
#include "text/compose.h"
#include "text/words.h"

enum { TEXT_RUNES = 10000 };

static enum err find_named(struct ctx *cx, struct compose *c, str *named)
{
	struct ids ids = { NEWS(cx->mem, int64_t, c->mention_count), 0 };

	for (size_t i = 0; i < c->mention_count; i++) {
		struct account a = { 0 };
		enum err e = draft_mention(cx, &c->mentions[i], &a);

		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		if (!ids_has(ids, a.id))
			ids.v[ids.n++] = a.id;
	}
	*named = db_id_list(cx->mem, ids);
	return OK;
}

/* Addresses of posts that are known here and that everybody may see. */
static enum err find_linked(struct ctx *cx, str text, str *linked)
{
	struct compose plain;
	struct ids ids;

	compose_scan(cx->mem, text, &plain);
	ids = (struct ids){ NEWS(cx->mem, int64_t, plain.span_count), 0 };
	for (size_t i = 0; i < plain.span_count; i++) {
		struct status s = { 0 };
		enum err e;

		if (plain.spans[i].kind != COMPOSE_LINK)
			continue;
		e = search_post_at(cx, plain.spans[i].href, &s);
		if (!e)
			e = visible_check(cx, 0, &s);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		if (!ids_has(ids, s.id))
			ids.v[ids.n++] = s.id;
	}
	*linked = db_id_list(cx->mem, ids);
	return OK;
}

/* Checks it, and makes of the text what it looks like and whom it names. */
static enum err write_out(struct ctx *cx, struct announcement *a)
{
	struct compose c;

	if (!a->text.n || !str_utf8(a->text) || str_runes(a->text) > TEXT_RUNES)
		return fail(cx, ERR_INVALID, "An announcement is a text of at most %d characters", TEXT_RUNES);
	if (a->ends_at && a->starts_at > a->ends_at)
		return fail(cx, ERR_INVALID, "It ends before it starts");
	compose_scan_markdown(cx->mem, a->text, &c);
	TRY(find_named(cx, &c, &a->named));
	TRY(find_linked(cx, a->text, &a->linked));
	c.tag_base = str_cat(cx->mem, cx->site->base, S("/tags/"));
	a->content = compose_markdown(cx->mem, a->text, &c);
	return OK;
}

static enum err insert(struct ctx *cx, void *arg)
{
	const struct announcement *a = arg;

	hub_publish(cx, &(struct event){ .kind = EV_ANNOUNCEMENT, .to = a->site_id, .id = a->id });
	return announcements_insert(cx->db, a);
}

enum err announcement_add(struct ctx *cx, const struct announcement_in *in, int64_t *id)
{
	struct announcement a = {
		.id = id_new(),
		.site_id = cx->site->id,
		.text = str_trim(in->text),
		.starts_at = in->starts_at,
		.ends_at = in->ends_at,
		.all_day = in->all_day,
		.published_at = cx->now,
		.updated_at = cx->now,
	};

	TRY(write_out(cx, &a));
	*id = a.id;
	return write_tx(cx, insert, &a);
}

struct changing {
	int64_t id;
	const struct announcement_in *in;
};

/* One that is over goes, as at its time. */
static enum err change(struct ctx *cx, void *arg)
{
	const struct changing *c = arg;
	const struct announcement_in *in = c->in;
	struct announcement a = { 0 };
	bool over;

	TRY(announcements_get(cx->db, cx->mem, cx->site->id, c->id, &a));
	a.text = in->has_text ? str_trim(in->text) : a.text;
	a.starts_at = in->has_starts ? in->starts_at : a.starts_at;
	a.ends_at = in->has_ends ? in->ends_at : a.ends_at;
	a.all_day = in->has_starts || in->has_ends ? in->all_day : in->all_day || a.all_day;
	a.updated_at = cx->now;
	TRY(write_out(cx, &a));
	over = a.ends_at && a.ends_at <= cx->now;
	hub_publish(cx, &(struct event){ .kind = over ? EV_ANNOUNCEMENT_DELETE : EV_ANNOUNCEMENT, .to = a.site_id, .id = a.id });
	return announcements_update(cx->db, &a);
}

enum err announcement_change(struct ctx *cx, int64_t id, const struct announcement_in *in)
{
	struct changing c = { id, in };

	return write_tx(cx, change, &c);
}

struct which {
	int64_t id;
	str name;
	bool on;
};

static enum err remove_one(struct ctx *cx, void *arg)
{
	const struct which *w = arg;
	bool was;

	TRY(announcements_delete(cx->db, cx->site->id, w->id, &was));
	hub_publish(cx, &(struct event){ .kind = EV_ANNOUNCEMENT_DELETE, .to = cx->site->id, .id = w->id });
	return was ? OK : ERR_NOT_FOUND;
}

enum err announcement_remove(struct ctx *cx, int64_t id)
{
	struct which w = { .id = id };

	return write_tx(cx, remove_one, &w);
}

static enum err load_emojis(struct ctx *cx, const struct db_rows *rows, const struct db_rows *marks, struct db_rows *out)
{
	const struct announcement_reaction *r = marks->p;
	struct strs names = { NEWS(cx->mem, str, marks->n), marks->n };
	const struct announcement *a = rows->p;
	str *texts = NEWS(cx->mem, str, rows->n);

	for (size_t i = 0; i < rows->n; i++)
		texts[i] = a[i].text;
	for (size_t i = 0; i < marks->n; i++)
		names.v[i] = r[i].name;
	return emoji_load(cx, texts, rows->n, names, out);
}

const struct emoji *announcement_emoji(const struct announcement_view *v, str shortcode)
{
	for (size_t i = 0; i < v->emojis_n; i++)
		if (str_eq(v->emojis[i].shortcode, shortcode))
			return &v->emojis[i];
	return NULL;
}

static void gather(struct arena *mem, struct ids *all, struct ids more)
{
	struct ids both = { NEWS(mem, int64_t, all->n + more.n), 0 };

	for (size_t i = 0; i < all->n; i++)
		both.v[both.n++] = all->v[i];
	for (size_t i = 0; i < more.n; i++)
		if (!ids_has(both, more.v[i]))
			both.v[both.n++] = more.v[i];
	*all = both;
}

/* Whom and what all of them name, at once. */
static enum err load_named(struct ctx *cx, struct announcement_view *v, size_t n)
{
	struct ids accounts = { 0 }, posts = { 0 };
	struct account_view *named;
	struct status_view *linked;
	size_t named_n, linked_n;

	for (size_t i = 0; i < n; i++) {
		struct compose c;

		v[i].mentions = db_ids_of(cx->mem, v[i].a.named);
		v[i].statuses = db_ids_of(cx->mem, v[i].a.linked);
		gather(cx->mem, &accounts, v[i].mentions);
		gather(cx->mem, &posts, v[i].statuses);
		compose_scan_markdown(cx->mem, v[i].a.text, &c);
		v[i].tags = (struct strs){ NEWS(cx->mem, str, c.tag_count), c.tag_count };
		for (size_t k = 0; k < c.tag_count; k++)
			v[i].tags.v[k] = c.tags[k].name;
	}
	TRY(account_views(cx, accounts, &named, &named_n));
	TRY(status_views(cx, posts, &linked, &linked_n));
	for (size_t i = 0; i < n; i++) {
		v[i].named = named;
		v[i].named_n = named_n;
		v[i].linked = linked;
		v[i].linked_n = linked_n;
	}
	return OK;
}

enum err announcement_views(struct ctx *cx, struct announcement_view **views, size_t *n)
{
	struct db_rows rows, marks, emojis;
	const struct announcement *a;
	const struct announcement_reaction *r;
	struct announcement_view *v;
	struct ids ids;
	int64_t me = cx->me ? cx->me->id : 0;
	size_t at = 0;

	TRY(announcements_list(cx->db, cx->mem, cx->site->id, me, cx->now, ANNOUNCEMENTS, &rows));
	a = rows.p;
	ids = (struct ids){ NEWS(cx->mem, int64_t, rows.n), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		ids.v[i] = a[i].id;
	TRY(announcement_reactions(cx->db, cx->mem, ids, me, &marks));
	TRY(load_emojis(cx, &rows, &marks, &emojis));
	r = marks.p;
	*views = v = NEWS(cx->mem, struct announcement_view, rows.n);
	*n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		v[i] = (struct announcement_view){ .a = a[i],
			                           .reactions = r + at,
			                           .emojis = emojis.p,
			                           .emojis_n = emojis.n,
			                           .base = cx->site->base };
		for (; at < marks.n && r[at].announcement_id == a[i].id; at++)
			v[i].reactions_n++;
	}
	return load_named(cx, v, rows.n);
}

static enum err mark_read(struct ctx *cx, void *arg)
{
	const struct which *w = arg;
	struct announcement a;

	TRY(announcements_get(cx->db, cx->mem, cx->site->id, w->id, &a));
	return announcements_read(cx->db, w->id, cx->me->id);
}

enum err announcement_dismiss(struct ctx *cx, int64_t id)
{
	struct which w = { .id = id };

	return write_tx(cx, mark_read, &w);
}

static bool stands(const struct announcement_reaction *r, size_t n, str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(r[i].name, name))
			return true;
	return false;
}

static enum err check_emoji(struct ctx *cx, str name)
{
	struct db_rows ours;

	if (text_is_emoji(name))
		return OK;
	TRY(emoji_load(cx, NULL, 0, (struct strs){ &name, 1 }, &ours));
	return ours.n ? OK : fail(cx, ERR_INVALID, "Validation failed: Name is not a recognized emoji");
}

static enum err set_reaction(struct ctx *cx, void *arg)
{
	const struct which *w = arg;
	int64_t id = w->id;
	struct announcement a;
	struct db_rows rows;

	TRY(announcements_get(cx->db, cx->mem, cx->site->id, id, &a));
	hub_publish(cx, &(struct event){ .kind = EV_ANNOUNCEMENT_REACTION, .to = cx->site->id, .id = id, .data = w->name });
	if (!w->on)
		return announcement_unreact(cx->db, id, w->name, cx->me->id);
	TRY(check_emoji(cx, w->name));
	TRY(announcement_reactions(cx->db, cx->mem, (struct ids){ &id, 1 }, cx->me->id, &rows));
	if (rows.n >= ANNOUNCEMENT_REACTIONS && !stands(rows.p, rows.n, w->name))
		return fail(cx, ERR_INVALID, "Validation failed: Limit of different reactions reached");
	return announcement_react(cx->db, id, w->name, cx->me->id);
}

enum err announcement_set_reaction(struct ctx *cx, int64_t id, str name, bool on)
{
	struct which w = { id, name, on };

	return write_tx(cx, set_reaction, &w);
}
