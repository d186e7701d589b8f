/* Whose notifications are wanted. The rules and their exceptions are those of
 * https://docs.joinmastodon.org/entities/NotificationPolicy/; a private mention is an answer only where the one who is
 * told wrote to its sender in private first, whatever the sender wrote in between. */
#include "core/notice_policy.h"

#include "base/clock.h"
#include "core/account.h"
#include "core/hub.h"
#include "core/notice.h"
#include "core/paging.h"

enum { REQUESTS_USUAL = 40,
       REQUESTS_MOST = 80 };
#define NEW_ACCOUNT_MS (30 * (int64_t)DAY)
#define NEW_FOLLOWER_MS (3 * (int64_t)DAY)

static const struct notice_policy usual = {
	S("accept"), S("accept"), S("accept"), S("filter"), S("filter"), S("accept"),
};

static enum err policy_of(struct ctx *cx, int64_t account_id, struct notice_policy *p)
{
	enum err e = policies_get(cx->db, cx->mem, account_id, p);

	if (e == ERR_NOT_FOUND)
		*p = usual;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Others are of one's own doing, or of the server's. */
static bool filterable(str kind)
{
	static const char *const kinds[] = { "mention", "reblog", "follow", "follow_request", "favourite", "quote",
		                             "added_to_collection" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(kind, str_of(kinds[i])))
			return true;
	return false;
}

static void apply(str policy, bool holds, enum notice_fate *fate)
{
	enum notice_fate f = str_eq(policy, S("filter")) ? NOTICE_HELD : NOTICE_SHOWN;

	if (str_eq(policy, S("drop")))
		f = NOTICE_DROPPED;
	if (holds && f > *fate)
		*fate = f;
}

enum err notice_judge(struct ctx *cx, const struct notice *n, enum notice_fate *fate)
{
	struct notice_stand s = { 0 };
	struct notice_policy p;
	bool mention = str_eq(n->kind, S("mention")), asked = false;
	enum err e = stands_get(cx->db, cx->mem, n, &s);

	*fate = NOTICE_DROPPED;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (s.unwanted && !(mention && s.staff))
		return OK;
	*fate = NOTICE_SHOWN;
	if (!filterable(n->kind) || s.permitted || (mention && s.staff))
		return OK;
	TRY(policy_of(cx, n->account_id, &p));
	apply(p.for_not_followers, !s.follower_since || s.follower_since > cx->now - NEW_FOLLOWER_MS, fate);
	if (s.following)
		return OK;
	apply(p.for_not_following, true, fate);
	apply(p.for_new_accounts, s.sender_created_at > cx->now - NEW_ACCOUNT_MS, fate);
	apply(p.for_limited_accounts, s.limited, fate);
	apply(p.for_bots, s.bot, fate);
	if (mention && s.direct && s.in_reply_to_id)
		TRY(stands_asked_for(cx->db, s.in_reply_to_id, n->account_id, n->from_id, &asked));
	apply(p.for_private_mentions, mention && s.direct && !asked, fate);
	return OK;
}

enum err notice_request_add(struct ctx *cx, const struct notice *n)
{
	struct notice_request r = { id_new(), n->account_id, n->from_id, n->status_id, cx->now, cx->now, 0 };

	if (!str_eq(n->kind, S("mention")) && !str_eq(n->kind, S("quote")))
		return OK;
	return requests_put(cx->db, &r);
}

enum err notice_request_end(struct ctx *cx, int64_t account_id, int64_t from_id)
{
	TRY(permissions_delete(cx->db, account_id, from_id));
	return requests_delete(cx->db, account_id, from_id);
}

enum err notice_policy(struct ctx *cx, struct notice_policy *p)
{
	return cx->me ? policy_of(cx, cx->me->id, p) : ERR_DENIED;
}

enum err notice_pending(struct ctx *cx, struct notice_pending *p)
{
	return cx->me ? requests_count(cx->db, cx->mem, cx->me->id, p) : ERR_DENIED;
}

static enum err put_policy(struct ctx *cx, void *arg)
{
	return policies_put(cx->db, cx->me->id, arg);
}

static const struct {
	const char *name;
	size_t at;
} members[] = {
	{ "for_not_following", offsetof(struct notice_policy, for_not_following) },
	{ "for_not_followers", offsetof(struct notice_policy, for_not_followers) },
	{ "for_new_accounts", offsetof(struct notice_policy, for_new_accounts) },
	{ "for_private_mentions", offsetof(struct notice_policy, for_private_mentions) },
	{ "for_limited_accounts", offsetof(struct notice_policy, for_limited_accounts) },
	{ "for_bots", offsetof(struct notice_policy, for_bots) },
};

enum err notice_policy_set(struct ctx *cx, const struct notice_policy *in, struct notice_policy *now)
{
	TRY(notice_policy(cx, now));
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		str v = *(const str *)((const char *)in + members[i].at);

		if (str_none(v))
			continue;
		if (!str_eq(v, S("accept")) && !str_eq(v, S("filter")) && !str_eq(v, S("drop")))
			return fail(cx, ERR_INVALID, "'%.*s' is not a valid %s", STR_F(v), members[i].name);
		*(str *)((char *)now + members[i].at) = v;
	}
	return write_tx(cx, put_policy, now);
}

enum err notice_requests(struct ctx *cx, const struct page *p, struct notice_request **out, size_t *n)
{
	struct span sp = span_of(p, REQUESTS_USUAL, REQUESTS_MOST);
	struct notice_find find = { .max = sp.max, .min = sp.low, .limit = sp.limit, .up = sp.up };
	struct db_rows rows;

	if (!cx->me)
		return ERR_DENIED;
	find.account_id = cx->me->id;
	TRY(requests_list(cx->db, cx->mem, &find, &rows));
	span_turn_rows(&sp, &rows, sizeof(struct notice_request));
	*out = rows.p;
	*n = rows.n;
	return OK;
}

enum err notice_request(struct ctx *cx, int64_t id, struct notice_request *r)
{
	return cx->me ? requests_get(cx->db, cx->mem, cx->me->id, id, r) : ERR_DENIED;
}

struct answer {
	struct ids ids;
	bool accepted;
};

static enum err answer_one(struct ctx *cx, const struct notice_request *r, bool accepted)
{
	TRY(requests_delete(cx->db, r->account_id, r->from_id));
	if (!accepted)
		return notices_delete_filtered(cx->db, r->account_id, r->from_id);
	TRY(permissions_put(cx->db, r->account_id, r->from_id));
	hub_publish(cx, &(struct event){ .kind = EV_NOTIFICATIONS_MERGED, .to = r->account_id });
	return notices_unfilter(cx->db, r->account_id, r->from_id);
}

static enum err answer(struct ctx *cx, void *arg)
{
	const struct answer *a = arg;
	struct notice_request r;

	for (size_t i = 0; i < a->ids.n; i++) {
		enum err e = notice_request(cx, a->ids.v[i], &r);

		if (e == ERR_NOT_FOUND && a->ids.n > 1)
			continue;
		TRY(e);
		TRY(answer_one(cx, &r, a->accepted));
	}
	return OK;
}

enum err notice_requests_answer(struct ctx *cx, struct ids ids, bool accepted)
{
	return cx->me ? write_tx(cx, answer, &(struct answer){ ids, accepted }) : ERR_DENIED;
}
