/* A post for later is kept as the client sent it, and written by a job when its time has come, as if it was sent then. */
#include "core/scheduled.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "core/account.h"
#include "core/job.h"
#include "core/media.h"
#include "core/paging.h"
#include "core/site.h"
#include "store/shown.h"

enum { SOONEST_MS = 5 * MINUTE,
       USUAL = 20,
       MOST = 40,
       PARAMS_MAX = 4 << 20 };

static void write_poll(struct jw *w, const struct poll_in *poll)
{
	if (!poll) {
		jw_null(w, "poll");
		return;
	}
	jw_obj(w, "poll");
	jw_arr(w, "options");
	for (size_t i = 0; i < poll->options.n; i++)
		jw_str(w, NULL, poll->options.v[i]);
	jw_end(w);
	jw_int(w, "expires_in", poll->expires_in);
	jw_bool(w, "multiple", poll->multiple);
	jw_bool(w, "hide_totals", poll->hide_totals);
	jw_end(w);
}

static void write_ids(struct jw *w, const char *key, struct ids ids)
{
	if (!ids.n) {
		jw_null(w, key);
		return;
	}
	jw_arr(w, key);
	for (size_t i = 0; i < ids.n; i++)
		jw_id(w, NULL, ids.v[i]);
	jw_end(w);
}

static str params_of(struct ctx *cx, const struct post_in *in)
{
	struct jw w;

	jw_init(&w, cx->mem, PARAMS_MAX);
	jw_obj(&w, NULL);
	jw_str(&w, "text", str_or(in->text, S("")));
	write_poll(&w, in->poll);
	write_ids(&w, "media_ids", in->media);
	if (in->sensitive)
		jw_bool(&w, "sensitive", in->sensitive > 0);
	else
		jw_null(&w, "sensitive");
	if (in->local_only)
		jw_bool(&w, "local_only", in->local_only > 0);
	else
		jw_null(&w, "local_only");
	jw_str(&w, "spoiler_text", in->spoiler_text.n ? in->spoiler_text : STR_NONE);
	jw_str(&w, "visibility", str_or(in->visibility, str_or(cx->me->default_privacy, S("public"))));
	jw_id(&w, "in_reply_to_id", in->reply_to);
	jw_str(&w, "language", in->language.n ? in->language : STR_NONE);
	jw_str(&w, "content_type", in->content_type.n ? in->content_type : STR_NONE);
	jw_id(&w, "quoted_status_id", in->quoted_id);
	if (in->quote_policy.n)
		jw_str(&w, "quote_approval_policy", in->quote_policy);
	jw_id(&w, "application_id", cx->app_id);
	jw_null(&w, "scheduled_at");
	jw_str(&w, "idempotency", in->idempotency_key.n ? in->idempotency_key : STR_NONE);
	jw_bool(&w, "with_rate_limit", false);
	jw_end(&w);
	return jw_done(&w);
}

static struct poll_in *read_poll(struct ctx *cx, const json_t *doc)
{
	const json_t *options = jr_get(doc, "options");
	struct poll_in *poll;

	if (!doc)
		return NULL;
	poll = NEW(cx->mem, struct poll_in);
	poll->options.v = NEWS(cx->mem, str, jr_len(options));
	for (size_t i = 0; i < jr_len(options); i++)
		poll->options.v[poll->options.n++] = jr_text(jr_at(options, i));
	poll->expires_in = jr_int(doc, "expires_in", 0);
	poll->multiple = jr_bool(doc, "multiple", false);
	poll->hide_totals = jr_bool(doc, "hide_totals", false);
	return poll;
}

static int64_t id_in(const json_t *doc, const char *key)
{
	int64_t id = 0;

	str_int(jr_str(doc, key), &id);
	return id;
}

static struct ids read_ids(struct ctx *cx, const json_t *list)
{
	struct ids ids = { NEWS(cx->mem, int64_t, jr_len(list)), 0 };

	for (size_t i = 0; i < jr_len(list); i++)
		if (str_int(jr_text(jr_at(list, i)), &ids.v[ids.n]))
			ids.n++;
	return ids;
}

/* Borrows from doc. */
static void read_params(struct ctx *cx, const json_t *doc, struct post_in *in)
{
	*in = (struct post_in){
		.text = jr_str(doc, "text"),
		.spoiler_text = jr_str(doc, "spoiler_text"),
		.visibility = jr_str(doc, "visibility"),
		.language = jr_str(doc, "language"),
		.content_type = jr_str(doc, "content_type"),
		.quote_policy = jr_str(doc, "quote_approval_policy"),
		.reply_to = id_in(doc, "in_reply_to_id"),
		.quoted_id = id_in(doc, "quoted_status_id"),
		.poll = read_poll(cx, jr_get(doc, "poll")),
		.media = read_ids(cx, jr_get(doc, "media_ids")),
	};
	if (jr_get(doc, "local_only"))
		in->local_only = jr_bool(doc, "local_only", false) ? 1 : -1;
	if (jr_get(doc, "sensitive"))
		in->sensitive = jr_bool(doc, "sensitive", false) ? 1 : -1;
}

/* A job for each time that was set; only the one of the time in force does something. */
static enum err plan(struct ctx *cx, const struct scheduled *s)
{
	str args = strf(cx->mem, "{\"id\":\"%lld\",\"at\":\"%lld\"}", (long long)s->id, (long long)s->scheduled_at);

	return job_add(cx, "publish", args, s->scheduled_at, str_cat(cx->mem, S("publish "), args));
}

static enum err time_ok(struct ctx *cx, int64_t at)
{
	if (at < cx->now + SOONEST_MS)
		return fail(cx, ERR_INVALID, "Validation failed: Scheduled at date must be in the future");
	return OK;
}

static enum err room_for(struct ctx *cx, int64_t at)
{
	int64_t day = at / DAY * DAY, all, that_day;

	TRY(scheduled_count(cx->db, cx->me->id, day, day + DAY, &all, &that_day));
	if (all >= SCHEDULED_MOST)
		return fail(cx, ERR_INVALID, "Validation failed: You have exceeded the limit of %d scheduled posts",
		            SCHEDULED_MOST);
	if (that_day >= SCHEDULED_MOST_A_DAY)
		return fail(cx, ERR_INVALID, "Validation failed: You have exceeded the limit of %d scheduled posts for that day",
		            SCHEDULED_MOST_A_DAY);
	return OK;
}

struct adding {
	const struct post_in *in;
	struct scheduled *s;
};

static enum err add(struct ctx *cx, void *arg)
{
	const struct adding *a = arg;
	int64_t id = a->s->id;

	if (a->in->idempotency_key.n) {
		TRY(idempotency_take(cx->db, cx->me->id, a->in->idempotency_key, cx->now, cx->now - HOUR, &id));
		if (id != a->s->id)
			return scheduled_get(cx->db, cx->mem, cx->me->id, id, a->s);
	}
	TRY(room_for(cx, a->s->scheduled_at));
	TRY(scheduled_insert(cx->db, a->s));
	TRY(media_hang(cx, a->s->id, a->in->media));
	return plan(cx, a->s);
}

enum err scheduled_add(struct ctx *cx, const struct post_in *in, int64_t at, struct scheduled *made)
{
	struct post_in kept = *in;
	struct adding a = { &kept, made };

	TRY(time_ok(cx, at));
	TRY(status_check(cx, in));
	TRY(media_for_post(cx, 0, in->poll != NULL, &kept.media));
	*made = (struct scheduled){ id_new(), cx->me->id, cx->app_id, at, params_of(cx, &kept), cx->now };
	if (str_none(made->params))
		return fail(cx, ERR_INVALID, "Validation failed: The post is too long");
	return write_tx(cx, add, &a);
}

enum err scheduled_find(struct ctx *cx, int64_t id, struct scheduled *s)
{
	return scheduled_get(cx->db, cx->mem, cx->me->id, id, s);
}

enum err scheduled_list(struct ctx *cx, const struct page *p, struct scheduled **out, size_t *n)
{
	struct span sp = span_of(p, USUAL, MOST);
	struct db_rows rows;

	TRY(scheduled_page(cx->db, cx->mem, cx->me->id, &sp, &rows));
	span_turn_rows(&sp, &rows, sizeof(struct scheduled));
	*out = rows.p;
	*n = rows.n;
	return OK;
}

enum err scheduled_media(struct ctx *cx, const struct scheduled *list, size_t n, struct attachment **out, size_t *out_n)
{
	struct ids ids = { NEWS(cx->mem, int64_t, n), n };
	struct db_rows rows = { 0 };

	for (size_t i = 0; i < n; i++)
		ids.v[i] = list[i].id;
	TRY(shown_media(cx->db, cx->mem, db_id_list(cx->mem, ids), &rows));
	*out = rows.p;
	*out_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		media_place(cx->mem, cx->site->base, &(*out)[i]);
	return OK;
}

static enum err move(struct ctx *cx, void *arg)
{
	struct scheduled *s = arg;
	int64_t at = s->scheduled_at;

	TRY(scheduled_get(cx->db, cx->mem, cx->me->id, s->id, s));
	s->scheduled_at = at;
	TRY(scheduled_set_time(cx->db, s->id, at));
	return plan(cx, s);
}

enum err scheduled_move(struct ctx *cx, int64_t id, int64_t at, struct scheduled *s)
{
	TRY(scheduled_find(cx, id, s));
	TRY(time_ok(cx, at));
	s->scheduled_at = at;
	return write_tx(cx, move, s);
}

static enum err cancel(struct ctx *cx, void *arg)
{
	const int64_t *id = arg;
	struct scheduled s;
	bool was;

	if (cx->me)
		TRY(scheduled_get(cx->db, cx->mem, cx->me->id, *id, &s));
	TRY(media_detach(cx->db, *id, cx->now));
	return scheduled_delete(cx->db, *id, &was);
}

enum err scheduled_cancel(struct ctx *cx, int64_t id)
{
	return write_tx(cx, cancel, &id);
}

/* The key makes it one post, however often the job is begun. */
static enum err publish(struct ctx *cx, const struct scheduled *s, const struct account *by)
{
	json_t *doc JR_SCOPE = NULL;
	struct post_in in;
	int64_t id;
	enum err e = jr_parse(s->params, &doc);

	if (e)
		return e;
	read_params(cx, doc, &in);
	in.scheduled_id = s->id;
	in.idempotency_key = strf(cx->mem, "scheduled %lld", (long long)s->id);
	cx->me = by;
	cx->site = site_by_id(cx->app, by->site_id);
	cx->app_id = s->app_id;
	e = status_create(cx, &in, &id);
	cx->me = NULL;
	return e;
}

enum err scheduled_job_publish(struct ctx *cx, const struct job *job)
{
	json_t *args JR_SCOPE = NULL;
	struct scheduled s;
	struct account by;
	enum err e;

	if (jr_parse(job->args, &args))
		return ERR_INVALID;
	e = scheduled_get(cx->db, cx->mem, 0, id_in(args, "id"), &s);
	if (e || s.scheduled_at != id_in(args, "at"))
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(account_by_id(cx, s.account_id, &by));
	if (!by.deleted_at && !by.suspended_at)
		e = publish(cx, &s, &by);
	if (e == ERR_BUSY || e == ERR_INTERNAL)
		return e;
	if (e) /* what it answers or quotes is gone, or it is too long by now */
		LOG(LOG_WARN, "publish", LI("id", s.id), LS("code", str_of(err_name(e))), LS("why", str_or(cx->said, S(""))));
	return scheduled_cancel(cx, s.id);
}
