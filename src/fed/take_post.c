/* Create, Update, Delete, Announce, Like. What is embedded counts only if its author signed it; all else is fetched from
 * where it lives. federation.md 7 (trust rules), 8. */
#include "base/clock.h"
#include "base/url.h"
#include "core/bring_in.h"
#include "core/interaction.h"
#include "core/job.h"
#include "core/react.h"
#include "core/site.h"
#include "fed/collection.h"
#include "fed/cool.h"
#include "fed/forward.h"
#include "fed/relay.h"
#include "fed/resolve.h"
#include "fed/signers.h"
#include "fed/state.h"
#include "fed/take.h"
#include "text/words.h"

enum { LOOKUPS = 10 };

/* Sets t->object to what may be believed: the embedded object of a post whose author signed, else the fetched one. */
static enum err believe(struct fetcher *f, struct take *t)
{
	str id = t->act.object, author;

	t->object = t->act.node;
	if (str_none(id) || !as_url_ok(f->cx->mem, id) || !foreign_url(f->cx, id) || !url_same_origin(id, t->act.actor))
		return ERR_DENIED;
	author = as_id(jr_get(t->act.node, "attributedTo"));
	if (!t->relayed && t->act.node && !str_none(as_type(t->act.node)) &&
	    (!str_none(author) || !str_none(as_id(jr_get(t->act.node, "actor")))))
		return OK;
	f->of = t->actor.id;
	TRY(fetch_document_for_followers(f, id, &t->fetched));
	t->object = t->fetched.json;
	return OK;
}

static enum err read_post(struct fetcher *f, struct take *t)
{
	struct ctx *cx = f->cx;

	TRY(as_object_read(cx->mem, t->object, &t->post));
	if (!str_eq(t->post.attributed_to, t->act.actor) || !url_same_origin(t->post.id, t->act.actor))
		return ERR_DENIED;
	if (t->relayed)
		TRY(resolve_actor(f, t->post.attributed_to, false, &t->actor));
	if (!t->post.to.n && !t->post.cc.n) {
		t->post.to = t->act.to;
		t->post.cc = t->act.cc;
	}
	as_object_status(cx->mem, &t->post, &t->actor, &t->status);
	if (!t->status.created_at)
		t->status.created_at = cx->now;
	return OK;
}

/* All that can be done before the transaction. */
static enum err read_rest(struct fetcher *f, struct take *t)
{
	TRY(resolve_mentions(f, &t->post, LOOKUPS, t->item->target_id, &t->status));
	status_clean(f->cx, &t->status);
	return OK;
}

/* Is it for anyone here? Asked before strangers are looked up for it. */
static enum err wanted(struct fetcher *f, struct take *t)
{
	bool is = false;

	TRY(resolve_mentions(f, &t->post, 0, t->item->target_id, &t->status));
	TRY(status_wanted(f->cx, &t->actor, &t->status, &is));
	if (!is && !t->group.id)
		TRY(group_neighbour(f->cx, t));
	if (!is && !t->group.id && (t->relayed || t->proven))
		TRY(relay_brings(f->cx, t->item->signer_id, &is));
	t->nothing = !is && !t->group.id;
	return OK;
}

/* The name of an option, in answer to a poll of ours. What only has the form of a vote is nothing. */
static enum err read_vote(struct ctx *cx, struct take *t)
{
	struct status s;
	enum err e = OK;

	if (t->post.name.n && !str_none(t->post.in_reply_to) && site_of_url(cx->app, t->post.in_reply_to))
		e = status_by_uri(cx, t->post.in_reply_to, &s);
	else
		s.id = 0;
	if (!e && s.id && !t->relayed) {
		t->about = s.id;
		TRY(poll_has_option(cx, s.id, t->post.name, &t->vote));
	}
	t->nothing = t->post.vote && !t->vote;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* It is here; perhaps not yet as what a group shows. */
static enum err known(struct ctx *cx, struct take *t, str uri)
{
	struct status s;

	TRY(status_by_uri(cx, uri, &s));
	t->about = s.id;
	t->nothing = !t->group.id;
	return OK;
}

/* *rest: it is to be read to its end. */
static enum err look(struct fetcher *f, struct take *t, bool *rest)
{
	enum err e;

	TRY(read_vote(f->cx, t));
	if (t->vote || t->nothing)
		return OK;
	e = known(f->cx, t, t->post.id);
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(wanted(f, t));
	*rest = !t->nothing;
	return OK;
}

enum err prepare_post(struct fetcher *f, struct take *t)
{
	bool rest = false;
	enum err e;

	if (t->group.id && site_of_url(f->cx->app, t->act.object))
		return known(f->cx, t, t->act.object);
	TRY(believe(f, t));
	TRY(read_post(f, t));
	db_read_begin(f->cx->db);
	e = look(f, t, &rest);
	db_read_end(f->cx->db);
	return e || !rest ? e : read_rest(f, t);
}

/* The parent is not here yet: it is fetched behind, so that the reply need not wait. */
static enum err ask_for_parent(struct ctx *cx, const struct take *t, const struct status *s)
{
	struct jw w;

	if (s->in_reply_to_id || site_of_url(cx->app, t->status.in_reply_to_uri))
		return OK;
	jw_init(&w, cx->mem, 8192);
	jw_obj(&w, NULL);
	jw_str(&w, "uri", t->status.in_reply_to_uri);
	jw_end(&w);
	return job_add_for(cx, "parents", jw_done(&w), url_authority(cx->mem, t->status.in_reply_to_uri),
	                   str_cat(cx->mem, S("parents "), t->status.in_reply_to_uri));
}

static enum err answer_came(struct ctx *cx, const struct take *t, int64_t id)
{
	struct status s;

	if (str_empty(t->status.in_reply_to_uri))
		return OK;
	TRY(status_by_id(cx, id, &s));
	TRY(ask_for_parent(cx, t, &s));
	return forward_answer(cx, t, &s);
}

enum err take_create(struct ctx *cx, struct take *t)
{
	int64_t id = 0;

	if (t->vote)
		return poll_vote_received(cx, &t->actor, t->about, t->post.name, t->post.id);
	if (t->about)
		return group_shows(cx, t, t->about);
	TRY(status_receive(cx, &t->actor, &t->status, false, &id));
	if (!id)
		return OK;
	TRY(group_shows(cx, t, id));
	return answer_came(cx, t, id);
}

/* A profile. Complete and with its old name it is taken as it is; else it is read from its server. */
static enum err prepare_profile(struct fetcher *f, struct take *t)
{
	int64_t now = clock_mono();
	struct as_actor actor;
	struct account a;

	t->nothing = true;
	if (!str_eq(t->act.object, t->act.actor))
		return ERR_DENIED;
	/* Brought by someone else it may be an old one. */
	if (t->relayed || t->proven) {
		TRY(account_by_uri(f->cx, t->act.actor, &a));
		if (!cool_take(fed.cool, strf(f->cx->mem, "profile %lld", (long long)a.id), now, now + 5 * MINUTE))
			return OK;
		return resolve_actor(f, t->act.actor, true, &a);
	}
	if (!t->act.node || as_actor_read(f->cx->mem, t->act.node, &actor) || actor.partial)
		return resolve_actor(f, t->act.actor, true, &a);
	if (!str_eq(actor.a.uri, t->actor.uri))
		return ERR_DENIED;
	return resolve_actor_document(f, t->act.node, &a);
}

enum err prepare_update(struct fetcher *f, struct take *t)
{
	struct status s;
	enum err e;

	if (as_type_is_actor(as_type(t->act.node)) || str_eq(t->act.object, t->act.actor))
		return prepare_profile(f, t);
	if (as_is_featured(t->act.node))
		return prepare_collection(f, t);
	TRY(believe(f, t));
	TRY(read_post(f, t));
	if (t->post.vote)
		return ERR_DENIED; /* votes stay as they are */
	e = status_by_uri(f->cx, t->post.id, &s);
	if (e != ERR_NOT_FOUND)
		return e ? e : read_rest(f, t);
	/* The Create was lost, or came before anyone here cared. */
	t->nothing = f->cx->now - t->status.created_at > DAY;
	if (!t->nothing)
		TRY(wanted(f, t));
	return t->nothing ? OK : read_rest(f, t);
}

enum err take_update(struct ctx *cx, struct take *t)
{
	enum err e = status_receive_edit(cx, &t->actor, &t->status);
	struct origin_counts counts;
	struct status s;

	if (e)
		return e == ERR_NOT_FOUND ? take_create(cx, t) : e;
	collection_counts(t->object, &counts);
	TRY(status_by_uri(cx, t->status.uri, &s));
	if (s.deleted_at)
		return OK;
	TRY(status_origin_counts(cx, s.id, &counts));
	return forward_answer(cx, t, &s);
}

/* Signed by someone else: only its own server knows whether it is gone. */
static enum err prepare_relayed_delete(struct fetcher *f, struct take *t)
{
	struct status s;
	enum err e;

	t->nothing = true;
	TRY(status_by_uri(f->cx, t->act.object, &s));
	TRY(account_by_id(f->cx, s.account_id, &t->actor));
	if (t->group.id) {
		t->about = s.id;
		t->removed = true;
		t->nothing = s.deleted_at;
	}
	if (s.deleted_at || account_is_local(&t->actor))
		return OK;
	e = fetch_document(f, t->act.object, &t->fetched);
	if (e == ERR_BUSY)
		return e;
	t->removed &= !(e && t->fetched.gone);
	t->nothing = !t->removed && !(e && t->fetched.gone);
	return OK;
}

enum err prepare_delete(struct fetcher *f, struct take *t)
{
	if (str_none(t->act.object) || (site_of_url(f->cx->app, t->act.object) && !t->group.id))
		return ERR_DENIED;
	if (t->relayed)
		return prepare_relayed_delete(f, t);
	if (!str_eq(t->act.object, t->act.actor))
		return OK;
	/* In batches, so not inside the one transaction; a second time does no harm. */
	t->nothing = true;
	signers_drop(fed.signers, t->actor.id);
	return account_receive_delete(f->cx, t->actor.id);
}

enum err take_delete(struct ctx *cx, struct take *t)
{
	struct status was = { 0 };
	enum err e;

	if (t->removed)
		return react_unreblog(cx, &t->group, t->about);
	e = quote_receive_revoke(cx, &t->actor, t->act.object);
	if (e == ERR_NOT_FOUND)
		e = interaction_revoked(cx, &t->actor, t->act.object);
	if (e == ERR_NOT_FOUND)
		e = collection_gone(cx, t);
	if (e != ERR_NOT_FOUND)
		return e;
	e = status_by_uri(cx, t->act.object, &was);
	if (e && e != ERR_NOT_FOUND)
		return e;
	TRY(status_receive_delete(cx, &t->actor, t->act.object));
	return e || was.deleted_at ? OK : forward_answer(cx, t, &was);
}

static enum err cares(struct fetcher *f, struct take *t, bool *is)
{
	struct remote_status dummy = { .uri = t->act.id, .visibility = S("public") };

	return status_wanted(f->cx, &t->actor, &dummy, is);
}

/* Who boosts what he wrote himself may bring it along: of a private post there is often no other way to it. */
static enum err boosted(struct fetcher *f, const struct take *t, struct status *s)
{
	struct as_object o;

	if (t->act.node && status_by_uri(f->cx, t->act.object, s) == ERR_NOT_FOUND &&
	    !as_object_read(f->cx->mem, t->act.node, &o) && str_eq(o.attributed_to, t->actor.uri) &&
	    str_eq(o.id, t->act.object))
		return resolve_status_document(f, t->act.node, true, s);
	return resolve_status(f, t->act.object, s, NULL);
}

enum err prepare_announce(struct fetcher *f, struct take *t)
{
	str uri = t->act.object;
	struct status s = { 0 };
	bool is = false, relay = false;

	if (str_none(uri) || str_none(t->act.id))
		return ERR_DENIED;
	if (!t->proven)
		TRY(relay_brings(f->cx, t->actor.id, &relay));
	if (!relay && !site_of_url(f->cx->app, uri)) {
		TRY(cares(f, t, &is));
		if (!is)
			return ERR_DENIED;
	}
	f->of = t->actor.id;
	TRY(boosted(f, t, &s));
	t->nothing = s.reblog_of_id || relay; /* no boosts of boosts */
	t->about = s.id;
	return OK;
}

enum err take_announce(struct ctx *cx, struct take *t)
{
	str visibility = as_boost_visibility(&t->act, &t->actor);
	int64_t at = t->act.published && t->act.published <= cx->now ? t->act.published : 0, id;

	return react_reblog(cx, &t->actor, t->about, visibility, t->act.id, at, &id);
}

/* FEP-c0e0: one emoji, or one of their own by its name. Other likes may say what they want. */
static bool is_reaction(const struct as_activity *a)
{
	str said = str_trim(a->content), name = said;
	bool custom = str_skip(&name, S(":")) && str_chop(&name, S(":")) && name.n;

	return !str_eq(a->type, S("EmojiReact")) || str_empty(said) || custom || text_is_emoji(said);
}

enum err take_like(struct ctx *cx, struct take *t)
{
	struct status s;

	if (!is_reaction(&t->act))
		return OK;
	TRY(status_by_uri(cx, t->act.object, &s));
	if (s.deleted_at || s.reblog_of_id)
		return OK;
	return react_favourite(cx, &t->actor, s.id, str_none(t->act.id) ? S("") : t->act.id);
}
