#pragma once
/* Whose notifications are wanted: policies, and the requests of those who were held back. */
#include "core/ctx.h"
#include "core/page.h"
#include "store/notice_policies.h"

enum notice_fate { NOTICE_SHOWN, NOTICE_HELD, NOTICE_DROPPED };
/* What becomes of a notification. In a transaction. */
enum err notice_judge(struct ctx *cx, const struct notice *n, enum notice_fate *fate) MUST_CHECK;
/* After one was held back: its sender is among the requests. In a transaction. */
enum err notice_request_add(struct ctx *cx, const struct notice *n) MUST_CHECK;
/* What a block or mute ends. In a transaction. */
enum err notice_request_end(struct ctx *cx, int64_t account_id, int64_t from_id) MUST_CHECK;

/* Of cx->me. */
enum err notice_policy(struct ctx *cx, struct notice_policy *p) MUST_CHECK;
enum err notice_pending(struct ctx *cx, struct notice_pending *p) MUST_CHECK;
/* STR_NONE leaves one as it is. ERR_INVALID: not accept, filter or drop. *now is what holds. */
enum err notice_policy_set(struct ctx *cx, const struct notice_policy *in, struct notice_policy *now) MUST_CHECK;

enum err notice_requests(struct ctx *cx, const struct page *p, struct notice_request **out, size_t *n) MUST_CHECK;
enum err notice_request(struct ctx *cx, int64_t id, struct notice_request *r) MUST_CHECK;
/* Accepted: what was held back is shown, and so is what comes. Otherwise: what was held back is deleted. Ids that are
 * none of cx->me's are passed over; ERR_NOT_FOUND where there is just one and it is such. */
enum err notice_requests_answer(struct ctx *cx, struct ids ids, bool accepted) MUST_CHECK;
