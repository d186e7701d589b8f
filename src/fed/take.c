#include "fed/take.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "core/bring_in.h"
#include "core/site.h"
#include "core/undone.h"
#include "fed/resolve.h"

enum { PREPARE_MS = 25 * SECOND };

static const struct take_kind kinds[] = {
#define ACTIVITY(type, prepare, apply, flags) { #type, prepare, apply, flags },
#include "fed/activities.def"
#undef ACTIVITY
};

const struct take_kind *take_kind(str type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(type, str_of(kinds[i].type)))
			return &kinds[i];
	return NULL;
}

/* Suspended actors may only go, and take back. */
static bool silent(const struct take *t)
{
	str type = t->act.type;

	return t->actor.suspended_at && !str_eq(type, S("Delete")) && !str_eq(type, S("Undo")) && !str_eq(type, S("Reject")) &&
	       !str_eq(type, S("Update"));
}

/* The activity as its actor's server has it, in the place of what was brought; of actors known here only. */
static enum err ask_origin(struct fetcher *f, struct take *t)
{
	str actor = str_dup(f->cx->mem, t->act.actor), type = str_dup(f->cx->mem, t->act.type);
	struct document d;

	if (str_empty(t->act.id) || !as_url_ok(f->cx->mem, t->act.id) || !url_same_origin(t->act.id, actor))
		return ERR_DENIED;
	TRY(account_by_uri(f->cx, actor, &t->actor));
	TRY(fetch_document(f, t->act.id, &d));
	jr_free(&t->doc);
	t->doc = d.json;
	t->activity = t->doc;
	TRY(as_activity_read(f->cx->mem, t->doc, &t->act));
	if (!str_eq(t->act.actor, actor) || !str_eq(t->act.type, type))
		return ERR_DENIED;
	t->proven = true;
	return OK;
}

/* The server of a group speaks for those who live there. */
static enum err neighbour(struct fetcher *f, struct take *t)
{
	TRY(resolve_actor(f, t->act.actor, false, &t->actor));
	t->proven = true;
	return OK;
}

/* The signer is the actor, or the actor is found apart: then only what its own server says counts. */
static enum err find_actor(struct fetcher *f, struct take *t)
{
	TRY(account_by_id(f->cx, t->item->signer_id, &t->actor));
	if (str_eq(t->actor.uri, t->act.actor))
		return OK;
	if (!foreign_url(f->cx, t->act.actor))
		return ERR_DENIED;
	if (t->group.id && url_same_origin(t->act.actor, t->group.uri))
		return neighbour(f, t);
	if (t->kind->flags & TAKE_PROVEN && t->act.proof) {
		enum err e = take_proof(f, t);

		t->proven = !e;
		if (!e || (e == ERR_BUSY && !(t->kind->flags & (TAKE_RELAYED | TAKE_REFETCH))))
			return e;
	}
	if (t->kind->flags & TAKE_REFETCH || (t->group.id && !(t->kind->flags & TAKE_RELAYED)))
		return ask_origin(f, t);
	t->relayed = true;
	return t->kind->flags & TAKE_RELAYED ? OK : ERR_DENIED;
}

/* Only the author's server knows whether a post is gone, and our own posts need nobody to vouch for them. */
static enum err unwrap(struct fetcher *f, struct take *t, bool *opened)
{
	TRY(group_open(f, t, opened));
	if (!*opened)
		return OK;
	if (site_of_url(f->cx->app, t->act.actor)) {
		*opened = str_eq(t->act.type, S("Create"));
		return OK;
	}
	if (str_eq(t->act.type, S("Delete")) || undelete_is(&t->act)) {
		t->relayed = true;
		return OK;
	}
	TRY(find_actor(f, t));
	/* What its server has under that id may be something else. */
	*opened = t->kind->flags & TAKE_RELAYED || group_about_ours(f->cx, &t->act);
	return OK;
}

static enum err prepare(struct fetcher *f, struct take *t)
{
	bool is;

	t->nothing = true;
	TRY(jr_parse(t->item->body, &t->doc));
	t->activity = t->doc;
	TRY(as_activity_read(f->cx->mem, t->doc, &t->act));
	t->kind = take_kind(t->act.type);
	if (!t->kind)
		return OK;
	TRY(find_actor(f, t));
	if (t->actor.deleted_at || silent(t))
		return OK;
	if (group_announces(t)) {
		TRY(unwrap(f, t, &is));
		if (!is || t->actor.deleted_at || silent(t))
			return OK;
	}
	t->nothing = false;
	return t->kind->prepare ? t->kind->prepare(f, t) : OK;
}

enum err take_prepare(struct ctx *cx, const struct inbox_item *item, struct take *t)
{
	struct fetcher f FETCHER_SCOPE;
	enum err e;

	*t = (struct take){ .item = item };
	cx->site = site_by_id(cx->app, item->site_id);
	fetcher_init(&f, cx, FETCHES, PREPARE_MS);
	e = prepare(&f, t);
	if (e == ERR_BUSY || e == ERR_INTERNAL)
		return ERR_BUSY;
	if (e)
		t->nothing = true;
	LOG(LOG_DEBUG, "take", LS("type", t->act.type), LS("actor", t->act.actor), LS("object", t->act.object),
	    LS("code", str_of(err_name(e))), LI("nothing", t->nothing));
	return OK;
}

enum err take_apply(struct ctx *cx, struct take *t)
{
	bool undone;
	enum err e;

	if (t->nothing)
		return OK;
	cx->site = site_by_id(cx->app, t->item->site_id);
	if (t->kind->flags & TAKE_LATE && !str_none(t->act.id)) {
		TRY(undone_has(cx, t->act.id, &undone));
		if (undone)
			return OK;
	}
	if (t->actor.id && cx->now - t->actor.fetched_at > 7 * (int64_t)DAY && !profile_rests(cx, t->actor.id))
		TRY(profile_ask(cx, t->actor.id, 7 * (int64_t)DAY));
	e = t->kind->apply(cx, t);
	/* What may not be, or concerns nothing we know, is done as well: it will not become better. */
	if (e == ERR_BUSY || e == ERR_INTERNAL)
		return e;
	if (e)
		LOG(LOG_DEBUG, "take", LS("type", t->act.type), LS("refused", str_of(err_name(e))), LS("why", cx->said));
	return OK;
}

void take_done(struct take *t)
{
	jr_free(&t->fetched.json);
	jr_free(&t->doc);
}
