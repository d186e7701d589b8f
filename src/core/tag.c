#include "core/tag.h"

#include "base/clock.h"
#include "core/featured.h"
#include "core/paging.h"
#include "store/parts.h"
#include "text/words.h"

enum { USUAL = 100, MOST = 200, SUGGESTED = 10 };

struct tagging {
	str name, display;
	bool on;
};

static struct tag_info *info_of(struct tag_info *all, size_t n, int64_t id)
{
	for (size_t i = 0; id && i < n; i++)
		if (all[i].id == id)
			return &all[i];
	return NULL;
}

static void fill_days(struct ctx *cx, struct tag_info *all, size_t n, const struct db_rows *rows)
{
	const struct tag_day *d = rows->p;
	int64_t today = cx->now / DAY;

	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < TAG_DAYS; k++)
			all[i].days[k].at = (today - k) * DAY;
	for (size_t i = 0; i < rows->n; i++) {
		struct tag_info *t = info_of(all, n, d[i].tag_id);
		int64_t k = today - d[i].day;

		if (!t || k < 0 || k >= TAG_DAYS)
			continue;
		t->days[k].uses = d[i].uses;
		t->days[k].accounts = d[i].accounts;
	}
}

enum err tag_infos(struct ctx *cx, struct strs names, struct tag_info **out, size_t *n)
{
	struct tag_info *all = NEWS(cx->mem, struct tag_info, names.n);
	struct strs folded = { NEWS(cx->mem, str, names.n), 0 };
	struct ids ids = { NEWS(cx->mem, int64_t, names.n), 0 };
	struct db_rows rows;
	const struct tag_row *r;

	for (size_t i = 0; i < names.n; i++) {
		str shown = names.v[i], name = tag_fold(cx->mem, shown);

		str_skip(&shown, S("#"));
		if (name.n && !strs_has(folded, name)) {
			all[folded.n] = (struct tag_info){ .name = name, .display = shown };
			folded.v[folded.n++] = name;
		}
	}
	*out = all;
	*n = folded.n;
	if (!folded.n)
		return OK;
	TRY(tags_shown(cx->db, cx->mem, folded, cx->me ? cx->me->id : 0, &rows));
	r = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		ids.v[ids.n++] = r[i].id;
		for (size_t k = 0; k < folded.n; k++)
			if (str_eq(folded.v[k], r[i].name)) {
				all[k].id = r[i].id;
				all[k].display = r[i].display;
				all[k].following = r[i].following;
				all[k].featuring = r[i].featuring;
			}
	}
	TRY(tags_days(cx->db, cx->mem, ids, id_at(cx->now - TAG_DAYS * (int64_t)DAY), &rows));
	fill_days(cx, all, folded.n, &rows);
	return OK;
}

enum err tag_info(struct ctx *cx, str name, struct tag_info *out)
{
	struct tag_info *found;
	size_t n;

	TRY(tag_infos(cx, (struct strs){ &name, 1 }, &found, &n));
	if (!n)
		return ERR_NOT_FOUND;
	*out = *found;
	return OK;
}

static enum err follow(struct ctx *cx, void *arg)
{
	const struct tagging *t = arg;
	int64_t tag, n;
	bool changed;
	enum err e;

	if (t->on) {
		TRY(tag_follows_count(cx->db, cx->me->id, &n));
		TRY(tags_make(cx->db, t->name, t->display, cx->now, &tag));
		TRY(tag_follows_set(cx->db, id_new(), cx->me->id, tag, true, &changed));
		if (changed && n >= TAG_FOLLOWS_MOST)
			return fail(cx, ERR_INVALID, "Validation failed: You follow as many hashtags as you may");
		return OK;
	}
	e = tags_find(cx->db, t->name, &tag);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(tag_follows_set(cx->db, 0, cx->me->id, tag, false, &changed));
	return changed ? feeds_unmerge_tag(cx->db, cx->me->id, tag) : OK;
}

static enum err named(struct ctx *cx, str name, struct tagging *t)
{
	if (!cx->me)
		return ERR_DENIED;
	str_skip(&name, S("#"));
	t->display = name;
	t->name = tag_fold(cx->mem, name);
	return t->name.n ? OK : ERR_NOT_FOUND;
}

enum err tag_follow(struct ctx *cx, str name, bool on)
{
	struct tagging t = { .on = on };

	TRY(named(cx, name, &t));
	return write_tx(cx, follow, &t);
}

enum err tag_followed(struct ctx *cx, const struct page *p, struct db_rows *rows)
{
	struct span sp = span_of(p, USUAL, MOST);

	if (!cx->me)
		return ERR_DENIED;
	TRY(tag_follows_page(cx->db, cx->mem, cx->me->id, &sp, rows));
	span_turn_rows(&sp, rows, sizeof(struct tag_name));
	return OK;
}

enum err tag_feature(struct ctx *cx, str name, bool on)
{
	struct featured_tag made;
	struct db_rows rows;
	struct tagging t;

	TRY(named(cx, name, &t));
	TRY(featured_tags(cx, cx->me->id, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		const struct featured_tag *f = (const struct featured_tag *)rows.p + i;

		if (str_eq(f->folded, t.name))
			return on ? OK : featured_tag_remove(cx, cx->me, f->id);
	}
	return on ? featured_tag_add(cx, cx->me, t.display, &made) : OK;
}

enum err tag_suggestions(struct ctx *cx, struct db_rows *rows)
{
	return cx->me ? tags_used(cx->db, cx->mem, cx->me->id, SUGGESTED, rows) : ERR_DENIED;
}
