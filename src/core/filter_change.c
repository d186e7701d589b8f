/* Filters made, changed and removed. Each change is one transaction, and gives all that the account filters a new version. */
#include "base/clock.h"
#include "core/filter.h"
#include "core/hub.h"
#include "core/status.h"

enum { TITLE_RUNES = 256, KEYWORD_RUNES = 512 };

struct change {
	const struct filter_in *in;
	const struct keyword_in *keyword_in;
	struct filter_keyword keyword;
	struct filter_status status;
	int64_t id;
	bool orphans;
};

static struct ids ids_of(struct ctx *cx, const struct filter *f, size_t n)
{
	struct ids ids = { NEWS(cx->mem, int64_t, n), n };

	for (size_t i = 0; i < n; i++)
		ids.v[i] = f[i].id;
	return ids;
}

static enum err load(struct ctx *cx, int64_t id, struct filter_view **out, size_t *n)
{
	struct db_rows filters, keywords, statuses;
	const struct filter *f;
	str ids;
	size_t k = 0, s = 0;

	if (!cx->me)
		return ERR_DENIED;
	TRY(filters_of(cx->db, cx->mem, cx->me->id, id, &filters));
	f = filters.p;
	ids = db_id_list(cx->mem, ids_of(cx, f, filters.n));
	TRY(filter_keywords_of(cx->db, cx->mem, ids, &keywords));
	TRY(filter_statuses_of(cx->db, cx->mem, ids, &statuses));
	*out = NEWS(cx->mem, struct filter_view, filters.n);
	*n = filters.n;
	for (size_t i = 0; i < filters.n; i++) {
		struct filter_view *v = &(*out)[i];

		*v = (struct filter_view){ .f = f[i], .keywords = (const struct filter_keyword *)keywords.p + k,
			                   .statuses = (const struct filter_status *)statuses.p + s };
		for (; k < keywords.n && v->keywords[v->keywords_n].filter_id == f[i].id; k++)
			v->keywords_n++;
		for (; s < statuses.n && v->statuses[v->statuses_n].filter_id == f[i].id; s++)
			v->statuses_n++;
	}
	return OK;
}

enum err filter_list(struct ctx *cx, struct filter_view **out, size_t *n)
{
	return load(cx, 0, out, n);
}

enum err filter_show(struct ctx *cx, int64_t id, struct filter_view *out)
{
	struct filter_view *v;
	size_t n;

	if (!id)
		return ERR_NOT_FOUND;
	TRY(load(cx, id, &v, &n));
	if (!n)
		return ERR_NOT_FOUND;
	*out = *v;
	return OK;
}

static enum err mine(struct ctx *cx, int64_t id, struct filter *f)
{
	struct db_rows rows;

	if (!cx->me)
		return ERR_DENIED;
	TRY(filters_of(cx->db, cx->mem, cx->me->id, id, &rows));
	if (!id || !rows.n)
		return ERR_NOT_FOUND;
	*f = *(const struct filter *)rows.p;
	return OK;
}

/* After what was changed: is it still within bounds? */
static enum err changed(struct ctx *cx)
{
	struct filter_sums sums;

	TRY(filters_sums(cx->db, cx->mem, cx->me->id, &sums));
	if (sums.filters > FILTERS_MOST || sums.keywords > FILTER_KEYWORDS_MOST || sums.statuses > FILTER_STATUSES_MOST ||
	    sums.keyword_bytes > FILTER_CHARACTERS_MOST)
		return fail(cx, ERR_INVALID, "Validation failed: You filter as much as you may");
	TRY(filters_changed(cx->db, cx->me->id, id_new()));
	hub_publish(cx, &(struct event){ .kind = EV_FILTERS_CHANGED, .to = cx->me->id });
	return OK;
}

static enum err take_contexts(struct ctx *cx, struct strs names, int64_t *bits)
{
	static const char *const all[] = FILTER_CONTEXTS;

	if (!names.v)
		return *bits ? OK : fail(cx, ERR_INVALID, "Validation failed: Context can't be blank");
	*bits = 0;
	for (size_t i = 0; i < names.n; i++) {
		int64_t bit = 0;

		for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++)
			bit |= str_eq(names.v[i], str_of(all[k])) ? 1 << k : 0;
		if (!bit && names.v[i].n)
			return fail(cx, ERR_INVALID, "Validation failed: Context None or invalid context supplied");
		*bits |= bit;
	}
	return *bits ? OK : fail(cx, ERR_INVALID, "Validation failed: Context can't be blank");
}

static enum err take_in(struct ctx *cx, const struct filter_in *in, struct filter *f)
{
	static const char *const actions[] = { "warn", "hide", "blur" };
	bool known = str_none(in->action);

	if (!str_none(in->title))
		f->title = str_trim(in->title);
	if (!f->title.n)
		return fail(cx, ERR_INVALID, "Validation failed: Title can't be blank");
	if (str_runes(f->title) > TITLE_RUNES)
		return fail(cx, ERR_INVALID, "Validation failed: Title is too long (maximum is %d characters)", TITLE_RUNES);
	TRY(take_contexts(cx, in->contexts, &f->contexts));
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		known |= str_eq(in->action, str_of(actions[i]));
	if (!known)
		return fail(cx, ERR_INVALID, "'%.*s' is not a valid action", STR_F(str_head_runes(in->action, 20)));
	if (!str_none(in->action))
		f->action = in->action;
	/* a century is for ever, and adds up without overflow */
	if (in->has_expiry)
		f->expires_at = in->expires_in > 0 && in->expires_in < 36500 * (int64_t)DAY / SECOND ?
		                        cx->now + in->expires_in * SECOND :
		                        0;
	return OK;
}

static enum err save_keyword(struct ctx *cx, const struct keyword_in *in, struct filter_keyword *k)
{
	if (!str_none(in->keyword))
		k->keyword = in->keyword;
	if (!str_trim(k->keyword).n)
		return fail(cx, ERR_INVALID, "Validation failed: Keyword can't be blank");
	if (str_runes(k->keyword) > KEYWORD_RUNES)
		return fail(cx, ERR_INVALID, "Validation failed: Keyword is too long (maximum is %d characters)", KEYWORD_RUNES);
	if (in->whole_word)
		k->whole_word = in->whole_word > 0;
	return filter_keywords_put(cx->db, k);
}

static enum err change_keyword(struct ctx *cx, int64_t filter_id, const struct keyword_in *in)
{
	struct filter_keyword k = { .id = id_new(), .filter_id = filter_id, .keyword = S(""), .whole_word = true };

	if (in->id) {
		TRY(filter_keywords_get(cx->db, cx->mem, cx->me->id, in->id, &k));
		if (k.filter_id != filter_id)
			return ERR_NOT_FOUND;
		if (in->destroy)
			return filter_keywords_delete(cx->db, k.id);
	}
	return in->destroy ? OK : save_keyword(cx, in, &k);
}

static enum err save(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct filter f = { .id = id_new(), .account_id = cx->me->id, .title = S(""), .action = S("warn") };

	if (c->id)
		TRY(mine(cx, c->id, &f));
	TRY(take_in(cx, c->in, &f));
	TRY(filters_put(cx->db, &f));
	for (size_t i = 0; i < c->in->keywords_n; i++)
		TRY(change_keyword(cx, f.id, &c->in->keywords[i]));
	c->status.filter_id = f.id;
	return changed(cx);
}

enum err filter_save(struct ctx *cx, int64_t id, const struct filter_in *in, int64_t *made)
{
	struct change c = { .in = in, .id = id };

	if (!cx->me)
		return ERR_DENIED;
	TRY(write_tx(cx, save, &c));
	*made = c.status.filter_id;
	return OK;
}

static enum err delete_filter(struct ctx *cx, void *arg)
{
	const struct change *c = arg;
	struct filter f;

	TRY(mine(cx, c->id, &f));
	TRY(filters_delete(cx->db, f.id));
	return changed(cx);
}

enum err filter_delete(struct ctx *cx, int64_t id)
{
	struct change c = { .id = id };

	return write_tx(cx, delete_filter, &c);
}

enum err filter_keyword_show(struct ctx *cx, int64_t id, struct filter_keyword *k)
{
	return cx->me ? filter_keywords_get(cx->db, cx->mem, cx->me->id, id, k) : ERR_DENIED;
}

static enum err save_one_keyword(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct filter f;

	c->keyword = (struct filter_keyword){ .id = id_new(), .keyword = S(""), .whole_word = true };
	if (c->keyword_in->id) {
		TRY(filter_keyword_show(cx, c->keyword_in->id, &c->keyword));
	} else {
		TRY(mine(cx, c->id, &f));
		c->keyword.filter_id = f.id;
	}
	TRY(save_keyword(cx, c->keyword_in, &c->keyword));
	return changed(cx);
}

enum err filter_keyword_save(struct ctx *cx, int64_t filter_id, const struct keyword_in *in, struct filter_keyword *k)
{
	struct change c = { .id = filter_id, .keyword_in = in };

	TRY(write_tx(cx, save_one_keyword, &c));
	*k = c.keyword;
	return OK;
}

static enum err delete_keyword(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct filter_view v;

	TRY(filter_keyword_show(cx, c->id, &c->keyword));
	TRY(filter_keywords_delete(cx->db, c->id));
	TRY(filter_show(cx, c->keyword.filter_id, &v));
	if (c->orphans && !v.keywords_n && !v.statuses_n)
		TRY(filters_delete(cx->db, v.f.id));
	return changed(cx);
}

enum err filter_keyword_delete(struct ctx *cx, int64_t id, bool orphans)
{
	struct change c = { .id = id, .orphans = orphans };

	return write_tx(cx, delete_keyword, &c);
}

enum err filter_status_show(struct ctx *cx, int64_t id, struct filter_status *s)
{
	return cx->me ? filter_statuses_get(cx->db, cx->mem, cx->me->id, id, s) : ERR_DENIED;
}

static enum err add_status(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct filter f;
	bool made;

	TRY(mine(cx, c->id, &f));
	c->status.id = id_new();
	c->status.filter_id = f.id;
	TRY(filter_statuses_add(cx->db, &c->status, &made));
	return made ? changed(cx) : fail(cx, ERR_INVALID, "Validation failed: Status has already been taken");
}

enum err filter_status_add(struct ctx *cx, int64_t filter_id, int64_t status_id, struct filter_status *s)
{
	struct change c = { .id = filter_id, .status = { .status_id = status_id } };
	struct status post;
	struct filter f;

	TRY(mine(cx, filter_id, &f));
	TRY(status_by_id(cx, status_id, &post));
	TRY(visible_check(cx, cx->me->id, &post));
	TRY(write_tx(cx, add_status, &c));
	*s = c.status;
	return OK;
}

static enum err delete_status(struct ctx *cx, void *arg)
{
	struct change *c = arg;

	TRY(filter_status_show(cx, c->id, &c->status));
	TRY(filter_statuses_delete(cx->db, c->id));
	return changed(cx);
}

enum err filter_status_delete(struct ctx *cx, int64_t id)
{
	struct change c = { .id = id };

	return write_tx(cx, delete_status, &c);
}
