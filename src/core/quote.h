#pragma once
/* Quoting: who may, and what becomes of it. FEP-044f and the dialects before it; federation.md 11.
 * A quote is pending, accepted, rejected, revoked, or its post is deleted; only an accepted one is shown. */
#include "core/account.h"
#include "core/page.h"
#include "store/quotes.h"

/* Bits of statuses.interaction_policy. None at all: the author does not say. Those above are of core/interaction.h. */
enum {
	QUOTE_STATED = 1,
	QUOTE_PUBLIC = 2, /* without being asked */
	QUOTE_FOLLOWERS = 4,
	QUOTE_FOLLOWING = 8,
	QUOTE_ASK_PUBLIC = 16, /* the author is asked */
	QUOTE_ASK_FOLLOWERS = 32,
	QUOTE_ASK_FOLLOWING = 64,
	QUOTE_NAMED = 128, /* single people are named: only the author knows whom */
};
/* Of a post of ours. word: public followers nobody, or "" for what is usual. Posts that are not for everyone: nobody. */
enum err quote_policy(struct ctx *cx, str word, str visibility, int64_t *policy) MUST_CHECK;

enum quote_may { QUOTE_DENIED, QUOTE_MANUAL, QUOTE_AUTOMATIC };
/* The rule, pure: for one who follows the author, whom the author follows. */
enum quote_may quote_bits(int64_t bits, bool follows, bool followed);
enum quote_may quote_rule(const struct status *s, int64_t by, bool follows, bool followed);
enum err quote_may(struct ctx *cx, const struct status *s, int64_t by, enum quote_may *may) MUST_CHECK;

/* A new post of cx->me is to quote another. *q gets all but status_id; *visibility may become narrower.
 * ERR_NOT_FOUND: not visible, or not to be quoted by cx->me. */
enum err quote_prepare(struct ctx *cx, int64_t quoted_id, str *visibility, struct quote *q, struct status *quoted) MUST_CHECK;
/* In the transaction that makes the post. */
enum err quote_add(struct ctx *cx, const struct status *s, struct quote *q) MUST_CHECK;
/* What stands before the text for those who know no quotes. */
str quote_fallback(struct arena *mem, str url);

/* As a document says it. */
struct remote_quote {
	str uri, stamp; /* STR_NONE: none */
	bool legacy, deleted;
};
/* In a transaction: a post came in, or an edit or refresh of it. edit: it may quote something else now. */
enum err quote_receive(struct ctx *cx, const struct status *s, const struct remote_quote *in, bool edit) MUST_CHECK;
/* In a transaction, of a post that is going to be buried. */
enum err quote_bury(struct ctx *cx, const struct status *s) MUST_CHECK;
/* In a transaction: those who quote it are told that it was edited. */
enum err quote_tell_edit(struct ctx *cx, const struct status *s) MUST_CHECK;

/* by asks to quote a post of ours with the post status_id. *accepted: the stamp is made, else it is refused. */
enum err quote_requested(struct ctx *cx, const struct account *by, int64_t quoted_id, int64_t status_id, str request) MUST_CHECK;
/* May they? Before the post that asks is taken in. */
enum err quote_refuse(struct ctx *cx, const struct account *by, int64_t quoted_id, str request) MUST_CHECK;
/* The author of what one of ours quotes answered. stamp STR_NONE: refused. ERR_NOT_FOUND: no such request. */
enum err quote_answered(struct ctx *cx, const struct account *by, str request, str stamp) MUST_CHECK;
/* A stamp was taken back by who gave it. ERR_NOT_FOUND: not known. */
enum err quote_receive_revoke(struct ctx *cx, const struct account *by, str stamp) MUST_CHECK;
/* By cx->me, whose post is quoted. ERR_NOT_FOUND. */
enum err quote_revoke(struct ctx *cx, int64_t quoted_id, int64_t status_id) MUST_CHECK;
/* Own posts only. */
enum err quote_set_policy(struct ctx *cx, int64_t status_id, str word) MUST_CHECK;
enum err quote_list(struct ctx *cx, int64_t quoted_id, const struct page *p, struct ids *ids) MUST_CHECK;

/* For the job "quote": what is to be looked at, and what was found. stamped: its stamp is good. */
enum err quote_by_id(struct ctx *cx, int64_t status_id, struct quote *q) MUST_CHECK;
/* How many posts quote posts that quote it; counted to QUOTE_DEPTH: so that a chain of strangers ends. */
enum { QUOTE_DEPTH = 3 };
enum err quote_depth(struct ctx *cx, int64_t status_id, int *depth) MUST_CHECK;
enum err quote_settle(struct ctx *cx, int64_t status_id, int64_t quoted_id, bool stamped) MUST_CHECK;
/* The post `status_id` has leave to quote one of author's: the stamp with that id is there. */
enum err quote_stamp(struct ctx *cx, int64_t author_id, int64_t status_id, struct quote *q) MUST_CHECK;
