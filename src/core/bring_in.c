/* Why a server of one person is not empty: what others know is asked for when somebody looks, not too often. */
#include "core/bring_in.h"

#include "base/clock.h"
#include "base/json.h"
#include "config.h"
#include "core/job.h"
#include "core/timeline.h"
#include "store/audience.h"
#include "store/reacts.h"

enum {
	COOL_MS = 15 * MINUTE,    /* a thread is completed once in so long */
	RUNNING_MS = 10 * MINUTE, /* after that it is taken for dead */
	FRESH_MS = 5 * MINUTE,    /* a remote post is left alone so long: replies come by themselves */
	COUNT_MOST = 1000000000,
};

static str args_of(struct ctx *cx, const char *a, int64_t x, const char *b, int64_t y)
{
	struct jw w;

	jw_init(&w, cx->mem, 256);
	jw_obj(&w, NULL);
	jw_id(&w, a, x);
	if (b)
		jw_id(&w, b, y);
	jw_end(&w);
	return jw_done(&w);
}

/* --- accounts */

static enum err ask_backfill(struct ctx *cx, void *arg)
{
	int64_t id = *(int64_t *)arg;

	struct account a;

	TRY(account_by_id(cx, id, &a));
	TRY(backfills_put(cx->db, id, cx->now));
	return job_add_for(cx, "backfill", args_of(cx, "account", id, NULL, 0), a.host,
	                   strf(cx->mem, "backfill %lld", (long long)id));
}

enum err backfill_ask(struct ctx *cx, int64_t account_id, int64_t not_again_ms)
{
	const struct config *config = cx->app->config;
	struct account a;
	int64_t at = 0;

	if (!config || (!config->backfill_posts && !config->backfill_pins))
		return OK;
	TRY(backfills_at(cx->db, account_id, &at));
	if (at && cx->now - at < not_again_ms)
		return OK;
	TRY(account_by_id(cx, account_id, &a));
	if (account_is_local(&a) || a.deleted_at || a.suspended_at || str_empty(a.outbox))
		return OK;
	return write_tx(cx, ask_backfill, &account_id);
}

static enum err ask_profile(struct ctx *cx, void *arg)
{
	const struct account *a = arg;

	return job_add_for(cx, "profile", args_of(cx, "account", a->id, NULL, 0), a->host,
	                   strf(cx->mem, "profile %lld", (long long)a->id));
}

enum err profile_ask(struct ctx *cx, int64_t account_id, int64_t older_ms)
{
	struct account a;

	TRY(account_by_id(cx, account_id, &a));
	if (account_is_local(&a) || a.deleted_at || cx->now - a.fetched_at < older_ms)
		return OK;
	return write_tx(cx, ask_profile, &a);
}

struct filled {
	int64_t account_id;
	const struct ids *pins;
};

static enum err set_pins(struct ctx *cx, const struct filled *f)
{
	struct ids before = { 0 };
	bool changed;

	TRY(pins_of(cx->db, cx->mem, f->account_id, &before));
	for (size_t i = 0; i < before.n; i++)
		if (!ids_has(*f->pins, before.v[i]))
			TRY(pins_set(cx->db, id_new(), f->account_id, before.v[i], false, &changed));
	for (size_t i = 0; i < f->pins->n; i++)
		TRY(pins_set(cx->db, id_new(), f->account_id, f->pins->v[i], true, &changed));
	return OK;
}

static enum err fill(struct ctx *cx, void *arg)
{
	const struct filled *f = arg;
	struct ids followers = { 0 };

	if (f->pins)
		TRY(set_pins(cx, f));
	TRY(audience_followers(cx->db, cx->mem, f->account_id, &followers));
	for (size_t i = 0; i < followers.n; i++)
		TRY(timeline_merge(cx, followers.v[i], f->account_id));
	return OK;
}

enum err backfill_done(struct ctx *cx, int64_t account_id, const struct ids *pins)
{
	struct filled f = { account_id, pins };

	return write_tx(cx, fill, &f);
}

/* --- threads */

static bool open_to_all(const struct status *s)
{
	return str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));
}

/* Is there somebody to ask? */
static enum err worth_asking(struct ctx *cx, const struct status *s, bool *is)
{
	struct db_rows remote = { 0 };

	*is = false;
	if (!open_to_all(s) || s->deleted_at || s->reblog_of_id || (!s->site_id && cx->now - s->created_at < FRESH_MS))
		return OK;
	TRY(threads_remote(cx->db, cx->mem, s->thread_id, 1, &remote));
	*is = remote.n > 0;
	return OK;
}

struct asking {
	const struct status *s;
	struct refresh *r;
};

static enum err ask_refresh(struct ctx *cx, void *arg)
{
	struct asking *a = arg;

	*a->r = (struct refresh){ .id = id_new(), .thread_id = a->s->thread_id, .began_at = cx->now };
	TRY(refreshes_put(cx->db, a->r));
	return job_add(cx, "thread", args_of(cx, "status", a->s->id, "refresh", a->r->id), cx->now, STR_NONE);
}

enum err refresh_ask(struct ctx *cx, int64_t status_id, struct refresh *r)
{
	struct status s;
	struct asking a = { &s, r };
	bool is;
	enum err e;

	*r = (struct refresh){ 0 };
	TRY(status_by_id(cx, status_id, &s));
	e = refreshes_by_thread(cx->db, cx->mem, s.thread_id, r);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (!e && !r->ended_at && cx->now - r->began_at < RUNNING_MS)
		return OK;
	if (!e && cx->now - r->began_at < COOL_MS) {
		r->id = 0;
		return OK;
	}
	r->id = 0;
	TRY(worth_asking(cx, &s, &is));
	return is ? write_tx(cx, ask_refresh, &a) : OK;
}

enum err refresh_by_id(struct ctx *cx, int64_t id, struct refresh *r)
{
	return refreshes_by_id(cx->db, cx->mem, id, r);
}

struct noting {
	struct refresh r;
	int64_t thread_id;
};

static enum err note(struct ctx *cx, void *arg)
{
	struct noting *n = arg;
	struct refresh moved = n->r;

	TRY(refreshes_found(cx->db, n->r.id, n->r.found, n->r.ended_at));
	if (!n->thread_id || n->thread_id == n->r.thread_id)
		return OK;
	moved.id = id_new();
	moved.thread_id = n->thread_id;
	return refreshes_put(cx->db, &moved);
}

enum err refresh_note(struct ctx *cx, const struct refresh *r, int64_t status_id, bool ended)
{
	struct noting n = { .r = *r };
	struct status s;

	n.r.ended_at = ended ? clock_now() : 0;
	if (ended && !status_by_id(cx, status_id, &s))
		n.thread_id = s.thread_id;
	return write_tx(cx, note, &n);
}

enum err refresh_known(struct ctx *cx, int64_t thread_id, int64_t n, struct db_rows *out)
{
	return threads_remote(cx->db, cx->mem, thread_id, n, out);
}

enum err thread_public(struct ctx *cx, int64_t thread_id, int64_t after, int64_t n, struct db_rows *out)
{
	return threads_public(cx->db, cx->mem, thread_id, after, n, out);
}

/* --- counts */

struct counting {
	int64_t id;
	struct origin_counts c;
};

static enum err put_counts(struct ctx *cx, void *arg)
{
	struct counting *c = arg;

	return origin_counts_put(cx->db, c->id, &c->c);
}

static int64_t clamp(int64_t n)
{
	return n < 0 ? 0 : n > COUNT_MOST ? COUNT_MOST
	                                  : n;
}

enum err status_origin_counts(struct ctx *cx, int64_t status_id, const struct origin_counts *c)
{
	struct counting n = { status_id, { clamp(c->replies), clamp(c->reblogs), clamp(c->favourites) } };

	if (c->replies <= 0 && c->reblogs <= 0 && c->favourites <= 0)
		return OK;
	return write_tx(cx, put_counts, &n);
}

enum err thread_own(struct ctx *cx, const struct status *s, struct strs *uris)
{
	enum { MOST = 5 };
	struct db_rows rows = { 0 };

	if (s->replies_count)
		TRY(threads_own(cx->db, cx->mem, s->id, s->account_id, MOST, &rows));
	*uris = (struct strs){ NEWS(cx->mem, str, rows.n + 1), 0 };
	for (size_t i = 0; i < rows.n; i++)
		uris->v[uris->n++] = ((const struct thread_uri *)rows.p)[i].uri;
	return OK;
}
