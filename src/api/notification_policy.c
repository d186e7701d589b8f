/* Whose notifications are wanted: https://docs.joinmastodon.org/methods/notifications/#get-policy and what follows. */
#include "api/handlers.h"
#include "api/notices.h"
#include "base/arena.h"

static const struct param policy_params[] = {
	P(notice_policy, for_not_following, P_STR, "for_not_following", 20),
	P(notice_policy, for_not_followers, P_STR, "for_not_followers", 20),
	P(notice_policy, for_new_accounts, P_STR, "for_new_accounts", 20),
	P(notice_policy, for_private_mentions, P_STR, "for_private_mentions", 20),
	P(notice_policy, for_limited_accounts, P_STR, "for_limited_accounts", 20),
	P(notice_policy, for_bots, P_STR, "for_bots", 20),
};

typedef void policy_writer(struct jw *w, const struct notice_policy *p, const struct notice_pending *pending);

static enum err reply_policy(struct reply *rp, policy_writer *write, const struct notice_policy *p)
{
	struct notice_pending pending;

	TRY(notice_pending(rp->rq->cx, &pending));
	write(reply_json(rp), p, &pending);
	return OK;
}

enum err api_notification_policy(struct request *rq, struct reply *rp)
{
	struct notice_policy p;

	TRY(notice_policy(rq->cx, &p));
	return reply_policy(rp, entity_notification_policy, &p);
}

enum err api_notification_policy_set(struct request *rq, struct reply *rp)
{
	struct notice_policy in = { 0 }, now;

	TRY(PARAMS(rq, policy_params, &in));
	TRY(notice_policy_set(rq->cx, &in, &now));
	return reply_policy(rp, entity_notification_policy, &now);
}

enum err api_notification_policy_v1(struct request *rq, struct reply *rp)
{
	struct notice_policy p;

	TRY(notice_policy(rq->cx, &p));
	return reply_policy(rp, entity_notification_policy_v1, &p);
}

/* 0 absent, 1 true, -1 false */
struct policy_v1_in {
	int not_following, not_followers, new_accounts, private_mentions, bots;
};
static const struct param policy_v1_params[] = {
	P(policy_v1_in, not_following, P_TRI, "filter_not_following", 0),
	P(policy_v1_in, not_followers, P_TRI, "filter_not_followers", 0),
	P(policy_v1_in, new_accounts, P_TRI, "filter_new_accounts", 0),
	P(policy_v1_in, private_mentions, P_TRI, "filter_private_mentions", 0),
	P(policy_v1_in, bots, P_TRI, "filter_bots", 0),
};

static str word(int tri)
{
	return tri > 0 ? S("filter") : tri < 0 ? S("accept") : STR_NONE;
}

enum err api_notification_policy_v1_set(struct request *rq, struct reply *rp)
{
	struct policy_v1_in in = { 0 };
	struct notice_policy to, now;

	TRY(PARAMS(rq, policy_v1_params, &in));
	to = (struct notice_policy){
		.for_not_following = word(in.not_following),
		.for_not_followers = word(in.not_followers),
		.for_new_accounts = word(in.new_accounts),
		.for_private_mentions = word(in.private_mentions),
		.for_bots = word(in.bots),
	};
	TRY(notice_policy_set(rq->cx, &to, &now));
	return reply_policy(rp, entity_notification_policy_v1, &now);
}

/* --- requests */

static enum err load(struct ctx *cx, const struct notice_request *list, size_t n, struct notice_loaded *out)
{
	struct notice_wants w = notices_want(cx->mem, n, 0);

	for (size_t i = 0; i < n; i++) {
		w.from.v[w.from.n++] = list[i].from_id;
		w.about.v[w.about.n++] = list[i].last_status_id;
	}
	return notices_load(cx, &w, out);
}

enum err api_notification_requests(struct request *rq, struct reply *rp)
{
	struct notice_request *list;
	struct notice_loaded l;
	struct page page;
	struct jw *w;
	size_t n;

	TRY(rq_page(rq, 40, 80, &page));
	TRY(notice_requests(rq->cx, &page, &list, &n));
	TRY(load(rq->cx, list, n, &l));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		if (notices_from(&l, list[i].from_id))
			entity_notification_request(w, &list[i], notices_from(&l, list[i].from_id),
			                            notices_about(&l, list[i].last_status_id));
	jw_end(w);
	if (n)
		reply_links(rp, list[0].id, list[n - 1].id);
	return OK;
}

enum err api_notification_request(struct request *rq, struct reply *rp)
{
	struct notice_request r;
	struct notice_loaded l;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(notice_request(rq->cx, id, &r));
	TRY(load(rq->cx, &r, 1, &l));
	if (!notices_from(&l, r.from_id))
		return ERR_NOT_FOUND;
	entity_notification_request(reply_json(rp), &r, notices_from(&l, r.from_id), notices_about(&l, r.last_status_id));
	return OK;
}

static enum err answer_one(struct request *rq, struct reply *rp, bool accepted)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(notice_requests_answer(rq->cx, (struct ids){ &id, 1 }, accepted));
	reply_empty(rp);
	return OK;
}

enum err api_notification_request_accept(struct request *rq, struct reply *rp)
{
	return answer_one(rq, rp, true);
}

enum err api_notification_request_dismiss(struct request *rq, struct reply *rp)
{
	return answer_one(rq, rp, false);
}

struct answer_in {
	struct ids ids;
};
static const struct param answer_params[] = { P(answer_in, ids, P_IDS, "id", 100) };

static enum err answer_many(struct request *rq, struct reply *rp, bool accepted)
{
	struct answer_in in = { 0 };

	TRY(PARAMS(rq, answer_params, &in));
	TRY(notice_requests_answer(rq->cx, in.ids, accepted));
	reply_empty(rp);
	return OK;
}

enum err api_notification_requests_accept(struct request *rq, struct reply *rp)
{
	return answer_many(rq, rp, true);
}

enum err api_notification_requests_dismiss(struct request *rq, struct reply *rp)
{
	return answer_many(rq, rp, false);
}

/* What was held back is shown as soon as its request is accepted: there is nothing to wait for. */
enum err api_notification_requests_merged(struct request *rq, struct reply *rp)
{
	struct jw *w = reply_json(rp);

	(void)rq;
	jw_obj(w, NULL);
	jw_bool(w, "merged", true);
	jw_end(w);
	return OK;
}
