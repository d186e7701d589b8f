#pragma once
/* What authors allow others to do with their posts: the interaction policies of GoToSocial, federation.md 11.5. What of ours
 * needs the leave of somebody elsewhere goes to them alone until that comes, and is shown to nobody else (STATUS_WAITS). */
#include "core/account.h"
#include "store/approvals.h"
#include "store/statuses.h"

/* Each has eight bits of statuses.interaction_policy, of the same meaning as those for quotes (core/quote.h); the number is how
 * far they are shifted. */
enum interaction { INTERACT_REPLY = 8, INTERACT_BOOST = 16, INTERACT_LIKE = 24 };
/* One more bit: the policy is spelled as servers do that know requests. */
#define INTERACT_REQUESTS (INT64_C(1) << 32)

/* May by, one of ours, do that? *waits: others are to hear of it with its author's leave only. ERR_DENIED. */
enum err interaction_check(struct ctx *cx, const struct account *by, enum interaction what, const struct status *s,
                           bool *waits) MUST_CHECK;
/* What is set in extras of what waits. */
enum { WAITS_FOR_LEAVE = HAS_APPROVAL | STATUS_WAITS };
/* In the transaction that makes the answer or boost `made` of the post of: notes that it waits, and asks. */
enum err interaction_ask(struct ctx *cx, const struct status *made, const struct status *of) MUST_CHECK;
/* The author by answered; uri: of the request, of the post, of its Create, of the boost, of the favourite. stamp, accept: of the
 * leave, STR_NONE where it is refused or taken back; what was taken back stays so. What is allowed goes out to all. What is
 * refused ends; a post stays, for its author alone. ERR_NOT_FOUND: by was not asked for that. */
enum err interaction_answered(struct ctx *cx, const struct account *by, str uri, bool accepted, str stamp, str accept) MUST_CHECK;
/* by takes that stamp back: a favourite or boost ends, a post goes on without it. ERR_NOT_FOUND: not known. */
enum err interaction_revoked(struct ctx *cx, const struct account *by, str stamp) MUST_CHECK;
/* How it stands; all empty where no leave is needed. */
enum err interaction_approval(struct ctx *cx, const struct status *s, struct approval *a) MUST_CHECK;

/* Somebody elsewhere asks whether he may do that with the post of ours. Who may see it may; what came of it is `made`, the id of
 * the post, boost or favourite: then its stamp goes out, 0: a refusal. request, made_uri: as they spelled them. */
struct asked_leave {
	enum interaction what;
	int64_t post_id, made_id;
	str request, made_uri;
};
enum err interaction_answer(struct ctx *cx, const struct account *by, const struct asked_leave *a) MUST_CHECK;
/* "like" "reply" "announce": in addresses of stamps, and in SEND_LEAVE. */
bool interaction_of_word(str word, enum interaction *what);
/* Author's stamp for `made`: it is there as long as that, and seen by who sees both. ERR_NOT_FOUND. */
struct leave {
	str uri, made_uri, post_uri;
};
enum err interaction_leave(struct ctx *cx, int64_t viewer_id, const struct account *author, enum interaction what,
                           int64_t made_id, struct leave *out) MUST_CHECK;
