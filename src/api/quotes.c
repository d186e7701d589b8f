/* Quotes: https://docs.joinmastodon.org/methods/statuses/#quotes */
#include "core/quote.h"

#include "api/handlers.h"

enum err api_status_quotes(struct request *rq, struct reply *rp)
{
	struct page page;
	struct ids ids;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(rq_page(rq, 20, 40, &page));
	TRY(quote_list(rq->cx, id, &page, &ids));
	return reply_statuses(rp, ids);
}

enum err api_quote_revoke(struct request *rq, struct reply *rp)
{
	int64_t id, quoting;

	TRY(rq_id(rq, 0, &id));
	TRY(rq_id(rq, 1, &quoting));
	TRY(quote_revoke(rq->cx, id, quoting));
	return reply_status(rp, quoting);
}

struct policy_in {
	str word;
};
static const struct param policy_params[] = { P(policy_in, word, P_STR, "quote_approval_policy", 20) };

enum err api_status_policy(struct request *rq, struct reply *rp)
{
	struct policy_in in = { STR_NONE };
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, policy_params, &in));
	TRY(quote_set_policy(rq->cx, id, in.word));
	return reply_status(rp, id);
}
