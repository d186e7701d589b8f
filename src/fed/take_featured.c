/* Add and Remove: what an account shows on top of its profile. Its own posts and hashtags only, and only by itself: what
 * moderators of groups and keepers of walls add elsewhere is not for us. federation.md 8, 11.4. */
#include "base/url.h"
#include "core/featured.h"
#include "fed/resolve.h"
#include "fed/take.h"

static bool is_tag(const json_t *what)
{
	return str_eq(as_type(what), S("Hashtag"));
}

static bool own_collection(const struct account *a, str target, const json_t *what)
{
	return target.n && (str_eq(target, a->featured_uri) || (is_tag(what) && str_eq(target, a->featured_tags_uri)));
}

/* A post that is not here yet is brought in for those who read its author. */
static enum err bring_in(struct fetcher *f, const struct take *t, struct status *s)
{
	struct remote_status dummy = { .uri = t->act.object, .visibility = S("public") };
	struct as_object o;
	bool wanted = false;

	TRY(status_wanted(f->cx, &t->actor, &dummy, &wanted));
	if (!wanted || !url_same_origin(t->act.object, t->actor.uri))
		return ERR_DENIED;
	if (t->act.node && !as_object_read(f->cx->mem, t->act.node, &o) && str_eq(o.attributed_to, t->actor.uri))
		return resolve_status_document(f, t->act.node, true, s);
	return resolve_status(f, t->act.object, s, NULL);
}

enum err prepare_featured(struct fetcher *f, struct take *t)
{
	bool add = str_eq(t->act.type, S("Add"));
	struct status s;
	enum err e;

	if (!own_collection(&t->actor, t->act.target, t->act.node))
		return prepare_collection_change(f, t);
	if (is_tag(t->act.node))
		return OK;
	if (str_none(t->act.object))
		return ERR_DENIED;
	e = status_by_uri(f->cx, t->act.object, &s);
	if (e == ERR_NOT_FOUND && add)
		e = bring_in(f, t, &s);
	TRY(e);
	t->about = s.id;
	return OK;
}

enum err take_featured(struct ctx *cx, struct take *t)
{
	bool add = str_eq(t->act.type, S("Add"));

	if (t->change)
		return take_collection_change(cx, t);
	if (is_tag(t->act.node))
		return featured_receive_tag(cx, &t->actor, jr_str(t->act.node, "name"), add);
	return featured_receive_pin(cx, &t->actor, t->about, add);
}

enum err undo_featured(struct ctx *cx, struct take *t, str object)
{
	bool add = !str_eq(as_type(t->act.node), S("Add"));
	const json_t *what = jr_get(t->act.node, "object");
	struct status s;

	if (!own_collection(&t->actor, as_id(jr_get(t->act.node, "target")), what))
		return OK;
	if (is_tag(what))
		return featured_receive_tag(cx, &t->actor, jr_str(what, "name"), add);
	TRY(status_by_uri(cx, object, &s));
	return featured_receive_pin(cx, &t->actor, s.id, add);
}
