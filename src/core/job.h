#pragma once
/* Work for later, durable: queued in the same transaction as what causes it. */
#include "core/ctx.h"
#include "store/jobs.h"

/* Inside a transaction; workers are woken after the commit. key STR_NONE: any number; else a second one with the same
 * key changes nothing while the first waits. */
enum err job_add(struct ctx *cx, const char *kind, str args, int64_t due, str key) MUST_CHECK;
/* Likewise work for which that host must be asked: of these one runs at a time, and past some hundreds of a host no more are
 * noted; nothing that must not be lost. */
enum err job_add_for(struct ctx *cx, const char *kind, str args, str host, str key) MUST_CHECK;
enum err job_add_for_later(struct ctx *cx, const char *kind, str args, str host, str key, int64_t due) MUST_CHECK;
/* Workers look again; after the commit where there is one under way. */
void job_wake(struct ctx *cx);
/* Takes up to n due ones for lease_ms; tries is counted now, so that a job that kills the process is noticed.
 * kinds: JSON list of the kinds wanted. Safe with many workers on both databases. */
enum err job_claim(struct ctx *cx, str kinds, int64_t n, int64_t lease_ms, struct job **out,
                   size_t *got) MUST_CHECK;
enum err job_done(struct ctx *cx, int64_t id) MUST_CHECK;
enum err job_again(struct ctx *cx, int64_t id, int64_t due, str error) MUST_CHECK;
/* Likewise, and it was no fault of that job: the try does not count. */
enum err job_put_off(struct ctx *cx, int64_t id, int64_t due, str error) MUST_CHECK;
enum err job_bury(struct ctx *cx, int64_t id, str error) MUST_CHECK; /* to dead_jobs */
/* When the next one is due; INT64_MAX if there is none. */
enum err job_next(struct ctx *cx, int64_t *due) MUST_CHECK;

/* What federation is to send. core notes it as a job "send"; fed writes the document and finds the inboxes. */
enum send_kind {
	SEND_CREATE,     /* status_id */
	SEND_UPDATE,     /* status_id */
	SEND_DELETE,     /* status_id (a tombstone now; its mentions are still there), uri */
	SEND_ANNOUNCE,   /* status_id: the boost */
	SEND_UNANNOUNCE, /* status_id: the boost's tombstone */
	SEND_LIKE,       /* target_id: author, status_id: liked, uri: of the Like */
	SEND_UNLIKE,
	SEND_LIKE_REQUEST,     /* the same, to be allowed */
	SEND_REPLY_REQUEST,    /* target_id: author of what is answered, status_id: the answer, uri: its own */
	SEND_ANNOUNCE_REQUEST, /* target_id: author, status_id: the boost, uri: its own */
	SEND_LEAVE,    /* target_id: who asked, status_id: our post, uri: of the request, text: "like URI-OF-THEIRS STAMP" */
	SEND_NO_LEAVE, /* likewise, without a stamp */
	SEND_FOLLOW, /* target_id, uri: of the Follow */
	SEND_UNFOLLOW,
	SEND_ACCEPT, /* target_id: who asked, uri: their Follow's, as they spelled it */
	SEND_REJECT,
	SEND_BLOCK, /* target_id, uri: of the Block */
	SEND_UNBLOCK,
	SEND_PROFILE, /* the actor changed */
	SEND_MOVE,    /* target_id: where to */
	SEND_GONE,    /* the actor is deleted; text: the last host that is done, "" at first */
	SEND_FLAG,    /* target_id: whose server is told, status_id: the report, uri: of the Flag */
	SEND_PIN,     /* status_id */
	SEND_UNPIN,
	SEND_FEATURE, /* text: a hashtag */
	SEND_UNFEATURE,
	SEND_VOTE,        /* target_id: who asks, status_id: the question, uri: of the vote, text: the option */
	SEND_REFRESH,       /* status_id: of a post; its Update is no edit */
	SEND_QUOTE_REQUEST, /* target_id: the quoted author, status_id: the post that quotes, uri: of the request */
	SEND_QUOTE_ACCEPT,  /* target_id: who asked, status_id: their post, uri: of their request, text: the stamp */
	SEND_QUOTE_REJECT,  /* target_id: who asked, uri: of their request, text: URI of what they quote */
	SEND_QUOTE_REVOKE,  /* target_id: who quotes, status_id: their post, uri: the stamp */
	/* Of collections of accounts; status_id: the collection, uri: its own, or the item's */
	SEND_COLLECTION_ADD,
	SEND_COLLECTION_UPDATE,
	SEND_COLLECTION_REMOVE,
	SEND_COLLECTION_END, /* the same to target_id, who was in it */
	SEND_ITEM_ADD,       /* uri: of the item */
	SEND_ITEM_REMOVE,    /* target_id: who was in it, uri: of the item, text: of the collection */
	SEND_FEATURE_REQUEST, /* target_id: who is asked, uri: of the item, text: of the collection */
	SEND_FEATURE_ACCEPT, /* target_id: who asked, uri: of their request, text: the stamp */
	SEND_FEATURE_REJECT, /* target_id: who asked, uri: of their request */
	SEND_FEATURE_REVOKE, /* target_id: whose collection, uri: the stamp, text: of the collection */
	SEND_KINDS
};
struct send {
	enum send_kind kind;
	int64_t actor_id, status_id, target_id;
	str uri, text;
};
enum err send_add(struct ctx *cx, const struct send *s) MUST_CHECK;
bool send_read(struct arena *mem, str args, struct send *s); /* of a job's args; false: not readable */
