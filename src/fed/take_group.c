/* What a group announces (FEP-1b12; Lemmy, Mbin, PieFed, NodeBB): an activity inside an Announce. The group only brings
 * it: it counts as what anybody else brings does (take.c), by its actor's proof or by what its origin says. The group's own
 * server speaks for its own actors and objects, and the group for what is in it: it may take a post out, which ends its
 * boost and no more. What nobody here reads of moderation and votes is left alone before it costs anything. */
#include "base/log.h"
#include "base/url.h"
#include "core/react.h"
#include "core/site.h"
#include "fed/resolve.h"
#include "fed/state.h"
#include "fed/take.h"
#include "http/limits.h"

enum { WRAPS_MOST = 300,
       WRAPS_MS = 5 * 60 * 1000 };

bool group_announces(const struct take *t)
{
	/* Some name an actor in posts as well. */
	return str_eq(t->act.type, S("Announce")) && t->act.node && !as_type_is_post(as_type(t->act.node)) &&
	       !str_none(as_id(jr_get(t->act.node, "actor")));
}

bool group_about_ours(struct ctx *cx, const struct as_activity *a)
{
	str type = as_type(a->node);

	if (!str_eq(a->type, S("Undo")))
		return site_of_url(cx->app, a->object) != NULL;
	if (!str_eq(type, S("Like")) && !str_eq(type, S("EmojiReact")))
		return false;
	return site_of_url(cx->app, str_or(as_id(jr_get(a->node, "object")), S(""))) != NULL;
}

static enum err deserves_a_look(struct ctx *cx, const struct as_activity *a, const struct take_kind *kind, bool *does)
{
	struct status s;
	enum err e;

	*does = false;
	if (undelete_is(a)) {
		e = undelete_about(cx, a, &s);
		*does = !e;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	if (str_none(a->object) || !(kind->flags & TAKE_IN_GROUP))
		return OK;
	if (kind->flags & TAKE_RELAYED) {
		*does = true;
		if (!str_eq(a->type, S("Delete")))
			return OK;
		e = status_by_uri(cx, a->object, &s);
		*does = !e && !s.deleted_at;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	*does = group_about_ours(cx, a);
	return OK;
}

enum err group_open(struct fetcher *f, struct take *t, bool *opened)
{
	struct remote_status dummy = { .uri = t->act.id, .visibility = S("public") };
	const struct take_kind *kind = take_kind(as_type(t->act.node));
	struct ctx *cx = f->cx;
	struct as_activity in;

	*opened = false;
	if (!kind || !str_eq(t->actor.kind, S("Group")) || str_none(t->act.id))
		return OK;
	TRY(as_activity_read(cx->mem, t->act.node, &in));
	TRY(deserves_a_look(cx, &in, kind, opened));
	if (*opened)
		TRY(status_wanted(cx, &t->actor, &dummy, opened));
	if (!*opened)
		return OK;
	if (!limits_take(fed.floods, str_cat(cx->mem, S("group "), t->actor.host), WRAPS_MOST, WRAPS_MS, NULL)) {
		LOG(LOG_DEBUG, "group", LS("what", S("announces too much")), LS("group", t->actor.uri));
		*opened = false;
		return OK;
	}
	if (str_none(in.id) || !as_url_ok(cx->mem, in.id) || !url_same_origin(in.id, in.actor))
		in.id = STR_NONE;
	t->group = t->actor;
	t->announce = str_dup(cx->mem, t->act.id);
	t->announced_at = t->act.published;
	t->activity = t->act.node;
	t->act = in;
	t->kind = kind;
	return OK;
}

enum err group_neighbour(struct ctx *cx, struct take *t)
{
	struct remote_status dummy = { .uri = t->act.id, .visibility = S("public") };
	struct account group;
	bool followed;

	if (!t->status.group_id || str_none(t->act.id) || t->relayed)
		return OK;
	TRY(account_by_id(cx, t->status.group_id, &group));
	if (!url_same_origin(group.uri, t->actor.uri) || !url_same_origin(group.uri, t->act.id))
		return OK;
	TRY(status_wanted(cx, &group, &dummy, &followed));
	if (!followed)
		return OK;
	t->group = group;
	t->announce = t->act.id;
	t->announced_at = t->act.published;
	return OK;
}

enum err group_shows(struct ctx *cx, const struct take *t, int64_t status_id)
{
	int64_t at = t->announced_at <= cx->now ? t->announced_at : 0, boost;
	struct status s;
	enum err e;

	if (!t->group.id || !status_id)
		return OK;
	TRY(status_by_id(cx, status_id, &s));
	if (s.deleted_at || s.reblog_of_id || !str_none(s.in_reply_to_uri))
		return OK;
	if (!str_eq(s.visibility, S("public")) && !str_eq(s.visibility, S("unlisted")))
		return OK;
	e = react_reblog(cx, &t->group, status_id, S("public"), t->announce, at, &boost);
	return e == ERR_DENIED || e == ERR_NOT_FOUND ? OK : e;
}
