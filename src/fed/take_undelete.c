/* Undo of a Delete: Lemmy brings back what its author deleted, or a moderator removed, that way. Nobody is believed but the
 * server the post lives on: if it is to be had there again, it is here again, and its group shows it. */
#include "base/url.h"
#include "core/site.h"
#include "fed/resolve.h"
#include "fed/take.h"

bool undelete_is(const struct as_activity *a)
{
	return str_eq(a->type, S("Undo")) && str_eq(as_type(a->node), S("Delete"));
}

enum err undelete_about(struct ctx *cx, const struct as_activity *a, struct status *s)
{
	str uri = as_id(jr_get(a->node, "object"));

	if (str_none(uri) || !as_url_ok(cx->mem, uri) || site_of_url(cx->app, uri))
		return ERR_NOT_FOUND;
	TRY(status_by_uri(cx, uri, s));
	return s->reblog_of_id ? ERR_NOT_FOUND : OK;
}

static enum err read_again(struct fetcher *f, struct take *t, str uri)
{
	TRY(fetch_document(f, uri, &t->fetched));
	t->object = t->fetched.json;
	TRY(as_object_read(f->cx->mem, t->object, &t->post));
	if (!str_eq(t->post.id, uri) || !str_eq(t->post.attributed_to, t->actor.uri))
		return ERR_DENIED;
	as_object_status(f->cx->mem, &t->post, &t->actor, &t->status);
	return resolve_mentions(f, &t->post, 0, 0, &t->status);
}

/* Of a post that is here only its group has something to say: it shows it again. */
enum err prepare_undo(struct fetcher *f, struct take *t)
{
	struct account author;
	struct status s;

	if (!undelete_is(&t->act))
		return OK;
	t->nothing = true;
	TRY(undelete_about(f->cx, &t->act, &s));
	TRY(account_by_id(f->cx, s.account_id, &author));
	if (author.deleted_at || author.suspended_at || (!t->group.id && !url_same_origin(t->act.actor, author.uri)))
		return OK;
	t->about = s.id;
	t->actor = author;
	t->announced_at = s.created_at;
	if (s.deleted_at)
		TRY(read_again(f, t, s.uri));
	t->nothing = !s.deleted_at && !t->group.id;
	return OK;
}

enum err take_undelete(struct ctx *cx, struct take *t)
{
	if (!str_none(t->status.uri))
		TRY(status_receive_again(cx, &t->actor, &t->status));
	return group_shows(cx, t, t->about);
}
