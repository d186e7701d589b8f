/* Job "send": what core wants others to know, written once, for each inbox that should have it. federation.md 12.1, 17. */
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "core/account.h"
#include "core/deliver.h"
#include "core/featured_collection.h"
#include "core/group.h"
#include "core/report.h"
#include "core/site.h"
#include "core/status.h"
#include "fed/as_write.h"
#include "fed/fed.h"
#include "fed/proof.h"
#include "fed/relay.h"
#include "fed/serve.h"
#include "fed/sign.h"
#include "fed/state.h"
#include "net/keys.h"

/* Who must hear of it, what must be loaded to write it, and whether it makes what was queued before void. */
static const struct plan {
	unsigned audience;
	bool view, tombstone, target, cancels, proof, all, featured;
} plans[SEND_KINDS] = {
	[SEND_CREATE] = { TO_FOLLOWERS | TO_MENTIONED | TO_PARENT | TO_GROUP | TO_RELAYS, .view = true, .proof = true },
	[SEND_UPDATE] = { TO_FOLLOWERS | TO_MENTIONED | TO_PARENT | TO_GROUP | TO_INTERACTED | TO_RELAYS, .view = true,
	                  .proof = true },
	[SEND_DELETE] = { TO_FOLLOWERS | TO_MENTIONED | TO_PARENT | TO_GROUP | TO_INTERACTED | TO_RELAYS, .tombstone = true,
	                  .cancels = true, .proof = true },
	[SEND_ANNOUNCE] = { TO_FOLLOWERS | TO_TARGET | TO_RELAYS, .view = true, .proof = true },
	[SEND_UNANNOUNCE] = { TO_FOLLOWERS | TO_TARGET | TO_RELAYS, .tombstone = true, .cancels = true, .proof = true },
	[SEND_LIKE] = { TO_TARGET | TO_GROUP, .tombstone = true, .target = true, .proof = true },
	[SEND_UNLIKE] = { TO_TARGET | TO_GROUP, .tombstone = true, .target = true, .proof = true },
	[SEND_LIKE_REQUEST] = { TO_TARGET, .tombstone = true, .target = true },
	[SEND_REPLY_REQUEST] = { TO_TARGET, .view = true, .target = true },
	[SEND_ANNOUNCE_REQUEST] = { TO_TARGET, .view = true, .target = true },
	[SEND_LEAVE] = { TO_TARGET, .tombstone = true, .target = true },
	[SEND_NO_LEAVE] = { TO_TARGET, .tombstone = true, .target = true },
	[SEND_FOLLOW] = { TO_TARGET, .target = true },
	[SEND_UNFOLLOW] = { TO_TARGET | TO_PARTED, .target = true },
	[SEND_ACCEPT] = { TO_TARGET, .target = true },
	[SEND_REJECT] = { TO_TARGET | TO_PARTED, .target = true },
	[SEND_BLOCK] = { TO_TARGET, .target = true },
	[SEND_UNBLOCK] = { TO_TARGET, .target = true },
	[SEND_PROFILE] = { TO_FOLLOWERS | TO_RECENT, .proof = true },
	[SEND_MOVE] = { TO_FOLLOWERS | TO_BLOCKERS | TO_RELAYS, .target = true, .proof = true },
	[SEND_GONE] = { .proof = true, .all = true },
	[SEND_FLAG] = { TO_TARGET, .target = true },
	[SEND_PIN] = { TO_FOLLOWERS, .tombstone = true, .proof = true },
	[SEND_UNPIN] = { TO_FOLLOWERS, .tombstone = true, .proof = true },
	[SEND_FEATURE] = { TO_FOLLOWERS, .proof = true },
	[SEND_UNFEATURE] = { TO_FOLLOWERS, .proof = true },
	[SEND_VOTE] = { TO_TARGET, .tombstone = true, .target = true },
	[SEND_REFRESH] = { TO_FOLLOWERS | TO_MENTIONED | TO_PARENT | TO_GROUP | TO_INTERACTED, .view = true, .proof = true },
	[SEND_QUOTE_REQUEST] = { TO_TARGET, .view = true, .target = true },
	[SEND_QUOTE_ACCEPT] = { TO_TARGET, .tombstone = true, .target = true },
	[SEND_QUOTE_REJECT] = { TO_TARGET, .target = true },
	[SEND_QUOTE_REVOKE] = { TO_TARGET, .tombstone = true, .target = true, .proof = true },
	[SEND_COLLECTION_ADD] = { TO_FOLLOWERS, .featured = true, .proof = true },
	[SEND_COLLECTION_UPDATE] = { TO_FOLLOWERS | TO_FEATURED, .featured = true, .proof = true },
	[SEND_COLLECTION_REMOVE] = { TO_FOLLOWERS, .proof = true },
	[SEND_COLLECTION_END] = { TO_TARGET, .proof = true },
	[SEND_ITEM_ADD] = { TO_FOLLOWERS | TO_FEATURED, .featured = true, .proof = true },
	[SEND_ITEM_REMOVE] = { TO_FOLLOWERS | TO_FEATURED | TO_TARGET, .proof = true },
	[SEND_FEATURE_REQUEST] = { TO_TARGET, .target = true },
	[SEND_FEATURE_ACCEPT] = { TO_TARGET, .target = true },
	[SEND_FEATURE_REJECT] = { TO_TARGET, .target = true },
	[SEND_FEATURE_REVOKE] = { TO_TARGET, .target = true, .proof = true },
};

/* All that a document is made of. */
struct sending {
	struct send send;
	struct as_sending out;
	struct account actor, target;
	struct status_view view;
	struct status status, boosted;
	struct quote quote;
	struct featured_view featured;
	struct as_profile profile;
	unsigned audience;
	bool closed; /* not for everyone */
};

static bool for_all(str visibility)
{
	return str_eq(visibility, S("public")) || str_eq(visibility, S("unlisted"));
}

/* The audience of a post is what its visibility says. */
static void narrow(struct sending *s, str visibility)
{
	if (!str_eq(visibility, S("public")))
		s->audience &= ~(unsigned)TO_RELAYS;
	if (str_eq(visibility, S("direct")))
		s->audience &= TO_MENTIONED;
	else if (str_eq(visibility, S("private")))
		s->audience &= TO_FOLLOWERS | TO_MENTIONED | TO_TARGET;
}

static enum err load_profile(struct ctx *cx, struct sending *s)
{
	/* Perhaps because its keys are new, made by another process. */
	own_keys_drop(fed.own, s->actor.id);
	s->profile = (struct as_profile){ .a = &s->actor, .base = s->out.base };
	s->out.profile = &s->profile;
	return profile_keys(cx, &s->profile);
}

/* Boosts concern the author of what was boosted. */
static enum err load_boosted(struct ctx *cx, struct sending *s, int64_t boosted)
{
	TRY(status_by_id(cx, boosted, &s->boosted));
	s->out.about = s->boosted.uri;
	s->send.target_id = s->boosted.account_id;
	return OK;
}

/* Until its author has said yes to it, nobody else has it. */
static void wait_for_leave(struct sending *s)
{
	str state = s->view.approval.state;

	if (str_eq(state, S("pending")) || str_eq(state, S("rejected")))
		s->audience &= TO_PARENT | TO_TARGET;
}

/* The author of what is quoted hears of it as well, where all may. */
static void add_quoted(struct sending *s)
{
	const struct quote_view *q = s->view.quote;

	if (!q || s->view.s.reblog_of_id)
		return;
	s->out.about = q->q.quoted_uri;
	if (plans[s->send.kind].target || s->closed || !q->q.quoted_account_id)
		return;
	s->send.target_id = q->q.quoted_account_id;
	s->audience |= TO_TARGET;
}

static enum err load_status(struct ctx *cx, struct sending *s, const struct plan *p)
{
	enum send_kind kind = s->send.kind;

	if (p->view) {
		TRY(status_own_view(cx, s->send.status_id, &s->view));
		if (s->view.s.local_only || ((s->view.s.extras & STATUS_WAITS) && !(s->view.s.extras & HAS_APPROVAL)))
			return ERR_NOT_FOUND;
		TRY(serve_complete(cx, &s->actor, &s->view));
		s->out.view = &s->view;
		s->closed = !for_all(s->view.s.visibility);
		if (kind != SEND_QUOTE_REQUEST)
			narrow(s, s->view.s.visibility);
		wait_for_leave(s);
		add_quoted(s);
		return s->view.s.reblog_of_id ? load_boosted(cx, s, s->view.s.reblog_of_id) : OK;
	}
	TRY(status_by_id(cx, s->send.status_id, &s->status));
	if (s->status.local_only)
		return ERR_NOT_FOUND;
	s->out.status = &s->status;
	s->closed = !for_all(s->status.visibility);
	if (kind == SEND_QUOTE_ACCEPT || kind == SEND_QUOTE_REVOKE) {
		TRY(quote_by_id(cx, s->send.status_id, &s->quote));
		s->out.about = s->quote.quoted_uri;
	}
	if (kind == SEND_DELETE || kind == SEND_UNANNOUNCE)
		narrow(s, s->status.visibility);
	return kind == SEND_UNANNOUNCE && s->status.reblog_of_id ? load_boosted(cx, s, s->status.reblog_of_id) : OK;
}

static enum err load_report(struct ctx *cx, struct sending *s)
{
	struct report r;

	TRY(report_objects(cx, s->send.status_id, &r, &s->out.about, &s->out.posts));
	s->send.text = r.comment;
	return OK;
}

/* As anybody sees it. */
static enum err load_featured(struct ctx *cx, struct sending *s)
{
	TRY(featured_view(cx, s->send.status_id, &s->featured));
	s->out.featured = &s->featured;
	for (size_t i = 0; i < s->featured.items_n; i++)
		if (str_eq(s->featured.items[i].uri, s->send.uri))
			s->out.item = &s->featured.items[i];
	return s->out.item || s->send.kind != SEND_ITEM_ADD ? OK : ERR_NOT_FOUND;
}

/* Favourites of what is not for everyone, or may need leave, are between two; and no server needs to hear of one twice. */
static enum err choose_group(struct ctx *cx, struct sending *s)
{
	bool alone = s->closed || (s->status.interaction_policy >> INTERACT_LIKE & QUOTE_STATED);
	str group = STR_NONE;

	if (s->send.kind != SEND_LIKE && s->send.kind != SEND_UNLIKE)
		return OK;
	if (!alone)
		TRY(group_uri(cx, &s->status, &group));
	if (alone || url_same_origin(str_or(group, S("")), s->target.uri))
		s->audience &= ~(unsigned)TO_GROUP;
	return OK;
}

static enum err load(struct ctx *cx, struct sending *s)
{
	const struct plan *p = &plans[s->send.kind];

	TRY(account_by_id(cx, s->send.actor_id, &s->actor));
	if (!account_is_local(&s->actor))
		return ERR_NOT_FOUND;
	cx->site = site_by_id(cx->app, s->actor.site_id);
	s->audience = p->audience;
	s->out = (struct as_sending){ .send = &s->send, .actor = &s->actor, .base = cx->site->base, .now = cx->now };
	if (p->view || p->tombstone)
		TRY(load_status(cx, s, p));
	if (s->send.kind == SEND_QUOTE_REJECT)
		s->out.about = s->send.text;
	if (p->target) {
		TRY(account_by_id(cx, s->send.target_id, &s->target));
		s->out.target = &s->target;
		TRY(choose_group(cx, s));
	}
	if (s->send.kind == SEND_FLAG)
		return load_report(cx, s);
	if (p->featured)
		return load_featured(cx, s);
	return s->send.kind == SEND_PROFILE ? load_profile(cx, s) : OK;
}

/* Keeps the order of what is about one thing: the post, or the pair of accounts. */
static str object_of(struct ctx *cx, const struct sending *s)
{
	if (s->out.view)
		return s->view.s.uri;
	if (s->out.status && s->send.kind != SEND_LIKE && s->send.kind != SEND_LIKE_REQUEST && s->send.kind != SEND_UNLIKE)
		return s->status.uri;
	if (s->send.kind == SEND_PROFILE || s->send.kind == SEND_MOVE || s->send.kind == SEND_GONE)
		return s->actor.uri;
	if (s->send.kind >= SEND_COLLECTION_ADD && s->send.kind <= SEND_FEATURE_REQUEST)
		return str_or(s->send.text, s->send.uri); /* the collection */
	return strf(cx->mem, "%.*s %.*s", STR_F(s->actor.uri), STR_F(s->target.uri));
}

struct queueing {
	const struct sending *s;
	str object, body;
	struct strs inboxes;
	str next; /* of what goes to all: where the next job goes on; STR_NONE: that was all */
};

/* Deleted since it was read for the document: that must not go out behind its Delete. */
static enum err is_late(struct ctx *cx, const struct sending *s, bool *late)
{
	struct status now;
	enum err e;

	*late = false;
	if (!s->out.view)
		return OK;
	e = status_by_id(cx, s->view.s.id, &now);
	*late = e == ERR_NOT_FOUND || (!e && now.deleted_at);
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err queue(struct ctx *cx, void *arg)
{
	const struct queueing *q = arg;
	const struct plan *plan = &plans[q->s->send.kind];
	unsigned how = (plan->cancels ? DELIVER_CANCELS : 0) | (plan->all ? DELIVER_EVEN_DEAD : 0);
	struct send on = q->s->send;
	bool late;

	TRY(is_late(cx, q->s, &late));
	if (late)
		return OK;
	/* Followers only, and not only some of them. */
	if (q->s->closed && q->s->audience & TO_FOLLOWERS)
		how |= DELIVER_SYNC;
	TRY(deliver_add(cx, q->s->actor.id, q->object, how, q->body, q->inboxes));
	on.text = q->next;
	return str_none(q->next) ? OK : send_add(cx, &on);
}

static enum err find_inboxes(struct ctx *cx, const struct sending *s, struct queueing *q)
{
	if (plans[s->send.kind].all)
		return deliver_everywhere(cx, str_or(s->send.text, S("")), &q->inboxes, &q->next);
	return deliver_inboxes(cx, s->audience, s->actor.id, s->send.status_id, s->send.target_id, &q->inboxes);
}

/* Once a document, however many inboxes it goes to. What only some may read carries none: a proof is there to be shown
 * around. */
static enum err prove(struct ctx *cx, const struct sending *s, str *body)
{
	struct signing sign;
	str proven;

	if (str_none(*body) || !plans[s->send.kind].proof || s->closed)
		return OK;
	TRY(sign_proof_as(cx, &s->actor, &sign));
	proven = proof_make(cx->mem, *body, sign.key, sign.key_id, clock_now());
	key_free(sign.key);
	if (str_none(proven))
		LOG(LOG_WARN, "proof", LS("what", S("not made")), LS("actor", s->actor.uri));
	else
		*body = proven;
	return OK;
}

enum err fed_job_send(struct ctx *cx, const struct job *job)
{
	struct sending s = { 0 };
	struct queueing q = { .s = &s };
	enum err e;

	if (!send_read(cx->mem, job->args, &s.send) || (unsigned)s.send.kind >= SEND_KINDS)
		return ERR_INVALID;
	e = load(cx, &s);
	/* Deleted meanwhile: its Delete is on the way. Or for this site alone, or waiting with what it answers. */
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(find_inboxes(cx, &s, &q));
	if (s.send.kind == SEND_CREATE && s.audience & TO_RELAYS)
		TRY(relay_publish(cx, &s.view.s));
	if (!q.inboxes.n && str_none(q.next))
		return OK;
	q.object = object_of(cx, &s);
	q.body = as_sending(cx->mem, &s.out);
	TRY(prove(cx, &s, &q.body));
	if (str_none(q.body))
		return fail(cx, ERR_INVALID, "the document is too large");
	return write_tx(cx, queue, &q);
}
