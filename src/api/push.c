/* Web push subscriptions: https://docs.joinmastodon.org/methods/push/ */
#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"

/* Lists of kinds are read in the order of push_kinds. */
/* clang-format off */
#define ALERT(i, kind) P(push_in, alerts[i], P_BOOL, "data[alerts][" kind "]", 0)
static const struct param push_params[] = {
	P(push_in, endpoint, P_STR, "subscription[endpoint]", 4096),
	P(push_in, p256dh, P_STR, "subscription[keys][p256dh]", 1024),
	P(push_in, auth, P_STR, "subscription[keys][auth]", 1024),
	P(push_in, standard, P_BOOL, "subscription[standard]", 0),
	P(push_in, policy, P_STR, "policy", 20),
	P(push_in, policy, P_STR, "data[policy]", 20),
	ALERT(0, "mention"), ALERT(1, "status"), ALERT(2, "reblog"), ALERT(3, "follow"), ALERT(4, "follow_request"),
	ALERT(5, "favourite"), ALERT(6, "poll"), ALERT(7, "update"), ALERT(8, "quote"), ALERT(9, "quoted_update"),
	ALERT(10, "admin.sign_up"), ALERT(11, "admin.report"), ALERT(12, "severed_relationships"),
	ALERT(13, "moderation_warning"),
};
/* clang-format on */

static enum err reply_sub(struct reply *rp, const struct push_sub *s)
{
	str key;

	TRY(push_public_key(rp->rq->cx, &key));
	entity_push_subscription(reply_json(rp), s, key);
	return OK;
}

enum err api_push_subscribe(struct request *rq, struct reply *rp)
{
	struct push_in in = { 0 };
	struct push_sub s;

	TRY(PARAMS(rq, push_params, &in));
	TRY(push_subscribe(rq->cx, &in, api_bearer(rq), &s));
	return reply_sub(rp, &s);
}

enum err api_push_subscription(struct request *rq, struct reply *rp)
{
	struct push_sub s;

	TRY(push_subscription(rq->cx, &s));
	return reply_sub(rp, &s);
}

enum err api_push_change(struct request *rq, struct reply *rp)
{
	struct push_in in = { 0 };
	struct push_sub s;

	TRY(PARAMS(rq, push_params, &in));
	TRY(push_change(rq->cx, &in, &s));
	return reply_sub(rp, &s);
}

/* By the number of the token's own one; others' are not there. */
static enum err own_sub(struct request *rq)
{
	struct push_sub s;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(push_subscription(rq->cx, &s));
	return s.id == id ? OK : ERR_NOT_FOUND;
}

enum err api_web_push_change(struct request *rq, struct reply *rp)
{
	TRY(own_sub(rq));
	return api_push_change(rq, rp);
}

enum err api_web_push_unsubscribe(struct request *rq, struct reply *rp)
{
	TRY(own_sub(rq));
	return api_push_unsubscribe(rq, rp);
}

enum err api_push_unsubscribe(struct request *rq, struct reply *rp)
{
	TRY(push_unsubscribe(rq->cx));
	reply_empty(rp);
	return OK;
}
