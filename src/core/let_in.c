/* Who has asked to follow an account that asks no more: they are let in, some at a time. */
#include "base/clock.h"
#include "base/json.h"
#include "core/job.h"
#include "core/relation.h"

enum { BATCH = 80,
       FOR_MS = 20 * SECOND };

struct going_on {
	int64_t account_id, below;
};

static enum err note(struct ctx *cx, void *arg)
{
	const struct going_on *g = arg;
	struct jw w;

	jw_init(&w, cx->mem, 256);
	jw_obj(&w, NULL);
	jw_id(&w, "account", g->account_id);
	jw_id(&w, "below", g->below);
	jw_end(&w);
	return job_add(cx, "let_in", jw_done(&w), cx->now, STR_NONE);
}

enum err relation_let_in(struct ctx *cx, const struct account *a)
{
	return note(cx, &(struct going_on){ a->id, 0 });
}

/* Who is limited goes on waiting. */
static enum err let_in(struct ctx *cx, const struct account *by, int64_t asker_id)
{
	struct account asker;
	enum err e = account_by_id(cx, asker_id, &asker);

	if (!e && !asker.silenced_by)
		e = relation_authorize(cx, by, &asker);
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err relation_job_let_in(struct ctx *cx, const struct job *job)
{
	int64_t until = clock_mono() + FOR_MS;
	struct page page = { .limit = BATCH };
	json_t *args JR_SCOPE = NULL;
	struct going_on g = { 0 };
	struct listed *rows;
	struct account me;
	enum err e;
	size_t n;

	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "account"), &g.account_id))
		return ERR_INVALID;
	if (!str_int(jr_str(args, "below"), &page.max_id))
		page.max_id = 0;
	cx->me = &me;
	do {
		if (clock_mono() > until)
			return write_tx(cx, note, &g);
		e = account_by_id(cx, g.account_id, &me); /* it may be locked again */
		if (e || me.locked || me.deleted_at || me.suspended_at)
			return e == ERR_NOT_FOUND ? OK : e;
		TRY(relation_list(cx, LIST_REQUESTS, me.id, &page, &rows, &n));
		for (size_t i = 0; i < n; i++)
			TRY(let_in(cx, &me, rows[i].account));
		if (n)
			g.below = page.max_id = rows[n - 1].row;
	} while (n == BATCH);
	return OK;
}
