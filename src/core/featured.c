#include "core/featured.h"

#include "base/clock.h"
#include "core/job.h"
#include "store/reacts.h"
#include "store/statuses.h"
#include "text/words.h"

enum { REMOTE_TAGS = 30,
       REMOTE_PINS = 20,
       NAME_BYTES = 400 };

struct featuring {
	const struct account *by;
	str name;
	int64_t id;
	bool on;
	struct strs names;
	struct featured_tag tag;
};

/* False: that is no hashtag. */
static bool name_tag(struct ctx *cx, const struct account *by, str name, struct featured_tag *t)
{
	str shown = str_trim(name);

	str_skip(&shown, S("#"));
	*t = (struct featured_tag){ .id = id_new(), .account_id = by->id, .name = shown, .created_at = cx->now };
	t->folded = shown.n <= NAME_BYTES ? tag_fold(cx->mem, shown) : STR_NONE;
	return t->folded.n > 0;
}

static enum err tell(struct ctx *cx, enum send_kind kind, const struct account *by, str name)
{
	struct send s = { .kind = kind, .actor_id = by->id, .text = name };

	return send_add(cx, &s);
}

static enum err add_tag(struct ctx *cx, void *arg)
{
	struct featuring *f = arg;
	bool changed;
	int64_t n;

	if (!name_tag(cx, f->by, f->name, &f->tag))
		return fail(cx, ERR_INVALID, "Validation failed: Tag is invalid");
	TRY(featured_tags_count(cx->db, f->by->id, &n));
	if (n >= FEATURED_TAGS)
		return fail(cx, ERR_INVALID, "Validation failed: You have already featured the maximum number of hashtags");
	TRY(featured_tags_set(cx->db, &f->tag, true, &changed));
	if (!changed)
		return fail(cx, ERR_INVALID, "Validation failed: Name has already been taken");
	TRY(featured_tags_by_id(cx->db, cx->mem, f->tag.id, &f->tag));
	return tell(cx, SEND_FEATURE, f->by, f->tag.name);
}

enum err featured_tag_add(struct ctx *cx, const struct account *by, str name, struct featured_tag *made)
{
	struct featuring f = { .by = by, .name = name };

	if (!account_is_local(by))
		return ERR_DENIED;
	TRY(write_tx(cx, add_tag, &f));
	*made = f.tag;
	return OK;
}

static enum err remove_tag(struct ctx *cx, void *arg)
{
	struct featuring *f = arg;
	bool changed;

	TRY(featured_tags_by_id(cx->db, cx->mem, f->id, &f->tag));
	if (f->tag.account_id != f->by->id)
		return ERR_NOT_FOUND;
	TRY(featured_tags_set(cx->db, &f->tag, false, &changed));
	return changed ? tell(cx, SEND_UNFEATURE, f->by, f->tag.name) : OK;
}

enum err featured_tag_remove(struct ctx *cx, const struct account *by, int64_t id)
{
	struct featuring f = { .by = by, .id = id };

	return account_is_local(by) ? write_tx(cx, remove_tag, &f) : ERR_DENIED;
}

enum err featured_tags(struct ctx *cx, int64_t account_id, struct db_rows *out)
{
	return featured_tags_of(cx->db, cx->mem, account_id, REMOTE_TAGS, out);
}

static enum err receive_pin(struct ctx *cx, void *arg)
{
	const struct featuring *f = arg;
	struct status s;
	bool changed;
	int64_t n;

	TRY(statuses_by_id(cx->db, cx->mem, f->id, &s));
	if (s.account_id != f->by->id || s.reblog_of_id || s.deleted_at || str_eq(s.visibility, S("direct")))
		return OK;
	TRY(pins_count(cx->db, f->by->id, &n));
	if (f->on && n >= REMOTE_PINS)
		return OK;
	return pins_set(cx->db, id_new(), f->by->id, s.id, f->on, &changed);
}

enum err featured_receive_pin(struct ctx *cx, const struct account *by, int64_t status_id, bool on)
{
	struct featuring f = { .by = by, .id = status_id, .on = on };

	return account_is_local(by) ? ERR_DENIED : write_tx(cx, receive_pin, &f);
}

static enum err receive_tag(struct ctx *cx, void *arg)
{
	struct featuring *f = arg;
	bool changed;
	int64_t n;

	if (!name_tag(cx, f->by, f->name, &f->tag))
		return OK;
	TRY(featured_tags_count(cx->db, f->by->id, &n));
	if (f->on && n >= REMOTE_TAGS)
		return OK;
	return featured_tags_set(cx->db, &f->tag, f->on, &changed);
}

enum err featured_receive_tag(struct ctx *cx, const struct account *by, str name, bool on)
{
	struct featuring f = { .by = by, .name = name, .on = on };

	return account_is_local(by) ? ERR_DENIED : write_tx(cx, receive_tag, &f);
}

static enum err receive_tags(struct ctx *cx, void *arg)
{
	const struct featuring *f = arg;
	struct strs keep = { NEWS(cx->mem, str, REMOTE_TAGS), 0 };
	struct featured_tag t[REMOTE_TAGS];
	bool changed;

	for (size_t i = 0; i < f->names.n && keep.n < REMOTE_TAGS; i++)
		if (name_tag(cx, f->by, f->names.v[i], &t[keep.n]) && !strs_has(keep, t[keep.n].folded)) {
			keep.v[keep.n] = t[keep.n].folded;
			keep.n++;
		}
	TRY(featured_tags_keep(cx->db, cx->mem, f->by->id, keep));
	for (size_t i = 0; i < keep.n; i++)
		TRY(featured_tags_set(cx->db, &t[i], true, &changed));
	return OK;
}

enum err featured_receive_tags(struct ctx *cx, const struct account *by, struct strs names)
{
	struct featuring f = { .by = by, .names = names };

	return account_is_local(by) ? ERR_DENIED : write_tx(cx, receive_tags, &f);
}
