/* What Mastodon answers where a thing is switched off or of the past: apps ask for it all the same. */
#include "api/handlers.h"

/* https://docs.joinmastodon.org/methods/annual_reports/ */
enum err api_annual_reports(struct request *rq, struct reply *rp)
{
	static const char *const lists[] = { "annual_reports", "accounts", "statuses" };
	struct jw *w = reply_json(rp);

	(void)rq;
	jw_obj(w, NULL);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		jw_arr(w, lists[i]);
		jw_end(w);
	}
	jw_end(w);
	return OK;
}

enum err api_annual_report_state(struct request *rq, struct reply *rp)
{
	struct jw *w = reply_json(rp);

	(void)rq;
	jw_obj(w, NULL);
	jw_lit(w, "state", "ineligible");
	jw_end(w);
	return OK;
}

enum err api_not_found(struct request *rq, struct reply *rp)
{
	(void)rp;
	return fail(rq->cx, ERR_NOT_FOUND, "Record not found");
}

enum err api_nothing(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_empty(rp);
	return OK;
}

/* No campaign: https://docs.joinmastodon.org/methods/donation_campaigns/ */
enum err api_no_content(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_text(rp, 204, "application/json; charset=utf-8", S(""));
	return OK;
}
