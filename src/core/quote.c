/* What becomes of quotes. Every change of state goes through set_state(), which keeps the counter of the quoted post. */
#include "core/quote.h"

#include "base/buf.h"
#include "base/url.h"
#include "core/job.h"
#include "core/notice.h"
#include "core/paging.h"
#include "core/visible.h"

enum { LIST_USUAL = 20, LIST_MOST = 40 };

static bool for_everyone(str visibility)
{
	return str_eq(visibility, S("public")) || str_eq(visibility, S("unlisted"));
}

enum err quote_policy(struct ctx *cx, str word, str visibility, int64_t *policy)
{
	static const struct {
		const char *word;
		int64_t bits;
	} all[] = { { "public", QUOTE_PUBLIC }, { "followers", QUOTE_FOLLOWERS }, { "nobody", 0 } };

	word = str_or(word, S("public"));
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!str_eq(word, str_of(all[i].word)))
			continue;
		*policy = QUOTE_STATED | (for_everyone(visibility) ? all[i].bits : 0);
		return OK;
	}
	return fail(cx, ERR_INVALID, "Validation failed: Quote approval policy is not included in the list");
}

/* What is said of some goes before what is said of all. */
enum quote_may quote_bits(int64_t bits, bool follows, bool followed)
{
	if ((follows && (bits & QUOTE_FOLLOWERS)) || (followed && (bits & QUOTE_FOLLOWING)))
		return QUOTE_AUTOMATIC;
	if ((follows && (bits & QUOTE_ASK_FOLLOWERS)) || (followed && (bits & QUOTE_ASK_FOLLOWING)))
		return QUOTE_MANUAL;
	if (bits & QUOTE_PUBLIC)
		return QUOTE_AUTOMATIC;
	return bits & (QUOTE_ASK_PUBLIC | QUOTE_NAMED) ? QUOTE_MANUAL : QUOTE_DENIED;
}

enum quote_may quote_rule(const struct status *s, int64_t by, bool follows, bool followed)
{
	if (s->reblog_of_id || s->deleted_at || str_eq(s->visibility, S("direct")))
		return QUOTE_DENIED;
	if (by && by == s->account_id)
		return QUOTE_AUTOMATIC;
	if (!by || !for_everyone(s->visibility))
		return QUOTE_DENIED;
	return quote_bits(s->interaction_policy, follows, followed);
}

enum err quote_may(struct ctx *cx, const struct status *s, int64_t by, enum quote_may *may)
{
	int64_t author = s->account_id;
	unsigned to = 0, from = 0;

	TRY(visible_relations(cx, by, (struct ids){ &author, 1 }, &to));
	TRY(visible_relations(cx, author, (struct ids){ &by, 1 }, &from));
	*may = quote_rule(s, by, to & REL_FOLLOWING, from & REL_FOLLOWING);
	return OK;
}

str quote_fallback(struct arena *mem, str url)
{
	struct buf b = buf_new(mem, 64 << 10);

	buf_add(&b, S("<p class=\"quote-inline\">RE: <a href=\""));
	buf_html(&b, url);
	buf_add(&b, S("\" rel=\"nofollow noopener\" target=\"_blank\">"));
	buf_html(&b, url);
	buf_add(&b, S("</a></p>"));
	return str_or(buf_str(&b), S(""));
}

/* --- states */

static enum err count(struct ctx *cx, int64_t quoted_id, int64_t by)
{
	bool there;

	return quoted_id ? statuses_count(cx->db, quoted_id, COUNT_QUOTES, by, &there) : OK;
}

static bool is(const struct quote *q, const char *state)
{
	return str_eq(q->state, str_of(state));
}

static enum err set_state(struct ctx *cx, struct quote *q, const char *state)
{
	bool was = is(q, "accepted"), now;

	q->state = str_of(state);
	now = is(q, "accepted");
	TRY(quotes_put(cx->db, q));
	if (was != now)
		TRY(count(cx, q->quoted_id, now ? 1 : -1));
	return now && !was ? notice_add(cx, q->quoted_account_id, "quote", q->account_id, q->status_id) : OK;
}

/* Others who have the post learn how its quote stands: an Update that is no edit. */
static enum err send_again(struct ctx *cx, const struct quote *q)
{
	struct send send = { .kind = SEND_REFRESH, .actor_id = q->account_id, .status_id = q->status_id };

	return send_add(cx, &send);
}

static enum err is_ours(struct ctx *cx, int64_t status_id, bool *ours)
{
	struct status s = { 0 };

	TRY(statuses_by_id(cx->db, cx->mem, status_id, &s));
	*ours = s.site_id != 0;
	return OK;
}

static str stamp_uri(struct ctx *cx, const struct account *author, int64_t status_id)
{
	return strf(cx->mem, "%.*s/quote_authorizations/%lld", STR_F(author->uri), (long long)status_id);
}

/* --- by our people */

enum err quote_prepare(struct ctx *cx, int64_t quoted_id, str *visibility, struct quote *q, struct status *quoted)
{
	static const char gone[] = "The post you are trying to quote does not appear to exist.";
	enum quote_may may = QUOTE_DENIED;
	enum err e = statuses_by_id(cx->db, cx->mem, quoted_id, quoted);

	if (!e)
		e = visible_check(cx, cx->me->id, quoted);
	if (!e && quoted->reblog_of_id) {
		quoted_id = quoted->reblog_of_id;
		*quoted = (struct status){ 0 };
		e = statuses_by_id(cx->db, cx->mem, quoted_id, quoted);
	}
	if (!e)
		e = quote_may(cx, quoted, cx->me->id, &may);
	if (e == ERR_NOT_FOUND || (!e && may == QUOTE_DENIED))
		return fail(cx, ERR_NOT_FOUND, "%s", gone);
	TRY(e);
	if (!for_everyone(quoted->visibility) && for_everyone(*visibility))
		*visibility = S("private");
	*q = (struct quote){ .account_id = cx->me->id, .quoted_id = quoted->id, .quoted_account_id = quoted->account_id,
		             .quoted_uri = quoted->uri, .created_at = cx->now };
	q->state = quoted->site_id && may == QUOTE_AUTOMATIC ? S("accepted") : S("pending");
	return OK;
}

static enum err ask(struct ctx *cx, const struct status *s, struct quote *q)
{
	struct send send = { .kind = SEND_QUOTE_REQUEST, .actor_id = s->account_id, .status_id = s->id,
		             .target_id = q->quoted_account_id };

	q->request = str_cat(cx->mem, s->uri, S("#quote"));
	send.uri = q->request;
	TRY(set_state(cx, q, "pending"));
	return send_add(cx, &send);
}

enum err quote_add(struct ctx *cx, const struct status *s, struct quote *q)
{
	struct quote made = *q;
	struct account author = { 0 };

	made.status_id = s->id;
	if (!is(q, "accepted"))
		return ask(cx, s, &made);
	made.state = S("pending");
	if (q->quoted_account_id != s->account_id) {
		TRY(account_by_id(cx, q->quoted_account_id, &author));
		made.stamp = stamp_uri(cx, &author, s->id);
	}
	return set_state(cx, &made, "accepted");
}

/* --- of documents */

static enum err look_later(struct ctx *cx, int64_t status_id, str quoted_uri)
{
	str args = strf(cx->mem, "{\"status\":\"%lld\"}", (long long)status_id);

	return job_add_for(cx, "quote", args, url_authority(cx->mem, quoted_uri), str_cat(cx->mem, S("quote "), args));
}

/* Without a stamp: one may quote oneself; dialects without consent may quote whom everyone may quote, and posts
 * of servers that know no consent either. */
static enum err decide(struct ctx *cx, const struct quote *q, const struct status *quoted, const char **state)
{
	enum quote_may may = QUOTE_DENIED;

	*state = "pending";
	if (quoted->reblog_of_id)
		*state = "unauthorized";
	else if (quoted->deleted_at)
		*state = "deleted";
	else if (quoted->account_id == q->account_id)
		*state = "accepted";
	else if (q->legacy && !(quoted->interaction_policy & QUOTE_STATED) && !quoted->site_id &&
	         for_everyone(quoted->visibility))
		*state = "accepted";
	else if (q->legacy)
		TRY(quote_may(cx, quoted, q->account_id, &may));
	if (may == QUOTE_AUTOMATIC)
		*state = "accepted";
	return OK;
}

static enum err receive_new(struct ctx *cx, const struct status *s, const struct remote_quote *in)
{
	struct quote q = { .status_id = s->id, .account_id = s->account_id, .quoted_uri = str_or(in->uri, S("")),
		           .state = S("pending"), .legacy = in->legacy, .stamp = in->stamp, .created_at = cx->now };
	struct status quoted = { 0 };
	const char *state = in->deleted ? "deleted" : "pending";
	enum err e = in->deleted ? ERR_NOT_FOUND : statuses_by_uri(cx->db, cx->mem, in->uri, &quoted);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if (!e) {
		q.quoted_id = quoted.id;
		q.quoted_account_id = quoted.account_id;
		TRY(decide(cx, &q, &quoted, &state));
	}
	TRY(set_state(cx, &q, state));
	/* What is ours is decided by our own rows only. */
	if (!is(&q, "pending") || quoted.site_id || (!in->stamp.n && !in->legacy && quoted.id))
		return OK;
	return look_later(cx, s->id, q.quoted_uri);
}

/* The same post is quoted as before: a stamp may have come, or gone. */
static enum err receive_same(struct ctx *cx, struct quote *q, const struct remote_quote *in)
{
	bool ours = false;

	if (q->quoted_id)
		TRY(is_ours(cx, q->quoted_id, &ours));
	if (ours || is(q, "deleted"))
		return OK;
	if (!in->stamp.n)
		return is(q, "accepted") && q->stamp.n ? set_state(cx, q, "revoked") : OK;
	if (str_eq(q->stamp, in->stamp) && !is(q, "pending"))
		return OK;
	q->stamp = in->stamp;
	TRY(set_state(cx, q, "pending"));
	return look_later(cx, q->status_id, q->quoted_uri);
}

enum err quote_receive(struct ctx *cx, const struct status *s, const struct remote_quote *in, bool edit)
{
	bool none = !in || (!in->uri.n && !in->deleted);
	struct quote was = { 0 };
	enum err e = quotes_get(cx->db, cx->mem, s->id, &was);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e)
		return none ? OK : receive_new(cx, s, in);
	if (!none && (str_eq(was.quoted_uri, in->uri) || in->deleted))
		return in->deleted ? set_state(cx, &was, "deleted") : receive_same(cx, &was, in);
	if (!edit)
		return OK;
	TRY(set_state(cx, &was, "revoked"));
	TRY(quotes_delete(cx->db, s->id));
	return none ? OK : receive_new(cx, s, in);
}

enum err quote_by_id(struct ctx *cx, int64_t status_id, struct quote *q)
{
	return quotes_get(cx->db, cx->mem, status_id, q);
}

enum err quote_depth(struct ctx *cx, int64_t status_id, int *depth)
{
	for (*depth = 0; *depth < QUOTE_DEPTH; ++*depth) {
		enum err e = quotes_above(cx->db, status_id, &status_id);

		if (e)
			return e == ERR_NOT_FOUND ? OK : e;
	}
	return OK;
}

struct settling {
	int64_t status_id, quoted_id;
	bool stamped;
};

static enum err settle(struct ctx *cx, void *arg)
{
	const struct settling *a = arg;
	struct status quoted = { 0 };
	struct quote q = { 0 };
	const char *state = "pending";

	TRY(quotes_get(cx->db, cx->mem, a->status_id, &q));
	if (!is(&q, "pending"))
		return OK;
	if (a->quoted_id) {
		TRY(statuses_by_id(cx->db, cx->mem, a->quoted_id, &quoted));
		q.quoted_id = quoted.id;
		q.quoted_account_id = quoted.account_id;
		TRY(decide(cx, &q, &quoted, &state));
	}
	if (a->stamped && str_eq(str_of(state), S("pending")))
		state = "accepted";
	else if (q.stamp.n && str_eq(str_of(state), S("pending")))
		state = "rejected";
	return set_state(cx, &q, state);
}

enum err quote_settle(struct ctx *cx, int64_t status_id, int64_t quoted_id, bool stamped)
{
	struct settling a = { status_id, quoted_id, stamped };

	return write_tx(cx, settle, &a);
}

/* --- asked and answered */

static enum err answer(struct ctx *cx, enum send_kind kind, const struct quote *q, int64_t author, int64_t to,
                       str request, str text)
{
	struct send send = { .kind = kind, .actor_id = author, .target_id = to, .status_id = q ? q->status_id : 0,
		             .uri = request, .text = text };

	return send_add(cx, &send);
}

enum err quote_refuse(struct ctx *cx, const struct account *by, int64_t quoted_id, str request)
{
	struct status quoted = { 0 };

	TRY(statuses_by_id(cx->db, cx->mem, quoted_id, &quoted));
	return quoted.site_id ? answer(cx, SEND_QUOTE_REJECT, NULL, quoted.account_id, by->id, request, quoted.uri) : ERR_DENIED;
}

struct asked {
	const struct account *by;
	int64_t quoted_id, status_id;
	str request;
};

static enum err requested(struct ctx *cx, void *arg)
{
	const struct asked *a = arg;
	const struct account *by = a->by;
	struct account author = { 0 };
	struct status quoted = { 0 };
	struct quote q = { 0 };
	enum quote_may may;

	TRY(statuses_by_id(cx->db, cx->mem, a->quoted_id, &quoted));
	TRY(visible_check(cx, by->id, &quoted));
	TRY(quote_may(cx, &quoted, by->id, &may));
	TRY(quotes_get(cx->db, cx->mem, a->status_id, &q));
	if (!quoted.site_id || q.account_id != by->id)
		return ERR_DENIED;
	if (q.quoted_id != quoted.id || is(&q, "revoked") || (may != QUOTE_AUTOMATIC && !is(&q, "accepted")))
		return quote_refuse(cx, by, a->quoted_id, a->request);
	TRY(account_by_id(cx, quoted.account_id, &author));
	q.stamp = stamp_uri(cx, &author, a->status_id);
	q.request = a->request;
	TRY(set_state(cx, &q, "accepted"));
	return answer(cx, SEND_QUOTE_ACCEPT, &q, author.id, by->id, a->request, q.stamp);
}

enum err quote_requested(struct ctx *cx, const struct account *by, int64_t quoted_id, int64_t status_id, str request)
{
	struct asked a = { by, quoted_id, status_id, request };

	return write_tx(cx, requested, &a);
}

struct answered {
	const struct account *by;
	str request, stamp;
};

static enum err take_answer(struct ctx *cx, void *arg)
{
	const struct answered *a = arg;
	struct quote q = { 0 };
	bool ours, was;

	TRY(quotes_by_request(cx->db, cx->mem, a->request, &q));
	TRY(is_ours(cx, q.status_id, &ours));
	if (!ours || q.quoted_account_id != a->by->id)
		return ERR_DENIED;
	was = is(&q, "accepted");
	if (a->stamp.n && (is(&q, "revoked") || is(&q, "deleted") || was))
		return OK;
	q.stamp = str_or(a->stamp, q.stamp);
	TRY(set_state(cx, &q, a->stamp.n ? "accepted" : was ? "revoked" : "rejected"));
	return a->stamp.n || was ? send_again(cx, &q) : OK;
}

enum err quote_answered(struct ctx *cx, const struct account *by, str request, str stamp)
{
	struct answered a = { by, request, stamp };

	return write_tx(cx, take_answer, &a);
}

static enum err receive_revoke(struct ctx *cx, void *arg)
{
	const struct answered *a = arg;
	struct quote q = { 0 };
	bool ours;

	TRY(quotes_by_stamp(cx->db, cx->mem, a->stamp, a->by->id, &q));
	TRY(is_ours(cx, q.status_id, &ours));
	TRY(set_state(cx, &q, "revoked"));
	return ours ? send_again(cx, &q) : OK;
}

enum err quote_receive_revoke(struct ctx *cx, const struct account *by, str stamp)
{
	struct answered a = { by, STR_NONE, stamp };

	return write_tx(cx, receive_revoke, &a);
}

struct revoking {
	int64_t quoted_id, status_id;
};

static enum err revoke(struct ctx *cx, void *arg)
{
	const struct revoking *r = arg;
	struct quote q = { 0 };
	bool ours;

	TRY(quotes_get(cx->db, cx->mem, r->status_id, &q));
	if (q.quoted_id != r->quoted_id || q.quoted_account_id != cx->me->id)
		return ERR_NOT_FOUND;
	if (!is(&q, "accepted") && !is(&q, "pending"))
		return OK;
	TRY(is_ours(cx, q.status_id, &ours));
	TRY(set_state(cx, &q, "revoked"));
	TRY(notice_remove(cx, cx->me->id, "quote", q.account_id, q.status_id));
	if (ours && q.account_id != cx->me->id)
		TRY(send_again(cx, &q));
	return q.stamp.n ? answer(cx, SEND_QUOTE_REVOKE, &q, cx->me->id, q.account_id, q.stamp, STR_NONE) : OK;
}

enum err quote_revoke(struct ctx *cx, int64_t quoted_id, int64_t status_id)
{
	struct revoking r = { quoted_id, status_id };

	return cx->me ? write_tx(cx, revoke, &r) : ERR_DENIED;
}

/* --- the rest */

enum err quote_bury(struct ctx *cx, const struct status *s)
{
	struct quote q = { 0 };
	enum err e = quotes_get(cx->db, cx->mem, s->id, &q);

	if (!e) {
		TRY(is(&q, "accepted") ? count(cx, q.quoted_id, -1) : OK);
		TRY(quotes_delete(cx->db, s->id));
	} else if (e != ERR_NOT_FOUND) {
		return e;
	}
	return quotes_orphan(cx->db, s->id);
}

enum err quote_tell_edit(struct ctx *cx, const struct status *s)
{
	struct db_rows rows = { 0 };
	const struct quote *q;

	if (!s->quotes_count)
		return OK;
	TRY(quotes_local(cx->db, cx->mem, s->id, &rows));
	q = rows.p;
	for (size_t i = 0; i < rows.n; i++)
		TRY(notice_add(cx, q[i].account_id, "quoted_update", s->account_id, q[i].status_id));
	return OK;
}

struct setting {
	int64_t id;
	str word;
};

static enum err set_policy(struct ctx *cx, void *arg)
{
	const struct setting *a = arg;
	struct status s = { 0 };
	struct send send = { .kind = SEND_REFRESH };
	int64_t policy;

	TRY(statuses_by_id(cx->db, cx->mem, a->id, &s));
	if (s.account_id != cx->me->id || s.deleted_at || s.reblog_of_id)
		return ERR_NOT_FOUND;
	TRY(quote_policy(cx, a->word, s.visibility, &policy));
	if (policy == s.interaction_policy)
		return OK;
	TRY(statuses_set_policy(cx->db, s.id, policy));
	send.actor_id = s.account_id;
	send.status_id = s.id;
	return send_add(cx, &send);
}

enum err quote_set_policy(struct ctx *cx, int64_t status_id, str word)
{
	struct setting a = { status_id, word };

	return cx->me ? write_tx(cx, set_policy, &a) : ERR_DENIED;
}

enum err quote_list(struct ctx *cx, int64_t quoted_id, const struct page *p, struct ids *ids)
{
	struct span sp = span_of(p, LIST_USUAL, LIST_MOST);
	struct status s = { 0 };
	int64_t viewer = cx->me ? cx->me->id : 0;

	TRY(statuses_by_id(cx->db, cx->mem, quoted_id, &s));
	TRY(visible_check(cx, viewer, &s));
	TRY(quotes_list(cx->db, cx->mem, quoted_id, viewer, sp.max, sp.low, sp.limit, sp.up, ids));
	span_turn(&sp, ids);
	return OK;
}

enum err quote_stamp(struct ctx *cx, int64_t author_id, int64_t status_id, struct quote *q)
{
	TRY(quotes_get(cx->db, cx->mem, status_id, q));
	return q->quoted_account_id == author_id && q->stamp.n && is(q, "accepted") ? OK : ERR_NOT_FOUND;
}
