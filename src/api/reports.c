/* Reports: https://docs.joinmastodon.org/methods/reports/ */
#include "core/report.h"

#include "api/entity.h"
#include "api/handlers.h"

struct report_form {
	struct report_in in;
	int64_t account;
};
static const struct param report_params[] = {
	P(report_form, account, P_ID, "account_id", 0),
	P(report_form, in.statuses, P_IDS, "status_ids", REPORT_STATUSES),
	P(report_form, in.collections, P_IDS, "collection_ids", COLLECTIONS_FAR),
	P(report_form, in.comment, P_STR, "comment", 65536),
	P(report_form, in.category, P_STR, "category", 20),
	P(report_form, in.rules, P_IDS, "rule_ids", 100),
	P(report_form, in.forward, P_BOOL, "forward", 0),
	P(report_form, in.forward_to, P_STRS, "forward_to_domains", 20),
};

enum err api_report_create(struct request *rq, struct reply *rp)
{
	struct report_form form = { 0 };
	struct report_view view = { 0 };
	struct account_view of;
	struct account target;

	TRY(PARAMS(rq, report_params, &form));
	TRY(account_by_id(rq->cx, form.account, &target));
	TRY(account_view(rq->cx, target.id, &of));
	form.in.target = &target;
	TRY(report_create(rq->cx, &form.in, &view.r));
	view.target = &of;
	entity_report(reply_json(rp), NULL, &view);
	return OK;
}
