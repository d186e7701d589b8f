/* The end of an account. At once: nobody acts for it and nothing of it is shown. Then a job takes away all that hangs on it,
 * in batches, each in a transaction of its own, so that others get their turn. Killed in between, it is simply done again:
 * what is gone already is not found. */
#include "base/clock.h"
#include "base/json.h"
#include "config.h"
#include "core/account.h"
#include "core/account_end.h"
#include "core/hub.h"
#include "core/job.h"
#include "core/post.h"
#include "core/site.h"
#include "store/endings.h"

enum { BATCH = 50,
       FOR_MS = 20 * SECOND };

struct ending {
	struct account a;
	bool more;
};

static enum err add_job(struct ctx *cx, int64_t id, const char *what, int64_t due)
{
	struct jw w;

	jw_init(&w, cx->mem, 256);
	jw_obj(&w, NULL);
	jw_id(&w, "account", id);
	jw_lit(&w, "what", what);
	jw_end(&w);
	return job_add(cx, "account_end", jw_done(&w), due, STR_NONE);
}

/* The row stays: its name is never given again, its address says that it is gone. */
static enum err mark_gone(struct ctx *cx, void *arg)
{
	struct ending *g = arg;

	TRY(accounts_tombstone(cx->db, g->a.id, cx->now));
	TRY(keys_delete_others(cx->db, cx->mem, g->a.id, (struct strs){ 0 }));
	return add_job(cx, g->a.id, "rows", cx->now);
}

enum err account_receive_delete(struct ctx *cx, int64_t account_id)
{
	struct ending g = { 0 };

	TRY(account_by_id(cx, account_id, &g.a));
	if (account_is_local(&g.a))
		return ERR_DENIED;
	return g.a.deleted_at ? OK : write_tx(cx, mark_gone, &g);
}

/* Its keys sign the news until the last try of the last delivery. */
static enum err end_local(struct ctx *cx, void *arg)
{
	struct ending *g = arg;
	struct send s = { .kind = SEND_GONE, .actor_id = g->a.id, .text = S("") };
	int64_t days = cx->app->config ? cx->app->config->deliver_days : 7;

	TRY(accounts_tombstone(cx->db, g->a.id, cx->now));
	TRY(endings_log_out(cx->db, cx->mem, g->a.id));
	hub_tokens_ended(cx);
	TRY(endings_contact(cx->db, g->a.id));
	TRY(send_add(cx, &s));
	TRY(add_job(cx, g->a.id, "keys", cx->now + (days + 2) * DAY));
	return add_job(cx, g->a.id, "rows", cx->now);
}

enum err account_delete(struct ctx *cx, const struct account *a)
{
	struct ending g = { .a = *a };

	if (!account_is_local(a) || str_eq(a->kind, S("Application")))
		return fail(cx, ERR_DENIED, "This account cannot be deleted");
	if (a->deleted_at)
		return OK;
	TRY(write_tx(cx, end_local, &g));
	sites_read_again(cx->app);
	return OK;
}

/* --- the job */

static enum err end_posts(struct ctx *cx, void *arg)
{
	struct ending *g = arg;
	struct db_rows rows;

	TRY(accounts_posts_left(cx->db, cx->mem, g->a.id, BATCH, &rows));
	for (size_t i = 0; i < rows.n; i++)
		TRY(post_bury(cx, (const struct status *)rows.p + i));
	g->more = rows.n > 0;
	return OK;
}

static enum err end_relations(struct ctx *cx, void *arg)
{
	struct ending *g = arg;

	return relation_end_some(cx, g->a.id, BATCH, &g->more);
}

static enum err end_favourites(struct ctx *cx, void *arg)
{
	struct ending *g = arg;
	struct ids posts;
	bool there;

	TRY(accounts_favourites_left(cx->db, cx->mem, g->a.id, BATCH, &posts));
	for (size_t i = 0; i < posts.n; i++)
		TRY(statuses_count(cx->db, posts.v[i], COUNT_FAVOURITES, -1, &there));
	g->more = posts.n > 0;
	return OK;
}

static enum err end_rows(struct ctx *cx, void *arg)
{
	struct ending *g = arg;
	int64_t gone;

	TRY(endings_some(cx->db, g->a.id, BATCH, &gone));
	g->more = gone > 0;
	return OK;
}

static enum err end_keys(struct ctx *cx, void *arg)
{
	struct ending *g = arg;

	g->more = false;
	return keys_delete_others(cx->db, cx->mem, g->a.id, (struct strs){ 0 });
}

static enum err read_args(struct ctx *cx, str args, struct ending *g, bool *keys)
{
	json_t *doc JR_SCOPE = NULL;
	int64_t id;

	TRY(jr_parse(args, &doc));
	if (!str_int(jr_str(doc, "account"), &id))
		return ERR_INVALID;
	*keys = str_eq(jr_str(doc, "what"), S("keys"));
	return account_by_id(cx, id, &g->a);
}

enum err account_end_job(struct ctx *cx, const struct job *job)
{
	static const ctx_work steps[] = { end_relations, end_posts, end_favourites, end_rows };
	int64_t until = clock_mono() + FOR_MS;
	struct ending g = { 0 };
	struct arena_mark m;
	bool keys;

	TRY(read_args(cx, job->args, &g, &keys));
	if (!g.a.deleted_at) /* it came back */
		return OK;
	if (keys)
		return write_tx(cx, end_keys, &g);
	m = arena_mark(cx->mem);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		do {
			if (clock_mono() > until)
				return add_job(cx, g.a.id, "rows", cx->now);
			TRY(write_tx(cx, steps[i], &g));
			arena_rewind(cx->mem, m);
		} while (g.more);
	return OK;
}
