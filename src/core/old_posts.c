/* Goes through threads by their age, and removes those that concern nobody, in transactions of a few posts: whether they do is
 * asked within the same transaction, so that nobody's new favourite is lost. */
#include "core/old_posts.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "config.h"
#include "core/job.h"
#include "core/search_index.h"
#include "store/old_posts.h"

enum { THREADS = 12, POSTS_LEAST = 4, POSTS_MOST = 64, THIN = 100, ACCOUNTS = 24, ACCOUNTS_LEAST = 2, MAX_SCHEDULED = 10000,
       RUN_MS = 40 * SECOND, REST_MS = 20 * SECOND };

struct step {
	struct ids some, scheduled; /* some: threads or accounts that were free a moment ago */
	int64_t before, done;
	bool more, found; /* found: somebody has a part in one of them after all */
	struct slice slice;
	struct search_merging merge;
};

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

/* Some posts of these threads. That nobody has a part in them is asked again of those posts alone, so that it takes no longer in
 * a long thread. */
static enum err remove_posts(struct ctx *cx, void *arg)
{
	struct step *s = arg;
	struct ids posts, still;
	bool bare;

	db_slice(cx->db);
	s->done = 0;
	TRY(old_posts_of(cx->db, cx->mem, s->some, s->slice.n, &posts));
	TRY(old_posts_free(cx->db, cx->mem, posts, s->before, s->scheduled, &still));
	s->found = still.n < posts.n;
	s->more = posts.n && !s->found;
	if (!s->more)
		return OK;
	TRY(old_posts_thin(cx->db, posts, THIN, &bare));
	if (bare)
		s->done = (int64_t)posts.n;
	return bare ? old_posts_delete(cx->db, posts) : OK;
}

static enum err remove_accounts(struct ctx *cx, void *arg)
{
	struct step *s = arg;
	struct ids free;

	db_slice(cx->db);
	TRY(old_accounts_free(cx->db, cx->mem, s->some, &free));
	s->done = (int64_t)free.n;
	return free.n ? old_accounts_delete(cx->db, free) : OK;
}

static enum err remove_some(struct ctx *cx, struct step *s)
{
	TRY(write_tx(cx, remove_posts, s));
	slice_done(&s->slice);
	return s->done ? search_merge_written(cx, &s->merge) : OK;
}

/* Some are looked at without the writer first: most of what is kept costs it nothing. Whoever is found to have a part keeps a
 * thread from the next look. */
static enum err prune_threads(struct ctx *cx, struct step *s, struct ids threads, struct old_gone *gone)
{
	for (size_t i = 0; i <= threads.n; i++) {
		TRY(old_threads_free(cx->db, cx->mem, threads, s->before, s->scheduled, &s->some));
		if (!s->some.n)
			return OK;
		do {
			TRY(remove_some(cx, s));
			gone->posts += s->done;
		} while (s->more);
		if (!s->found)
			return OK;
	}
	return OK;
}

static enum err prune_posts(struct ctx *cx, int64_t before, int64_t until, struct old_gone *gone)
{
	struct step s = { .before = id_at(before), .slice = { POSTS_LEAST, POSTS_LEAST, POSTS_MOST, 0 } };
	struct ids threads;

	TRY(scheduled(cx, &s.scheduled));
	do {
		struct arena_mark mark = arena_mark(cx->mem);

		TRY(old_threads(cx->db, cx->mem, gone->after, s.before, THREADS, &threads));
		if (threads.n) {
			gone->after = threads.v[threads.n - 1];
			TRY(prune_threads(cx, &s, threads, gone));
		}
		arena_rewind(cx->mem, mark);
		gone->more = threads.n == THREADS && until && clock_mono() > until;
	} while (threads.n == THREADS && !gone->more);
	gone->longest_ms = s.slice.longest_ms > s.merge.slice.longest_ms ? s.slice.longest_ms : s.merge.slice.longest_ms;
	return OK;
}

static enum err remove_in_slices(struct ctx *cx, struct step *s, struct ids accounts, struct old_gone *gone)
{
	for (size_t i = 0; i < accounts.n; i += s->some.n) {
		s->some = (struct ids){ accounts.v + i, accounts.n - i };
		if (s->some.n > (size_t)s->slice.n)
			s->some.n = (size_t)s->slice.n;
		TRY(write_tx(cx, remove_accounts, s));
		gone->accounts += s->done;
		slice_done(&s->slice);
	}
	return OK;
}

static enum err prune_accounts(struct ctx *cx, int64_t before, int64_t until, struct old_gone *gone)
{
	struct step s = { .slice = { ACCOUNTS_LEAST, ACCOUNTS_LEAST, ACCOUNTS, gone->longest_ms } };
	int64_t after = 0;
	struct ids accounts, free;

	do {
		struct arena_mark mark = arena_mark(cx->mem);

		TRY(old_accounts(cx->db, cx->mem, after, before, ACCOUNTS, &accounts));
		if (accounts.n) {
			after = accounts.v[accounts.n - 1];
			TRY(old_accounts_free(cx->db, cx->mem, accounts, &free));
			TRY(remove_in_slices(cx, &s, free, gone));
		}
		arena_rewind(cx->mem, mark);
		gone->more = accounts.n == ACCOUNTS && until && clock_mono() > until;
	} while (accounts.n == ACCOUNTS && !gone->more);
	gone->longest_ms = s.slice.longest_ms;
	return OK;
}

enum err old_posts_prune(struct ctx *cx, int64_t before, int64_t after, int64_t for_ms, struct old_gone *gone)
{
	int64_t until = for_ms ? clock_mono() + for_ms : 0;

	*gone = (struct old_gone){ .after = after };
	TRY(prune_posts(cx, before, until, gone));
	return gone->more ? OK : prune_accounts(cx, before, until, gone);
}

static enum err go_on(struct ctx *cx, int64_t after)
{
	return job_add(cx, "old_posts", strf(cx->mem, "{\"after\":%lld}", (long long)after), cx->now + RUN_MS + REST_MS,
	               S("old_posts goes on"));
}

enum err old_posts_job(struct ctx *cx, const struct job *job)
{
	int64_t days = cx->app->config ? cx->app->config->keep_remote_days : 0;
	json_t *doc JR_SCOPE = NULL;
	struct old_gone gone;

	TRY(jr_parse(job->args, &doc));
	if (!days)
		return OK;
	TRY(old_posts_prune(cx, cx->now - days * DAY, jr_int(doc, "after", 0), RUN_MS, &gone));
	if (gone.more)
		TRY(go_on(cx, gone.after));
	if (gone.posts || gone.accounts)
		LOG(LOG_INFO, "old posts", LI("posts", gone.posts), LI("accounts", gone.accounts),
		    LI("longest", gone.longest_ms));
	return OK;
}
