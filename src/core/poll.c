/* Polls. What is counted here are votes in our polls; of others' polls the tallies are what their server says, plus our
 * people's votes until it says it again. Each account's vote for an option counts once. */
#include "core/poll.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/hub.h"
#include "core/move.h"
#include "core/notice.h"
#include "core/visible.h"

enum {
	TELL_MS = 3 * MINUTE,  /* tallies go to other servers at most so often */
	FETCH_MS = 1 * MINUTE, /* and are asked of them at most so often */
	AFTER_MS = 5 * MINUTE, /* the last votes of other servers' polls take so long to be counted */
	TITLES_MAX = 4 << 20,
};

enum err poll_check(struct ctx *cx, struct poll_in *in)
{
	struct strs kept = { NEWS(cx->mem, str, in->options.n), 0 };

	for (size_t i = 0; i < in->options.n; i++) {
		str title = str_trim(in->options.v[i]);

		if (!title.n)
			continue;
		if (strs_has(kept, title))
			return fail(cx, ERR_INVALID, "Validation failed: Options contain duplicate items");
		if (str_runes(title) > POLL_OPTION_RUNES)
			return fail(cx, ERR_INVALID,
			            "Validation failed: Options can't be longer than %d characters each", POLL_OPTION_RUNES);
		kept.v[kept.n++] = title;
	}
	if (kept.n < 2)
		return fail(cx, ERR_INVALID, "Validation failed: Options must have more than one item");
	if (kept.n > POLL_OPTIONS)
		return fail(cx, ERR_INVALID, "Validation failed: Options can't contain more than %d items", POLL_OPTIONS);
	if (!in->expires_in)
		return fail(cx, ERR_INVALID, "Validation failed: Expires at can't be blank");
	if (in->expires_in < POLL_SOONEST)
		return fail(cx, ERR_INVALID, "Validation failed: Expires at is too soon");
	if (in->expires_in > POLL_LATEST)
		return fail(cx, ERR_INVALID, "Validation failed: Expires at is too far into the future");
	in->options = kept;
	return OK;
}

/* The end has a job of its own for each time it was set to. */
static enum err plan_end(struct ctx *cx, const struct poll *p, int64_t wait)
{
	str args;

	if (!p->expires_at)
		return OK;
	args = strf(cx->mem, "{\"poll\":\"%lld\",\"at\":\"%lld\"}", (long long)p->status_id, (long long)p->expires_at);
	return job_add(cx, "poll_end", args, p->expires_at + wait, str_cat(cx->mem, S("poll_end "), args));
}

static enum err put_options(struct ctx *cx, int64_t status_id, struct strs titles, const int64_t *votes)
{
	TRY(poll_options_clear(cx->db, status_id));
	for (size_t i = 0; i < titles.n; i++) {
		struct poll_option o = { status_id, (int64_t)i, votes ? votes[i] : 0, titles.v[i] };

		TRY(poll_options_add(cx->db, &o));
	}
	return OK;
}

enum err poll_add(struct ctx *cx, int64_t status_id, int64_t account_id, const struct poll_in *in)
{
	struct poll p = { status_id, account_id, in->multiple, in->hide_totals, cx->now + in->expires_in * SECOND, 0, 0 };

	TRY(polls_put(cx->db, &p));
	TRY(put_options(cx, status_id, in->options, NULL));
	return plan_end(cx, &p, 0);
}

static bool same_titles(const struct db_rows *rows, struct strs titles)
{
	const struct poll_option *o = rows->p;

	if (rows->n != titles.n)
		return false;
	for (size_t i = 0; i < rows->n; i++)
		if (!str_eq(o[i].title, titles.v[i]))
			return false;
	return true;
}

static str titles_json(struct arena *mem, const struct db_rows *rows)
{
	const struct poll_option *o = rows->p;
	struct jw w;

	jw_init(&w, mem, TITLES_MAX);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < rows->n; i++)
		jw_str(&w, NULL, o[i].title);
	jw_end(&w);
	return jw_done(&w);
}

enum err poll_titles(struct ctx *cx, int64_t status_id, str *json)
{
	struct db_rows rows = { 0 };

	TRY(poll_options_of(cx->db, cx->mem, status_id, &rows));
	*json = rows.n ? titles_json(cx->mem, &rows) : STR_NONE;
	return OK;
}

/* What is stored of the poll; there: none of it is zero. */
struct stored {
	struct poll p;
	struct db_rows options;
	bool there;
};

static enum err load(struct ctx *cx, int64_t status_id, struct stored *st)
{
	enum err e;

	*st = (struct stored){ 0 };
	e = polls_get(cx->db, cx->mem, status_id, &st->p);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	st->there = true;
	return poll_options_of(cx->db, cx->mem, status_id, &st->options);
}

enum err poll_revise(struct ctx *cx, const struct status *s, const struct poll_in *in, bool *changed, str *had)
{
	struct stored st;
	struct poll p;

	TRY(load(cx, s->id, &st));
	*had = st.there ? titles_json(cx->mem, &st.options) : STR_NONE;
	*changed = st.there != (in != NULL);
	if (!in)
		return st.there ? polls_delete(cx->db, s->id) : OK;
	if (!st.there)
		return poll_add(cx, s->id, s->account_id, in);
	p = st.p;
	p.hide_totals = in->hide_totals;
	p.expires_at = cx->now + in->expires_in * SECOND;
	*changed = p.multiple != in->multiple || !same_titles(&st.options, in->options);
	if (*changed) {
		p.multiple = in->multiple;
		p.voters_count = 0;
		TRY(poll_votes_clear(cx->db, s->id));
		TRY(put_options(cx, s->id, in->options, NULL));
	}
	TRY(polls_put(cx->db, &p));
	return plan_end(cx, &p, 0);
}

/* Only tallies are other than they were. */
static enum err retally(struct ctx *cx, const struct stored *st, const int64_t *votes)
{
	const struct poll_option *o = st->options.p;

	for (size_t i = 0; i < st->options.n; i++) {
		struct poll_option now = o[i];

		now.votes_count = votes[i];
		if (votes[i] != o[i].votes_count)
			TRY(poll_options_set(cx->db, &now));
	}
	return OK;
}

/* Our voters are told of the end where it is now. */
static enum err plan_moved_end(struct ctx *cx, const struct poll *p)
{
	struct ids voters = { 0 };

	TRY(poll_voters_local(cx->db, cx->mem, p->status_id, &voters));
	return voters.n ? plan_end(cx, p, AFTER_MS) : OK;
}

enum err poll_receive(struct ctx *cx, const struct status *s, const struct remote_poll *in, bool *changed, str *had)
{
	struct stored st;
	struct poll p;

	TRY(load(cx, s->id, &st));
	*had = st.there ? titles_json(cx->mem, &st.options) : STR_NONE;
	*changed = st.there != (in != NULL);
	if (!in)
		return st.there ? polls_delete(cx->db, s->id) : OK;
	p = (struct poll){ s->id, s->account_id, in->multiple, false, in->expires_at, in->voters, cx->now };
	if (in->closed && (!p.expires_at || p.expires_at > cx->now))
		p.expires_at = st.p.expires_at && st.p.expires_at < cx->now ? st.p.expires_at : cx->now;
	TRY(polls_put(cx->db, &p));
	if (!st.there)
		return put_options(cx, s->id, in->options, in->votes);
	if (p.expires_at != st.p.expires_at)
		TRY(plan_moved_end(cx, &p));
	*changed = p.multiple != st.p.multiple || !same_titles(&st.options, in->options);
	if (!*changed)
		return retally(cx, &st, in->votes);
	TRY(poll_votes_clear(cx->db, s->id));
	return put_options(cx, s->id, in->options, in->votes);
}

/* --- voting */

struct voting {
	const struct account *by;
	int64_t status_id;
	struct ids choices;
	str uri; /* of a vote from elsewhere */
};

static bool over(const struct poll *p, int64_t now)
{
	return p->expires_at && p->expires_at <= now;
}

static enum err may_vote(struct ctx *cx, const struct voting *v, const struct stored *st, struct ids before)
{
	if (over(&st->p, cx->now))
		return fail(cx, ERR_INVALID, "Validation failed: The poll has already ended");
	if (st->p.account_id == v->by->id)
		return fail(cx, ERR_INVALID, "Validation failed: You cannot vote in your own polls");
	if (!v->choices.n)
		return fail(cx, ERR_INVALID, "Validation failed: Choices can't be blank");
	for (size_t i = 0; i < v->choices.n; i++) {
		if (v->choices.v[i] < 0 || v->choices.v[i] >= (int64_t)st->options.n)
			return fail(cx, ERR_INVALID, "Validation failed: The chosen vote option does not exist");
		if (ids_has(before, v->choices.v[i]))
			return fail(cx, ERR_INVALID, "Validation failed: You have already voted on this poll");
	}
	if (!st->p.multiple && before.n + v->choices.n > 1)
		return fail(cx, ERR_INVALID, "Validation failed: You have already voted on this poll");
	return OK;
}

static enum err tell_later(struct ctx *cx, int64_t status_id)
{
	str args = strf(cx->mem, "{\"poll\":\"%lld\"}", (long long)status_id);

	return job_add(cx, "poll_tell", args, cx->now + TELL_MS, str_cat(cx->mem, S("poll_tell "), args));
}

static enum err add_vote(struct ctx *cx, const struct voting *v, const struct stored *st, int64_t place, bool ours)
{
	const struct poll_option *o = st->options.p;
	struct poll_vote vote = { v->status_id, v->by->id, place, cx->now, v->uri };
	struct send send = { .kind = SEND_VOTE, .actor_id = v->by->id, .status_id = v->status_id, .target_id = st->p.account_id };
	bool added;

	if (account_is_local(v->by))
		vote.uri = strf(cx->mem, "%.*s#votes/%lld", STR_F(v->by->uri), (long long)id_new());
	TRY(poll_votes_add(cx->db, &vote, &added));
	if (!added)
		return OK;
	TRY(poll_options_count(cx->db, v->status_id, place));
	send.uri = vote.uri;
	send.text = o[place].title;
	return ours ? OK : send_add(cx, &send);
}

static enum err vote(struct ctx *cx, void *arg)
{
	const struct voting *v = arg;
	struct ids before = { 0 };
	struct status s = { 0 };
	struct stored st;

	TRY(statuses_by_id(cx->db, cx->mem, v->status_id, &s));
	TRY(visible_check(cx, v->by->id, &s));
	TRY(load(cx, v->status_id, &st));
	if (!st.there)
		return ERR_NOT_FOUND;
	TRY(poll_votes_of(cx->db, cx->mem, v->status_id, v->by->id, &before));
	TRY(may_vote(cx, v, &st, before));
	for (size_t i = 0; i < v->choices.n; i++)
		TRY(add_vote(cx, v, &st, v->choices.v[i], s.site_id != 0));
	if (!before.n)
		TRY(polls_add_voter(cx->db, v->status_id));
	return s.site_id ? tell_later(cx, v->status_id) : plan_end(cx, &st.p, AFTER_MS);
}

enum err poll_vote(struct ctx *cx, int64_t status_id, struct ids choices)
{
	struct voting v = { cx->me, status_id, { NEWS(cx->mem, int64_t, choices.n), 0 }, STR_NONE };

	if (!cx->me)
		return ERR_DENIED;
	TRY(move_may_act(cx, cx->me));
	for (size_t i = 0; i < choices.n; i++)
		if (!ids_has(v.choices, choices.v[i]))
			v.choices.v[v.choices.n++] = choices.v[i];
	return write_tx(cx, vote, &v);
}

static enum err find_option(struct ctx *cx, int64_t status_id, str option, int64_t *place)
{
	struct db_rows rows = { 0 };
	const struct poll_option *o;

	TRY(poll_options_of(cx->db, cx->mem, status_id, &rows));
	o = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		*place = o[i].place;
		if (str_eq(o[i].title, option))
			return OK;
	}
	return ERR_NOT_FOUND;
}

enum err poll_has_option(struct ctx *cx, int64_t status_id, str option, bool *has)
{
	int64_t place;
	enum err e = find_option(cx, status_id, option, &place);

	*has = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The reason why a vote does not count concerns nobody. */
static enum err vote_received(struct ctx *cx, void *arg)
{
	enum err e = vote(cx, arg);

	return e == ERR_BUSY || e == ERR_INTERNAL ? e : OK;
}

enum err poll_vote_received(struct ctx *cx, const struct account *by, int64_t status_id, str option, str uri)
{
	int64_t place;
	struct voting v = { by, status_id, { &place, 1 }, str_or(uri, S("")) };
	struct status s = { 0 };
	enum err e;

	TRY(statuses_by_id(cx->db, cx->mem, status_id, &s));
	if (!s.site_id || account_is_local(by))
		return OK;
	e = find_option(cx, status_id, option, &place);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return write_tx(cx, vote_received, &v);
}

/* --- tallies of others */

struct claim {
	int64_t status_id;
	bool mine;
};

static enum err claim_fetch(struct ctx *cx, void *arg)
{
	struct claim *c = arg;

	return polls_claim_fetch(cx->db, c->status_id, cx->now, cx->now - FETCH_MS, &c->mine);
}

enum err poll_stale(struct ctx *cx, int64_t status_id, bool *stale)
{
	struct claim c = { .status_id = status_id };
	struct poll p;

	*stale = false;
	TRY(polls_get(cx->db, cx->mem, status_id, &p));
	if (p.fetched_at > cx->now - FETCH_MS || (over(&p, cx->now) && p.fetched_at > p.expires_at + AFTER_MS))
		return OK;
	TRY(write_tx(cx, claim_fetch, &c));
	*stale = c.mine;
	return OK;
}

/* --- the end */

static bool read_args(const struct job *job, int64_t *poll, int64_t *at)
{
	json_t *args JR_SCOPE = NULL;

	*at = 0;
	return !jr_parse(job->args, &args) && str_int(jr_str(args, "poll"), poll) &&
	       (str_none(jr_str(args, "at")) || str_int(jr_str(args, "at"), at));
}

static enum err send_tally(struct ctx *cx, const struct poll *p)
{
	struct send send = { .kind = SEND_REFRESH, .actor_id = p->account_id, .status_id = p->status_id };

	hub_publish(cx, &(struct event){ .kind = EV_EDIT, .id = p->status_id });
	return send_add(cx, &send);
}

static enum err end(struct ctx *cx, void *arg)
{
	const struct poll *p = arg;
	struct status s = { 0 };
	struct ids voters = { 0 };

	TRY(statuses_by_id(cx->db, cx->mem, p->status_id, &s));
	TRY(poll_voters_local(cx->db, cx->mem, p->status_id, &voters));
	for (size_t i = 0; i < voters.n; i++)
		TRY(notice_add(cx, voters.v[i], "poll", p->account_id, p->status_id));
	if (!s.site_id)
		return OK;
	TRY(notice_add(cx, p->account_id, "poll", p->account_id, p->status_id));
	return send_tally(cx, p);
}

/* Deleted, or ends at another time now: nothing to do. */
enum err poll_job_end(struct ctx *cx, const struct job *job)
{
	int64_t id, at;
	struct poll p;
	enum err e;

	if (!read_args(job, &id, &at))
		return ERR_INVALID;
	e = polls_get(cx->db, cx->mem, id, &p);
	if (e || p.expires_at != at)
		return e == ERR_NOT_FOUND ? OK : e;
	e = write_tx(cx, end, &p);
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err tell(struct ctx *cx, void *arg)
{
	return send_tally(cx, arg);
}

enum err poll_job_tell(struct ctx *cx, const struct job *job)
{
	int64_t id, at;
	struct poll p;
	enum err e;

	if (!read_args(job, &id, &at))
		return ERR_INVALID;
	e = polls_get(cx->db, cx->mem, id, &p);
	if (!e && !over(&p, cx->now))
		e = write_tx(cx, tell, &p);
	return e == ERR_NOT_FOUND ? OK : e;
}
