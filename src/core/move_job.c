/* What follows a move here: who followed the old account follows the new one, who blocked, muted or described it has that
 * of the new one too. Some at a time, each in a transaction of its own; done twice it changes nothing more. */
#include "base/clock.h"
#include "base/json.h"
#include "core/job.h"
#include "core/move.h"
#include "core/relation.h"
#include "store/lists.h"
#include "store/moves.h"

enum { BATCH = 25,
       NOTE_RUNES = 2000,
       FOR_MS = 20 * SECOND };

struct over {
	struct account from, to;
	int64_t step, after; /* the last row that is done */
	int64_t reached;     /* by the transaction under way, which may be run again */
	bool more;
};

static enum err stay_on_lists(struct ctx *cx, const struct over *o, int64_t follower)
{
	struct db_rows rows;
	bool made;

	TRY(lists_of(cx->db, cx->mem, follower, o->from.id, &rows));
	for (size_t i = 0; i < rows.n; i++)
		TRY(list_accounts_add(cx->db, (const struct list *)rows.p + i, id_new(), o->to.id, &made));
	return OK;
}

/* As they followed the old one. Who cannot follow the new one stays. */
static enum err follow_over(struct ctx *cx, const struct over *o, const struct follow *f)
{
	struct follow_in in = { f->show_reblogs ? 1 : -1, f->notify ? 1 : -1, f->languages, STR_NONE };
	struct account follower;
	struct follow there;
	enum err e;

	TRY(account_by_id(cx, f->account_id, &follower));
	if (follower.id == o->to.id)
		return relation_unfollow(cx, &follower, &o->from);
	e = follows_get(cx->db, cx->mem, follower.id, o->to.id, &there);
	if (e == ERR_NOT_FOUND)
		e = relation_follow(cx, &follower, &o->to, &in);
	if (e)
		return e == ERR_DENIED ? OK : e;
	TRY(stay_on_lists(cx, o, follower.id));
	return relation_unfollow(cx, &follower, &o->from);
}

static enum err some_followers(struct ctx *cx, void *arg)
{
	struct over *o = arg;
	int64_t after = o->after;
	struct db_rows rows;
	const struct follow *f;

	TRY(moves_followers(cx->db, cx->mem, o->from.id, after, BATCH, &rows));
	f = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		TRY(follow_over(cx, o, &f[i]));
		after = f[i].id;
	}
	o->more = rows.n == BATCH;
	o->reached = after;
	return OK;
}

static str acct_of(struct ctx *cx, const struct account *a)
{
	return strf(cx->mem, "%.*s@%.*s", STR_F(a->username), STR_F(a->domain));
}

/* Why it is so is written down for who wonders later. */
static enum err note(struct ctx *cx, const struct over *o, const struct carried *c, const char *what)
{
	str text = strf(cx->mem, "This user moved from %.*s%s", STR_F(acct_of(cx, &o->from)), what);

	if (str_find(str_or(c->note_new, S("")), text) >= 0)
		return OK;
	if (c->note.n)
		text = strf(cx->mem, "%.*s\n%.*s", STR_F(text), STR_F(c->note));
	if (c->note_new.n)
		text = strf(cx->mem, "%.*s\n\n%.*s", STR_F(text), STR_F(c->note_new));
	return account_notes_put(cx->db, c->account_id, o->to.id, str_head_runes(text, NOTE_RUNES));
}

static enum err carry(struct ctx *cx, const struct over *o, const struct carried *c)
{
	const char *what = c->note.n ? ", here were your previous notes about them:" : NULL;
	bool known = c->follows_new || c->blocks_new;
	struct account by;

	TRY(account_by_id(cx, c->account_id, &by));
	if (c->mutes && !known && !c->mutes_new) {
		TRY(relation_mute(cx, &by, &o->to, c->notifications, c->mute_expires_at ? c->mute_expires_at - cx->now : 0));
		what = what ? what : ", which you had muted.";
	}
	if (c->blocks && !known) {
		TRY(relation_block(cx, &by, &o->to, STR_NONE));
		what = c->note.n ? what : ", which you had blocked.";
	}
	return what ? note(cx, o, c, what) : OK;
}

static enum err some_carried(struct ctx *cx, void *arg)
{
	struct over *o = arg;
	int64_t after = o->after;
	struct db_rows rows;
	const struct carried *c;

	TRY(moves_carried(cx->db, cx->mem, o->from.id, o->to.id, after, cx->now, BATCH, &rows));
	c = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		TRY(carry(cx, o, &c[i]));
		after = c[i].account_id;
	}
	o->more = rows.n == BATCH;
	o->reached = after;
	return OK;
}

static enum err read_args(struct ctx *cx, str args, struct over *o)
{
	json_t *doc JR_SCOPE = NULL;
	int64_t from, to;

	TRY(jr_parse(args, &doc));
	if (!str_int(jr_str(doc, "from"), &from) || !str_int(jr_str(doc, "to"), &to))
		return ERR_INVALID;
	o->step = jr_int(doc, "step", 0);
	if (!str_int(jr_str(doc, "after"), &o->after))
		o->after = 0;
	TRY(account_by_id(cx, from, &o->from));
	return account_by_id(cx, to, &o->to);
}

static enum err go_on_later(struct ctx *cx, const struct over *o)
{
	struct jw w;

	jw_init(&w, cx->mem, 256);
	jw_obj(&w, NULL);
	jw_id(&w, "from", o->from.id);
	jw_id(&w, "to", o->to.id);
	jw_int(&w, "step", o->step);
	jw_id(&w, "after", o->after);
	jw_end(&w);
	return job_add(cx, "move", jw_done(&w), cx->now, STR_NONE);
}

/* Blocks first: who blocked the old one does not see the new one for a moment. */
enum err move_job(struct ctx *cx, const struct job *job)
{
	static const ctx_work steps[] = { some_carried, some_followers };
	int64_t until = clock_mono() + FOR_MS;
	struct over o = { 0 };
	struct arena_mark m;

	TRY(read_args(cx, job->args, &o));
	m = arena_mark(cx->mem);
	for (; o.step >= 0 && o.step < (int64_t)(sizeof(steps) / sizeof(steps[0])); o.step++, o.after = 0)
		do {
			if (clock_mono() > until)
				return go_on_later(cx, &o);
			TRY(write_tx(cx, steps[o.step], &o));
			o.after = o.reached;
			arena_rewind(cx->mem, m);
		} while (o.more);
	return OK;
}
