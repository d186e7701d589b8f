/* Follow, Accept, Reject, Block, and their Undo; Undo of Like and Announce. federation.md 8. */
#include "base/url.h"
#include "core/interaction.h"
#include "core/quote.h"
#include "core/react.h"
#include "core/relation.h"
#include "core/relay.h"
#include "core/site.h"
#include "core/undone.h"
#include "fed/take.h"

/* What a remote actor wants of one of ours. */
static enum err local_account(struct ctx *cx, str uri, struct account *a)
{
	if (!site_of_url(cx->app, uri))
		return ERR_NOT_FOUND;
	TRY(account_by_uri(cx, uri, a));
	return account_is_local(a) && !a->deleted_at ? OK : ERR_NOT_FOUND;
}

enum err take_follow(struct ctx *cx, struct take *t)
{
	struct follow_in in = { .uri = str_none(t->act.id) ? S("") : t->act.id };
	struct send accept = { .kind = SEND_ACCEPT, .target_id = t->actor.id, .uri = in.uri };
	struct account target;
	bool relay = false;

	TRY(local_account(cx, t->act.object, &target));
	/* LitePub's relays follow back. */
	if (str_eq(target.kind, S("Application")))
		TRY(relay_is(cx, t->actor.id, false, &relay));
	accept.actor_id = target.id;
	return relay ? send_add(cx, &accept) : relation_follow(cx, &t->actor, &target, &in);
}

/* Leave to quote, or none. Our requests are named after the post that quotes. */
static enum err quote_answer(struct ctx *cx, struct take *t, const json_t *object)
{
	str request = as_id(object), stamp = as_id(jr_get(t->doc, "result")), post = as_id(jr_get(object, "instrument"));

	if (str_none(request) && !str_none(post))
		request = str_cat(cx->mem, post, S("#quote"));
	if (str_eq(t->act.type, S("Reject")))
		stamp = STR_NONE;
	else if (str_none(stamp) || !as_url_ok(cx->mem, stamp) || !url_same_origin(stamp, t->actor.uri))
		return ERR_NOT_FOUND;
	return str_none(request) ? ERR_NOT_FOUND : quote_answered(cx, &t->actor, request, stamp);
}

/* Leave to answer or to boost, or none: of the request for it, or of the thing itself. */
static enum err leave_answer(struct ctx *cx, struct take *t, const json_t *object)
{
	bool accepted = str_eq(t->act.type, S("Accept"));
	str about = as_id(jr_get(object, "instrument")), leave[] = { as_id(jr_get(t->doc, "result")), t->act.id };

	if (str_none(about))
		about = as_id(object);
	if (str_none(about) || !site_of_url(cx->app, about))
		return ERR_NOT_FOUND;
	for (int i = 0; i < 2; i++)
		if (!accepted || str_none(leave[i]) || !as_url_ok(cx->mem, leave[i]) || !url_same_origin(leave[i], t->actor.uri))
			leave[i] = STR_NONE;
	return interaction_answered(cx, &t->actor, about, accepted, leave[0], leave[1]);
}

/* Follows of ours have a name of their own; what is named after an actor is a post, a boost or a favourite of theirs. */
static bool names_no_follow(struct ctx *cx, const struct take *t, str id)
{
	const struct site *site = str_none(id) ? NULL : site_of_url(cx->app, id);

	return jr_get(t->doc, "result") || (site && str_starts(id, str_cat(cx->mem, site->base, S("/users/"))));
}

/* The site's own actor follows relays and nobody else. */
static enum err relay_answer(struct ctx *cx, struct take *t, const json_t *object, bool *is)
{
	bool accepted = str_eq(t->act.type, S("Accept"));
	struct account us;

	TRY(relay_answered(cx, &t->actor, str_or(as_id(object), S("")), accepted, is));
	if (*is || local_account(cx, as_id(jr_get(object, "actor")), &us) || !str_eq(us.kind, S("Application")))
		return OK;
	*is = true;
	return relay_answered_unnamed(cx, &t->actor, us.site_id, accepted);
}

/* To a request that says what it is, or by its id alone: then it may be any of these, or none. */
static enum err request_answer(struct ctx *cx, struct take *t, const json_t *object, str type, bool *done)
{
	static const struct {
		const char *type;
		enum err (*answer)(struct ctx *cx, struct take *t, const json_t *object);
	} kinds[] = { { "QuoteRequest", quote_answer }, { "FeatureRequest", feature_answer } };

	*done = true;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bool named = str_eq(type, str_of(kinds[i].type));
		enum err e = named || str_none(type) ? kinds[i].answer(cx, t, object) : ERR_NOT_FOUND;

		if (e != ERR_NOT_FOUND || named)
			return e;
	}
	*done = false;
	return OK;
}

/* One answer to one request: by the id of our Follow, or by what is embedded of it. */
static enum err answer(struct ctx *cx, struct take *t, const json_t *object)
{
	struct account follower, *who = NULL;
	str id = as_id(object), type = as_type(object), whom = as_id(jr_get(object, "object"));
	bool relay, done;
	enum err e;

	TRY(relay_answer(cx, t, object, &relay));
	if (relay)
		return OK;
	e = request_answer(cx, t, object, type, &done);
	if (done)
		return e;
	if (!str_eq(type, S("Follow"))) {
		e = leave_answer(cx, t, object);
		if (e != ERR_NOT_FOUND)
			return e;
	}
	/* Answers to invitations, and to answers and favourites that an author has to allow, look the same from outside. */
	if (!str_none(type) ? !str_eq(type, S("Follow")) : names_no_follow(cx, t, id))
		return OK;
	if (!str_none(whom) && !str_eq(whom, t->actor.uri))
		return OK;
	if (jr_is_obj(object) && !local_account(cx, as_id(jr_get(object, "actor")), &follower))
		who = &follower;
	if (jr_is_obj(object) && !who && !str_none(as_id(jr_get(object, "actor"))))
		return OK;
	id = str_none(id) ? S("") : id;
	if (str_eq(t->act.type, S("Accept")))
		return relation_accepted(cx, &t->actor, id, who);
	return relation_rejected(cx, &t->actor, id, who);
}

enum err take_answer(struct ctx *cx, struct take *t)
{
	size_t n = jr_many(t->act.object_at) < AS_OBJECTS ? jr_many(t->act.object_at) : AS_OBJECTS;

	for (size_t i = 0; i < n; i++)
		TRY(answer(cx, t, jr_nth(t->act.object_at, i)));
	return OK;
}

enum err take_block(struct ctx *cx, struct take *t)
{
	struct account target;

	TRY(local_account(cx, t->act.object, &target));
	return relation_block(cx, &t->actor, &target, str_none(t->act.id) ? S("") : t->act.id);
}

static enum err undo_follow(struct ctx *cx, struct take *t, str object)
{
	struct account target;

	TRY(local_account(cx, object, &target));
	return relation_unfollow(cx, &t->actor, &target);
}

static enum err undo_block(struct ctx *cx, struct take *t, str object)
{
	struct account target;

	TRY(local_account(cx, object, &target));
	return relation_unblock(cx, &t->actor, &target);
}

static enum err undo_like(struct ctx *cx, struct take *t, str object)
{
	struct status s;

	TRY(status_by_uri(cx, object, &s));
	return react_unfavourite(cx, &t->actor, s.id);
}

static enum err undo_announce(struct ctx *cx, struct take *t, str object)
{
	struct status s;

	TRY(status_by_uri(cx, object, &s));
	return react_unreblog(cx, &t->actor, s.reblog_of_id ? s.reblog_of_id : s.id);
}

/* They let one of ours in, and take that back. */
static enum err undo_accept(struct ctx *cx, struct take *t, str object)
{
	struct account follower;
	str who = as_id(jr_get(jr_get(t->act.node, "object"), "actor"));

	(void)object;
	TRY(local_account(cx, who, &follower));
	return relation_rejected(cx, &t->actor, S(""), &follower);
}

static const struct {
	const char *type;
	enum err (*undo)(struct ctx *cx, struct take *t, str object);
} undos[] = {
	{ "Follow", undo_follow },
	{ "Block", undo_block },
	{ "Like", undo_like },
	{ "EmojiReact", undo_like },
	{ "Announce", undo_announce },
	{ "Accept", undo_accept },
	{ "Add", undo_featured },
	{ "Remove", undo_featured },
};

/* Nothing but an id is said, or nothing that tells what it was: it is looked up among what this actor did. */
static enum err undo_by_id(struct ctx *cx, struct take *t)
{
	int64_t liked = 0, boosted = 0;
	struct account target = { 0 };
	int64_t followed = 0, blocked = 0;

	if (!react_find(cx, &t->actor, t->act.object, &liked, &boosted))
		return liked ? react_unfavourite(cx, &t->actor, liked) : react_unreblog(cx, &t->actor, boosted);
	TRY(relation_find(cx, &t->actor, t->act.object, &followed, &blocked));
	TRY(account_by_id(cx, followed ? followed : blocked, &target));
	return followed ? relation_unfollow(cx, &t->actor, &target) : relation_unblock(cx, &t->actor, &target);
}

/* It may have overtaken what it takes back. */
static enum err note_unknown(struct ctx *cx, struct take *t)
{
	int64_t some, other;
	enum err e = react_find(cx, &t->actor, t->act.object, &some, &other);

	if (e == ERR_NOT_FOUND)
		e = relation_find(cx, &t->actor, t->act.object, &some, &other);
	return e == ERR_NOT_FOUND ? undone_note(cx, &t->actor, t->act.object) : e;
}

enum err take_undo(struct ctx *cx, struct take *t)
{
	str type = as_type(t->act.node), actor = as_id(jr_get(t->act.node, "actor"));
	str object = as_id(jr_get(t->act.node, "object"));

	if (undelete_is(&t->act))
		return take_undelete(cx, t);
	if (t->act.node && !str_none(actor) && !str_eq(actor, t->actor.uri))
		return OK;
	if (!str_none(t->act.object))
		TRY(note_unknown(cx, t));
	for (size_t i = 0; i < sizeof(undos) / sizeof(undos[0]); i++)
		if (str_eq(type, str_of(undos[i].type)) && !str_none(object))
			return undos[i].undo(cx, t, object);
	return str_none(t->act.object) ? OK : undo_by_id(cx, t);
}
