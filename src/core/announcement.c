#include "core/announcement.h"

#include "base/clock.h"
#include "core/account.h"
#include "core/hub.h"
#include "core/site.h"
#include "text/words.h"

enum { TEXT_RUNES = 10000 };

static enum err insert(struct ctx *cx, void *arg)
{
	const struct announcement *a = arg;

	hub_publish(cx, &(struct event){ .kind = EV_ANNOUNCEMENT, .to = a->site_id, .id = a->id });
	return announcements_insert(cx->db, a);
}

enum err announcement_add(struct ctx *cx, str text, int64_t starts_at, int64_t ends_at, bool all_day, int64_t *id)
{
	struct announcement a = {
		.id = id_new(),
		.site_id = cx->site->id,
		.text = str_trim(text),
		.starts_at = starts_at,
		.ends_at = ends_at,
		.all_day = all_day,
		.published_at = cx->now,
		.updated_at = cx->now,
	};

	if (!a.text.n || !str_utf8(a.text) || str_runes(a.text) > TEXT_RUNES)
		return fail(cx, ERR_INVALID, "An announcement is a text of at most %d characters", TEXT_RUNES);
	if (ends_at && starts_at > ends_at)
		return fail(cx, ERR_INVALID, "It ends before it starts");
	a.content = site_text_html(cx, a.text);
	*id = a.id;
	return write_tx(cx, insert, &a);
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
		v[i] = (struct announcement_view){ a[i], r + at, 0, emojis.p, emojis.n, cx->site->base };
		for (; at < marks.n && r[at].announcement_id == a[i].id; at++)
			v[i].reactions_n++;
	}
	return OK;
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
