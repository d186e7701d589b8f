#pragma once
/* What an activity does: one function a type, by activities.def. First prepare(), which may wait for the network, then
 * apply() inside the transaction that also takes the activity from the queue. federation.md 7, 8. */
#include "core/account.h"
#include "core/deliver.h"
#include "core/status.h"
#include "fed/as_read.h"
#include "fed/fetch_as.h"

enum { TAKE_RELAYED = 1,
       TAKE_PROVEN = 2,
       TAKE_REFETCH = 4,
       TAKE_IN_GROUP = 8,
       TAKE_LATE = 16 };

/* One activity from the queue to its effect. One thread; take_done() frees. */
struct take {
	const struct inbox_item *item;
	const struct take_kind *kind;
	json_t *doc;
	const json_t *activity; /* doc, or the one inside that a group announces */
	struct as_activity act;
	struct account actor;
	bool relayed; /* brought by someone else than its actor, and nothing shows that it is the actor's */
	bool proven;  /* brought by someone else, but the actor's by its proof or its server's word */
	bool nothing; /* prepare() found that there is nothing to do */
	struct account group; /* id 0: none; else the group that announced it */
	str announce;         /* id of that Announce */
	int64_t announced_at;
	bool removed; /* the group takes it out; it is still there */
	/* What prepare() found. */
	struct document fetched; /* the object, from its own server */
	const json_t *object;    /* the object to trust: embedded, or fetched */
	struct as_object post;
	struct remote_status status;
	int64_t about; /* id of the post it is about */
	bool gone;     /* its server says so */
	bool vote;     /* a vote in the poll `about` */
	struct as_activity asked; /* the favourite or boost that leave is asked for */
	bool vain;                /* it will not be given */
	int64_t collection; /* of accounts; 0: none that can be read */
	enum { TAKE_POST, TAKE_COLLECTION, TAKE_ITEM } change; /* what an Add or Remove is about */
};

struct take_kind {
	const char *type;
	enum err (*prepare)(struct fetcher *f, struct take *t);
	enum err (*apply)(struct ctx *cx, struct take *t);
	unsigned flags;
};
/* NULL: not acted upon. */
const struct take_kind *take_kind(str type);

/* OK; ERR_BUSY: later. Everything else about the activity itself ends as nothing = true. */
enum err take_prepare(struct ctx *cx, const struct inbox_item *item, struct take *t) MUST_CHECK;
/* Of what someone else brought: does the proof of its actor hold? Then t->actor is that one. ERR_DENIED, ERR_BUSY. */
enum err take_proof(struct fetcher *f, struct take *t) MUST_CHECK;
/* In a transaction. Does not end the item: the caller calls inbox_done(). */
enum err take_apply(struct ctx *cx, struct take *t) MUST_CHECK;
void take_done(struct take *t);

/* An Announce of an activity, not of a post. */
bool group_announces(const struct take *t);
/* *opened: it is a group's that someone here follows, and what is inside is of interest; now that is what *t is about. Who its
 * actor is, and what of it is true, is still to be found out. */
enum err group_open(struct fetcher *f, struct take *t, bool *opened) MUST_CHECK;
/* Favourites, and their end, count only on what is ours: those of others have their origin to count them. */
bool group_about_ours(struct ctx *cx, const struct as_activity *a);
/* Where the author and the group it is written in live on one server, that is the group's word as well: Mbin makes no other. */
enum err group_neighbour(struct ctx *cx, struct take *t) MUST_CHECK;
/* A post that begins a thread is boosted by the group that brought it; nothing without a group. */
enum err group_shows(struct ctx *cx, const struct take *t, int64_t status_id) MUST_CHECK;

/* Undo of a Delete; of which post that is here, or was (ERR_NOT_FOUND: none); after prepare_undo(). */
bool undelete_is(const struct as_activity *a);
enum err undelete_about(struct ctx *cx, const struct as_activity *a, struct status *s) MUST_CHECK;
enum err take_undelete(struct ctx *cx, struct take *t);
/* Undo of an Add or Remove of that post. */
enum err undo_featured(struct ctx *cx, struct take *t, str object) MUST_CHECK;

/* The functions of activities.def. */
#define ACTIVITY(type, prepare, apply, flags) enum err apply(struct ctx *cx, struct take *t);
#include "fed/activities.def"
#undef ACTIVITY
enum err prepare_undo(struct fetcher *f, struct take *t);
enum err prepare_post(struct fetcher *f, struct take *t);
enum err prepare_update(struct fetcher *f, struct take *t);
enum err prepare_delete(struct fetcher *f, struct take *t);
enum err prepare_leave_request(struct fetcher *f, struct take *t);
/* What a request is for, its sender's own: of that type (NULL: a post) and embedded, else from where it lives. */
enum err take_instrument_node(struct fetcher *f, struct take *t, const char *type, str *id, const json_t **node) MUST_CHECK;
/* The post of ours that leave is asked for, as far as its asker may see it; into t->about too. ERR_DENIED, ERR_NOT_FOUND. */
enum err take_asked_about(struct ctx *cx, struct take *t, struct status *s) MUST_CHECK;
/* A post; into t->post and t->status. */
enum err take_instrument(struct fetcher *f, struct take *t) MUST_CHECK;
enum err prepare_quote_request(struct fetcher *f, struct take *t);
enum err prepare_move(struct fetcher *f, struct take *t);
enum err prepare_feature_request(struct fetcher *f, struct take *t);
/* Collections of accounts: one that is new or another now; what an Add or Remove says of one; a Delete of one, or of leave to
 * stand in one (ERR_NOT_FOUND: of something else); an answer to a request of ours (likewise). */
enum err prepare_collection(struct fetcher *f, struct take *t);
enum err prepare_collection_change(struct fetcher *f, struct take *t);
enum err take_collection_change(struct ctx *cx, struct take *t);
enum err collection_gone(struct ctx *cx, struct take *t);
enum err feature_answer(struct ctx *cx, struct take *t, const json_t *object);
enum err prepare_featured(struct fetcher *f, struct take *t);
enum err prepare_announce(struct fetcher *f, struct take *t);
