/* Following, blocking, muting: https://docs.joinmastodon.org/methods/accounts/, /follow_requests/, /blocks/, /mutes/,
 * /domain_blocks/ */
#include "core/relation.h"

#include "api/handlers.h"
#include "base/json.h"

/* The account in the path, as one who asks may name it. */
static enum err target_of(struct request *rq, struct account *target)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(account_by_id(rq->cx, id, target));
	return target->deleted_at ? ERR_NOT_FOUND : OK;
}

struct follow_form {
	struct follow_in in;
	struct strs languages;
	bool has_languages;
};
static const struct param follow_params[] = {
	P(follow_form, in.reblogs, P_TRI, "reblogs", 0),
	P(follow_form, in.notify, P_TRI, "notify", 0),
	P_GIVEN(follow_form, languages, P_STRS, "languages", 100, has_languages),
};

/* Without the empty one by which a form says that a list is empty. */
static struct strs named(struct strs list)
{
	size_t n = 0;

	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].n)
			list.v[n++] = list.v[i];
	list.n = n;
	return list;
}

enum err api_account_follow(struct request *rq, struct reply *rp)
{
	struct follow_form form = { 0 };
	struct account target;

	TRY(target_of(rq, &target));
	TRY(PARAMS(rq, follow_params, &form));
	if (form.has_languages)
		form.in.languages = db_text_list(rq->cx->mem, named(form.languages));
	TRY(relation_follow(rq->cx, rq->cx->me, &target, &form.in));
	return reply_relationship(rp, target.id);
}

/* The verbs that need nothing but the two accounts. */
typedef enum err (*verb)(struct ctx *, const struct account *by, const struct account *target);

static enum err relate(struct request *rq, struct reply *rp, verb fn)
{
	struct account target;

	TRY(target_of(rq, &target));
	TRY(fn(rq->cx, rq->cx->me, &target));
	return reply_relationship(rp, target.id);
}

enum err api_account_unfollow(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, relation_unfollow);
}

enum err api_account_remove_follower(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, relation_remove_follower);
}

static enum err block(struct ctx *cx, const struct account *by, const struct account *target)
{
	return relation_block(cx, by, target, STR_NONE);
}

enum err api_account_block(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, block);
}

enum err api_account_unblock(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, relation_unblock);
}

enum err api_account_unmute(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, relation_unmute);
}

enum err api_follow_authorize(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, relation_authorize);
}

enum err api_follow_reject(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, relation_reject);
}

struct mute_in {
	int notifications;
	int64_t duration; /* seconds */
};
static const struct param mute_params[] = {
	P(mute_in, notifications, P_TRI, "notifications", 0),
	P(mute_in, duration, P_INT, "duration", 0),
};

enum err api_account_mute(struct request *rq, struct reply *rp)
{
	enum { TEN_YEARS = 315360000 };
	struct mute_in in = { 0 };
	struct account target;

	TRY(target_of(rq, &target));
	TRY(PARAMS(rq, mute_params, &in));
	if (in.duration < 0 || in.duration > TEN_YEARS)
		return fail(rq->cx, ERR_INVALID, "Validation failed: Duration is out of range");
	TRY(relation_mute(rq->cx, rq->cx->me, &target, in.notifications >= 0, in.duration * 1000));
	return reply_relationship(rp, target.id);
}

struct note_in {
	str comment;
};
static const struct param note_params[] = { P(note_in, comment, P_STR, "comment", 8000) };

enum err api_account_note(struct request *rq, struct reply *rp)
{
	struct note_in in = { 0 };
	struct account target;

	TRY(target_of(rq, &target));
	TRY(PARAMS(rq, note_params, &in));
	if (str_runes(in.comment) > 2000)
		return fail(rq->cx, ERR_INVALID, "Validation failed: Comment is too long (maximum is 2000 characters)");
	TRY(relation_note(rq->cx, rq->cx->me, &target, str_or(in.comment, S(""))));
	return reply_relationship(rp, target.id);
}

static enum err endorse(struct ctx *cx, const struct account *by, const struct account *target)
{
	return relation_endorse(cx, by, target, true);
}

static enum err unendorse(struct ctx *cx, const struct account *by, const struct account *target)
{
	return relation_endorse(cx, by, target, false);
}

enum err api_account_endorse(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, endorse);
}

enum err api_account_unendorse(struct request *rq, struct reply *rp)
{
	return relate(rq, rp, unendorse);
}

/* Lists */

static enum err reply_list(struct request *rq, struct reply *rp, enum relation_list which, int64_t whose)
{
	struct listed *rows;
	struct page page;
	size_t n;

	TRY(rq_page(rq, 40, 80, &page));
	TRY(relation_list(rq->cx, which, whose, &page, &rows, &n));
	return reply_listed_accounts(rp, rows, n);
}

static enum err reply_list_of(struct request *rq, struct reply *rp, enum relation_list which)
{
	struct account whose;

	TRY(target_of(rq, &whose));
	return reply_list(rq, rp, which, whose.id);
}

enum err api_account_followers(struct request *rq, struct reply *rp)
{
	return reply_list_of(rq, rp, LIST_FOLLOWERS);
}

enum err api_account_following(struct request *rq, struct reply *rp)
{
	return reply_list_of(rq, rp, LIST_FOLLOWING);
}

enum err api_account_endorsements(struct request *rq, struct reply *rp)
{
	return reply_list_of(rq, rp, LIST_ENDORSED);
}

enum err api_endorsements(struct request *rq, struct reply *rp)
{
	return reply_list(rq, rp, LIST_ENDORSED, rq->cx->me->id);
}

enum err api_blocks(struct request *rq, struct reply *rp)
{
	return reply_list(rq, rp, LIST_BLOCKS, rq->cx->me->id);
}

enum err api_mutes(struct request *rq, struct reply *rp)
{
	return reply_list(rq, rp, LIST_MUTES, rq->cx->me->id);
}

enum err api_follow_requests(struct request *rq, struct reply *rp)
{
	return reply_list(rq, rp, LIST_REQUESTS, rq->cx->me->id);
}

/* Domains */

struct domain_in {
	str domain;
};
static const struct param domain_params[] = { P(domain_in, domain, P_STR, "domain", 300) };

static enum err domain_switch(struct request *rq, struct reply *rp, bool on)
{
	struct domain_in in = { 0 };

	TRY(PARAMS(rq, domain_params, &in));
	if (!in.domain.n)
		return fail(rq->cx, ERR_INVALID, "Validation failed: Domain can't be blank");
	TRY(relation_domain_block(rq->cx, in.domain, on));
	reply_empty(rp);
	return OK;
}

enum err api_domain_block(struct request *rq, struct reply *rp)
{
	return domain_switch(rq, rp, true);
}

enum err api_domain_unblock(struct request *rq, struct reply *rp)
{
	return domain_switch(rq, rp, false);
}

enum err api_domain_preview(struct request *rq, struct reply *rp)
{
	struct domain_in in = { 0 };
	int64_t following, followers;
	struct jw *w;

	TRY(PARAMS(rq, domain_params, &in));
	TRY(relation_domain_preview(rq->cx, in.domain, &following, &followers));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_int(w, "following_count", following);
	jw_int(w, "followers_count", followers);
	jw_end(w);
	return OK;
}

enum err api_domain_blocks(struct request *rq, struct reply *rp)
{
	const struct domain_block *row;
	struct db_rows rows;
	struct page page;
	struct jw *w;

	TRY(rq_page(rq, 100, 200, &page));
	TRY(relation_domain_blocks(rq->cx, &page, &rows));
	row = rows.p;
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < rows.n; i++)
		jw_str(w, NULL, row[i].domain);
	jw_end(w);
	if (rows.n)
		reply_links(rp, row[0].id, row[rows.n - 1].id);
	return OK;
}
