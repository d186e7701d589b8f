/* Goes through threads by their age, and removes those that concern nobody, in transactions of a few posts: whether they do is
 * asked within the same transaction, so that nobody's new favourite is lost. */
#include "core/old_posts.h"

#include <time.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "config.h"
#include "core/job.h"
#include "store/old_posts.h"

enum { THREADS = 12, POSTS = 16, ACCOUNTS = 12, PAUSE_MS = 2, MAX_SCHEDULED = 10000,
       RUN_MS = 40 * SECOND, REST_MS = 20 * SECOND };

struct step {
	struct ids some, scheduled;
	int64_t before, done, took;
};

static void pause_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
}

/* Posts that somebody here will answer or quote. */
static enum err scheduled(struct ctx *cx, struct ids *out)
{
	static const char *const names[] = { "in_reply_to_id", "quoted_status_id" };
	struct db_rows rows = { 0 };
	const struct old_scheduled *s;

	TRY(old_posts_scheduled(cx->db, cx->mem, &rows));
	s = rows.p;
	*out = (struct ids){ NEWS(cx->mem, int64_t, 2 * rows.n + 1), 0 };
	for (size_t i = 0; i < rows.n && out->n < MAX_SCHEDULED; i++) {
		json_t *doc JR_SCOPE = NULL;

		if (jr_parse(s[i].params, &doc))
			continue;
		for (size_t k = 0; k < 2; k++) {
			if (str_int(jr_str(doc, names[k]), &out->v[out->n]) || (out->v[out->n] = jr_int(doc, names[k], 0)) > 0)
				out->n++;
		}
	}
	return OK;
}

static enum err remove_posts(struct ctx *cx, void *arg)
{
	struct step *s = arg;
	int64_t began = clock_mono();
	struct ids threads, posts;

	s->done = 0;
	TRY(old_threads_free(cx->db, cx->mem, s->some, s->before, s->scheduled, &threads));
	if (threads.n) {
		TRY(old_posts_of(cx->db, cx->mem, threads, POSTS, &posts));
		TRY(old_posts_delete(cx->db, posts));
		s->done = (int64_t)posts.n;
	}
	s->took = clock_mono() - began;
	return OK;
}

static enum err remove_accounts(struct ctx *cx, void *arg)
{
	struct step *s = arg;
	int64_t began = clock_mono();
	struct ids free;

	s->done = 0;
	TRY(old_accounts_free(cx->db, cx->mem, s->some, &free));
	if (free.n)
		TRY(old_accounts_delete(cx->db, free));
	s->done = (int64_t)free.n;
	s->took = clock_mono() - began;
	return OK;
}

static enum err run(struct ctx *cx, ctx_work fn, struct step *s, int64_t *sum, int64_t *longest)
{
	TRY(write_tx(cx, fn, s));
	*sum += s->done;
	if (s->took > *longest)
		*longest = s->took;
	pause_a_little();
	return OK;
}

/* Some are looked at without the writer first: most of what is kept costs it nothing. */
static enum err prune_threads(struct ctx *cx, struct step *s, struct ids threads, struct old_gone *gone)
{
	TRY(old_threads_free(cx->db, cx->mem, threads, s->before, s->scheduled, &s->some));
	if (!s->some.n)
		return OK;
	do
		TRY(run(cx, remove_posts, s, &gone->posts, &gone->longest_ms));
	while (s->done);
	return OK;
}

static enum err prune_posts(struct ctx *cx, int64_t before, int64_t until, struct old_gone *gone)
{
	struct step s = { .before = id_at(before) };
	int64_t after = 0;
	struct ids threads;

	TRY(scheduled(cx, &s.scheduled));
	do {
		struct arena_mark mark = arena_mark(cx->mem);

		TRY(old_threads(cx->db, cx->mem, after, s.before, THREADS, &threads));
		if (threads.n) {
			after = threads.v[threads.n - 1];
			TRY(prune_threads(cx, &s, threads, gone));
		}
		arena_rewind(cx->mem, mark);
		gone->more = threads.n == THREADS && until && clock_mono() > until;
	} while (threads.n == THREADS && !gone->more);
	return OK;
}

static enum err prune_accounts(struct ctx *cx, int64_t before, struct old_gone *gone)
{
	int64_t after = 0;
	struct ids accounts;

	do {
		struct arena_mark mark = arena_mark(cx->mem);
		struct step s = { 0 };

		TRY(old_accounts(cx->db, cx->mem, after, before, ACCOUNTS, &accounts));
		if (accounts.n) {
			after = accounts.v[accounts.n - 1];
			TRY(old_accounts_free(cx->db, cx->mem, accounts, &s.some));
			if (s.some.n)
				TRY(run(cx, remove_accounts, &s, &gone->accounts, &gone->longest_ms));
		}
		arena_rewind(cx->mem, mark);
	} while (accounts.n == ACCOUNTS);
	return OK;
}

enum err old_posts_prune(struct ctx *cx, int64_t before, int64_t for_ms, struct old_gone *gone)
{
	*gone = (struct old_gone){ 0 };
	TRY(prune_posts(cx, before, for_ms ? clock_mono() + for_ms : 0, gone));
	return gone->more ? OK : prune_accounts(cx, before, gone);
}

enum err old_posts_job(struct ctx *cx, const struct job *job)
{
	int64_t days = cx->app->config ? cx->app->config->keep_remote_days : 0;
	struct old_gone gone;

	(void)job;
	if (!days)
		return OK;
	TRY(old_posts_prune(cx, cx->now - days * DAY, RUN_MS, &gone));
	if (gone.more)
		TRY(job_add(cx, "old_posts", S("{}"), cx->now + RUN_MS + REST_MS, S("old_posts goes on")));
	if (gone.posts || gone.accounts)
		LOG(LOG_INFO, "old posts", LI("posts", gone.posts), LI("accounts", gone.accounts),
		    LI("longest", gone.longest_ms));
	return OK;
}
