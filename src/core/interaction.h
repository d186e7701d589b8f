#pragma once
/* What authors of elsewhere allow others to do with their posts: the interaction policies of GoToSocial, federation.md 11.5.
 * What needs leave goes to the author alone until that comes; here everybody who may sees it. */
#include "core/account.h"
#include "store/approvals.h"
#include "store/statuses.h"

/* Each has eight bits of statuses.interaction_policy, of the same meaning as those for quotes (core/quote.h); the number is how
 * far they are shifted. */
enum interaction { INTERACT_REPLY = 8, INTERACT_BOOST = 16, INTERACT_LIKE = 24 };

/* May by, one of ours, do that? *waits: others are to hear of it with its author's leave only. ERR_DENIED. */
enum err interaction_check(struct ctx *cx, const struct account *by, enum interaction what, const struct status *s,
                           bool *waits) MUST_CHECK;
/* In the transaction that makes the answer or boost, whose extras have HAS_APPROVAL. */
enum err interaction_ask(struct ctx *cx, int64_t status_id, int64_t author_id) MUST_CHECK;
/* The author by answered; uri: of the post, of its Create or of the boost. stamp, accept: of the leave, STR_NONE where it is
 * refused or taken back; what was taken back stays so. ERR_NOT_FOUND: by was not asked for that. */
enum err interaction_answered(struct ctx *cx, const struct account *by, str uri, bool accepted, str stamp, str accept) MUST_CHECK;
/* How it stands; all empty where no leave is needed. */
enum err interaction_approval(struct ctx *cx, const struct status *s, struct approval *a) MUST_CHECK;
