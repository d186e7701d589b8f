/* As Mastodon's AccountStatusesCleanupPolicy: the same choices and limits. Each deletion goes to other servers, so there are
 * few a minute. A round goes through an account's old posts once, from after_id on, so that what is kept is not looked at again
 * for each few that go. */
#include "core/cleanup.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/json.h"
#include "core/account.h"
#include "core/job.h"
#include "core/status.h"

enum { ACCOUNTS = 50, PER_ACCOUNT = 5, PER_RUN = 300, MOST_COUNT = 1000000, DEFAULT_AGE = 1 };

#define OF(member) offsetof(struct cleanup_policy, member)
const struct cleanup_setting cleanup_settings[CLEANUP_SETTINGS] = {
	{ "enabled", "Delete my old posts and boosts", CLEANUP_SWITCH, OF(enabled) },
	{ "min_status_age", "When they are older than", CLEANUP_AGE, OF(min_age) },
	{ "keep_direct", "Keep private messages", CLEANUP_SWITCH, OF(keep_direct) },
	{ "keep_pinned", "Keep pinned posts", CLEANUP_SWITCH, OF(keep_pinned) },
	{ "keep_polls", "Keep polls", CLEANUP_SWITCH, OF(keep_polls) },
	{ "keep_media", "Keep posts with pictures, video or sound", CLEANUP_SWITCH, OF(keep_media) },
	{ "keep_self_fav", "Keep posts I favourited", CLEANUP_SWITCH, OF(keep_self_fav) },
	{ "keep_self_bookmark", "Keep posts I bookmarked", CLEANUP_SWITCH, OF(keep_self_bookmark) },
	{ "min_favs", "Keep posts favourited at least so many times", CLEANUP_COUNT, OF(min_favs) },
	{ "min_reblogs", "Keep posts boosted at least so many times", CLEANUP_COUNT, OF(min_reblogs) },
};

/* A month and a year are the mean ones. */
#define MEAN_YEAR (int64_t)(365.2425 * DAY)
const struct cleanup_age cleanup_ages[CLEANUP_AGES] = {
	{ "1w", "1 week", 7 * (int64_t)DAY },
	{ "2w", "2 weeks", 14 * (int64_t)DAY },
	{ "1m", "1 month", MEAN_YEAR / 12 },
	{ "2m", "2 months", MEAN_YEAR / 6 },
	{ "3m", "3 months", MEAN_YEAR / 4 },
	{ "6m", "6 months", MEAN_YEAR / 2 },
	{ "1y", "1 year", MEAN_YEAR },
	{ "2y", "2 years", MEAN_YEAR * 2 },
};

enum err cleanup_get(struct ctx *cx, int64_t account_id, struct cleanup_policy *p)
{
	enum err e = cleanups_get(cx->db, cx->mem, account_id, p);

	if (e == ERR_NOT_FOUND)
		*p = (struct cleanup_policy){
			.account_id = account_id, .min_age = cleanup_ages[DEFAULT_AGE].ms, .keep_direct = true,
			.keep_pinned = true, .keep_self_fav = true, .keep_self_bookmark = true,
		};
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err take_switch(struct ctx *cx, const char *name, str value, bool *into)
{
	*into = str_eq(value, S("yes"));
	return *into || str_eq(value, S("no")) ? OK : fail(cx, ERR_INVALID, "%s is yes or no", name);
}

static enum err take_age(struct ctx *cx, const char *name, str value, int64_t *into)
{
	for (size_t i = 0; i < CLEANUP_AGES; i++) {
		*into = cleanup_ages[i].ms;
		if (str_eq(value, str_of(cleanup_ages[i].name)))
			return OK;
	}
	return fail(cx, ERR_INVALID, "%s is 1w, 2w, 1m, 2m, 3m, 6m, 1y or 2y", name);
}

static enum err take_count(struct ctx *cx, const char *name, str value, int64_t *into)
{
	*into = 0;
	if (value.n && (!str_int(value, into) || *into < 1 || *into > MOST_COUNT))
		return fail(cx, ERR_INVALID, "%s is a number from 1 to %d, or nothing", name, MOST_COUNT);
	return OK;
}

enum err cleanup_take(struct ctx *cx, struct cleanup_policy *p, str name, str value)
{
	struct buf names = buf_new(cx->mem, 1000);

	value = str_trim(value);
	for (size_t i = 0; i < CLEANUP_SETTINGS; i++) {
		const struct cleanup_setting *s = &cleanup_settings[i];
		void *into = (char *)p + s->at;

		buf_addf(&names, i ? ", %s" : "%s", s->name);
		if (!str_eq(name, str_of(s->name)))
			continue;
		if (s->kind == CLEANUP_SWITCH)
			return take_switch(cx, s->name, value, into);
		return s->kind == CLEANUP_AGE ? take_age(cx, s->name, value, into) : take_count(cx, s->name, value, into);
	}
	return fail(cx, ERR_INVALID, "There is no \"%.*s\"; there are: %.*s", STR_F(str_to(name, 100)), STR_F(buf_str(&names)));
}

str cleanup_text(struct arena *mem, const struct cleanup_policy *p, const struct cleanup_setting *s)
{
	const void *at = (const char *)p + s->at;

	if (s->kind == CLEANUP_SWITCH)
		return *(const bool *)at ? S("yes") : S("no");
	if (s->kind == CLEANUP_COUNT)
		return *(const int64_t *)at ? strf(mem, "%lld", (long long)*(const int64_t *)at) : S("");
	for (size_t i = 0; i < CLEANUP_AGES; i++)
		if (cleanup_ages[i].ms == *(const int64_t *)at)
			return str_of(cleanup_ages[i].name);
	return S("");
}

/* --- the job */

static enum err go_on(struct ctx *cx, int64_t after, int64_t due)
{
	struct jw w;

	jw_init(&w, cx->mem, 100);
	jw_obj(&w, NULL);
	jw_int(&w, "after", after);
	jw_end(&w);
	return job_add(cx, "cleanup", jw_done(&w), due, S("cleanup goes on"));
}

static enum err put(struct ctx *cx, void *arg)
{
	const struct cleanup_policy *p = arg;

	TRY(cleanups_put(cx->db, p));
	return p->enabled ? go_on(cx, 0, cx->now) : OK;
}

enum err cleanup_put(struct ctx *cx, struct cleanup_policy *p)
{
	return write_tx(cx, put, p);
}

/* Whether it may go is asked in the same transaction: its author may just have pinned it. */
static enum err remove_one(struct ctx *cx, void *arg)
{
	int64_t id = *(int64_t *)arg;
	struct ids still;

	TRY(cleanups_posts(cx->db, cx->mem, cx->me->id, id - 1, id + 1, 1, &still));
	return still.n ? status_remove(cx, id) : OK;
}

static enum err set_after(struct ctx *cx, void *arg)
{
	return cleanups_set_after(cx->db, cx->me->id, *(int64_t *)arg);
}

/* Some of one account; *more: there may be others. */
static enum err clean(struct ctx *cx, const struct cleanup_policy *p, int64_t *gone, bool *more)
{
	int64_t before = id_at(cx->now - p->min_age), after = 0;
	struct account me;
	struct ids posts;

	TRY(account_by_id(cx, p->account_id, &me));
	cx->me = &me;
	TRY(cleanups_posts(cx->db, cx->mem, me.id, p->after_id, before, PER_ACCOUNT, &posts));
	for (size_t i = 0; i < posts.n; i++)
		TRY(write_tx(cx, remove_one, &posts.v[i]));
	if (posts.n == PER_ACCOUNT) {
		after = posts.v[posts.n - 1];
		*more = true;
	}
	*gone += (int64_t)posts.n;
	return after == p->after_id ? OK : write_tx(cx, set_after, &after);
}

static enum err run(struct ctx *cx, int64_t *after, int64_t *gone, bool *more)
{
	struct db_rows rows;

	do {
		struct arena_mark mark = arena_mark(cx->mem);
		const struct cleanup_policy *p;

		TRY(cleanups_enabled(cx->db, cx->mem, *after, ACCOUNTS, &rows));
		p = rows.p;
		for (size_t i = 0; i < rows.n && *gone < PER_RUN; i++) {
			enum err e = clean(cx, &p[i], gone, more);

			cx->me = NULL;
			TRY(e);
			*after = p[i].account_id;
		}
		arena_rewind(cx->mem, mark);
	} while (rows.n == ACCOUNTS && *gone < PER_RUN);
	if (*gone < PER_RUN)
		*after = 0;
	return OK;
}

enum err cleanup_job(struct ctx *cx, const struct job *job)
{
	json_t *doc JR_SCOPE = NULL;
	int64_t after, gone = 0;
	bool more = false;

	TRY(jr_parse(job->args, &doc));
	after = jr_int(doc, "after", 0);
	TRY(run(cx, &after, &gone, &more));
	return more || after ? go_on(cx, after, cx->now + MINUTE) : OK;
}
