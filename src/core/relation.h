#pragma once
/* Follow, block, mute: the same verbs for our users and for remote actors. by is who does it. */
#include "core/account.h"
#include "core/page.h"

struct follow_in {
	int reblogs, notify; /* 0 leave (default: reblogs yes, notify no), 1, -1 */
	str languages;       /* JSON list, empty: any; STR_NONE: leave */
	str uri;             /* of a remote Follow activity; STR_NONE for ours */
};
/* Follows, or asks where the target is locked or remote (the row is pending until their Accept). Again: updates the
 * options; a remote Follow of one who follows already is answered by Accept again. ERR_DENIED: blocked either way, self, moved,
 * instance actor (a remote one is answered by Reject). */
enum err relation_follow(struct ctx *cx, const struct account *by, const struct account *target,
                         const struct follow_in *in) MUST_CHECK;
/* Also withdraws a request. OK if there was none. Tells the target's server if by is ours. */
enum err relation_unfollow(struct ctx *cx, const struct account *by, const struct account *target) MUST_CHECK;
/* by (ours) lets asker in, or not; ERR_NOT_FOUND if nothing waits. */
enum err relation_authorize(struct ctx *cx, const struct account *by, const struct account *asker) MUST_CHECK;
enum err relation_reject(struct ctx *cx, const struct account *by, const struct account *asker) MUST_CHECK;
/* Removes a follower, and tells its server (Reject). */
enum err relation_remove_follower(struct ctx *cx, const struct account *by,
                                  const struct account *follower) MUST_CHECK;
/* A remote account answered our follow: matched by the Follow's URI, else by the pair, else the only pending one to it
 * (federation.md 8). follower may be NULL. No such follow: OK, nothing happens. */
enum err relation_accepted(struct ctx *cx, const struct account *by, str follow_uri,
                           const struct account *follower) MUST_CHECK;
enum err relation_rejected(struct ctx *cx, const struct account *by, str follow_uri,
                           const struct account *follower) MUST_CHECK;
/* Whom a remote account followed or blocked by the activity of that URI, for Undo with nothing but an id; the other is 0.
 * ERR_NOT_FOUND: neither. */
enum err relation_find(struct ctx *cx, const struct account *by, str uri, int64_t *followed,
                       int64_t *blocked) MUST_CHECK;
/* Follows end both ways, notices go, timelines forget. uri: of a remote Block. */
enum err relation_block(struct ctx *cx, const struct account *by, const struct account *target,
                        str uri) MUST_CHECK;
enum err relation_unblock(struct ctx *cx, const struct account *by, const struct account *target) MUST_CHECK;
enum err relation_mute(struct ctx *cx, const struct account *by, const struct account *target,
                       bool notifications, int64_t for_ms) MUST_CHECK;
enum err relation_unmute(struct ctx *cx, const struct account *by, const struct account *target) MUST_CHECK;
enum err relation_note(struct ctx *cx, const struct account *by, const struct account *target,
                       str comment) MUST_CHECK;
enum err relation_domain_block(struct ctx *cx, str domain, bool on) MUST_CHECK; /* of cx->me */
/* How many cx->me follows there, and is followed by from there. */
enum err relation_domain_preview(struct ctx *cx, str domain, int64_t *following, int64_t *followers) MUST_CHECK;
/* ERR_INVALID: only those one follows. */
enum err relation_endorse(struct ctx *cx, const struct account *by, const struct account *target, bool on) MUST_CHECK;

/* In the transaction that opens an account: who waits is let in by the job "let_in" (args {"account"}). */
enum err relation_let_in(struct ctx *cx, const struct account *a) MUST_CHECK;
struct job;
enum err relation_job_let_in(struct ctx *cx, const struct job *job) MUST_CHECK;

/* whose: the account in question; hidden collections of others come out empty. */
enum err relation_list(struct ctx *cx, enum relation_list which, int64_t whose, const struct page *p,
                       struct listed **out, size_t *n) MUST_CHECK;
enum err relation_domain_blocks(struct ctx *cx, const struct page *p,
                                struct db_rows *rows) MUST_CHECK; /* struct domain_block */
