/* Posts: https://docs.joinmastodon.org/methods/statuses/ */
#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"
#include "config.h"
#include "core/media.h"
#include "core/status.h"

/* clang-format off */
#define POLL_PARAMS(form)                                           \
	P(form, poll.options, P_STRS, "poll[options]", 500),        \
	P(form, poll.expires_in, P_INT, "poll[expires_in]", 0),     \
	P(form, poll.multiple, P_BOOL, "poll[multiple]", 0),        \
	P(form, poll.hide_totals, P_BOOL, "poll[hide_totals]", 0)
/* clang-format on */

struct post_form {
	struct post_in post;
	int64_t scheduled_at;
	struct poll_in poll;
	bool has_language;
};

static const struct param post_params[] = {
	P(post_form, post.text, P_STR, "status", 1 << 20),
	P(post_form, post.spoiler_text, P_STR, "spoiler_text", 1 << 16),
	P(post_form, post.visibility, P_STR, "visibility", 20),
	P(post_form, post.language, P_STR, "language", 35),
	P(post_form, post.content_type, P_STR, "content_type", 40),
	P(post_form, post.reply_to, P_ID, "in_reply_to_id", 0),
	P(post_form, post.sensitive, P_TRI, "sensitive", 0),
	P(post_form, post.quoted_id, P_ID, "quoted_status_id", 0),
	P(post_form, post.quote_policy, P_STR, "quote_approval_policy", 20),
	P(post_form, post.local_only, P_TRI, "local_only", 0),
	P(post_form, scheduled_at, P_TIME, "scheduled_at", 0),
	P(post_form, post.media, P_IDS, "media_ids", 16),
	P_GIVEN(post_form, post.allowed, P_IDS, "allowed_mentions", 500, post.only_allowed),
	POLL_PARAMS(post_form),
};

/* Mentions of people not known here are looked up first; that waits for the network. */
static enum err bring_in_mentions(struct request *rq, str text, bool *later)
{
	struct strs *unknown = NEW(rq->cx->mem, struct strs);

	*later = false;
	if (rq->resumed)
		return OK;
	TRY(status_handles(rq->cx, text, unknown));
	if (!unknown->n)
		return OK;
	*later = true;
	return rq_later(rq, api_bring_in, unknown);
}

static enum err refuse_names(struct reply *rp, struct ids ids)
{
	struct account_view *who;
	struct jw *w;
	size_t n;

	TRY(account_views(rp->rq->cx, ids, &who, &n));
	rp->status = 422;
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_str(w, "error", rp->rq->cx->said);
	jw_arr(w, "unexpected_accounts");
	for (size_t i = 0; i < n; i++)
		entity_account(w, NULL, &who[i]);
	jw_end(w);
	jw_end(w);
	return OK;
}

static enum err save(struct reply *rp, const struct post_form *in)
{
	int64_t id;

	if (in->scheduled_at)
		return api_schedule(rp, &in->post, in->scheduled_at);
	TRY(status_create(rp->rq->cx, &in->post, &id));
	return reply_status(rp, id);
}

enum err api_status_create(struct request *rq, struct reply *rp)
{
	struct ids unexpected = { 0 };
	struct post_form in = { .post.unexpected = &unexpected };
	bool later;
	enum err e;

	TRY(PARAMS(rq, post_params, &in));
	in.post.poll = in.poll.options.n ? &in.poll : NULL;
	in.post.idempotency_key = str_to(rq_header(rq, "Idempotency-Key"), 200);
	TRY(bring_in_mentions(rq, in.post.text, &later));
	if (later)
		return OK;
	e = save(rp, &in);
	return e == ERR_INVALID && unexpected.n ? refuse_names(rp, unexpected) : e;
}

enum err api_status_show(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	return reply_status(rp, id);
}

struct many_in {
	struct ids ids;
};
static const struct param many_params[] = { P(many_in, ids, P_IDS, "id", 20) };

enum err api_statuses(struct request *rq, struct reply *rp)
{
	struct many_in in = { 0 };

	TRY(PARAMS(rq, many_params, &in));
	return write_statuses(rp, in.ids);
}

struct edit_form {
	struct edit_in edit;
	struct poll_in poll;
	struct media_words words[MEDIA_MOST];
};
static const struct param edit_params[] = {
	P(edit_form, edit.text, P_STR, "status", 1 << 20),
	P(edit_form, edit.spoiler_text, P_STR, "spoiler_text", 1 << 16),
	P(edit_form, edit.language, P_STR, "language", 35),
	P(edit_form, edit.content_type, P_STR, "content_type", 40),
	P(edit_form, edit.sensitive, P_TRI, "sensitive", 0),
	P(edit_form, edit.quote_policy, P_STR, "quote_approval_policy", 20),
	P(edit_form, edit.media, P_IDS, "media_ids", 16),
	POLL_PARAMS(edit_form),
};

static void read_words(struct edit_form *in, struct param_rows *rows, const struct pair *p)
{
	enum { MOST = sizeof(in->words) / sizeof(in->words[0]) };
	struct media_words *w;
	str member;

	if (!param_row(rows, p, &member) || rows->n > MOST)
		return;
	in->edit.words_n = rows->n;
	w = &in->words[rows->n - 1];
	if (str_eq(member, S("id")) && !str_int(p->value, &w->id))
		w->id = 0;
	else if (str_eq(member, S("description")))
		w->description = str_or(p->value, S(""));
	else if (str_eq(member, S("focus")))
		w->focus = p->value;
}

enum err api_status_edit(struct request *rq, struct reply *rp)
{
	struct param_rows rows = { .name = "media_attributes" };
	struct edit_form in = { 0 };
	const struct pair *pairs;
	bool later;
	int64_t id;
	size_t n;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, edit_params, &in));
	TRY(params_all(rq, &pairs, &n));
	for (size_t i = 0; i < n; i++)
		read_words(&in, &rows, &pairs[i]);
	in.edit.words = in.words;
	in.edit.poll = in.poll.options.n ? &in.poll : NULL;
	TRY(bring_in_mentions(rq, in.edit.text, &later));
	if (later)
		return OK;
	TRY(status_edit(rq->cx, id, &in.edit));
	return reply_status(rp, id);
}

struct delete_form {
	bool media;
};
static const struct param delete_params[] = { P(delete_form, media, P_BOOL, "delete_media", 0) };

enum err api_status_delete(struct request *rq, struct reply *rp)
{
	struct delete_form in = { 0 };
	struct status_view was;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, delete_params, &in));
	TRY(status_delete(rq->cx, id, in.media, &was));
	entity_status_deleted(reply_json(rp), &was);
	return OK;
}

static void write_list(struct jw *w, const char *key, const struct status_view *views, size_t n)
{
	jw_arr(w, key);
	for (size_t i = 0; i < n; i++)
		entity_status(w, NULL, &views[i]);
	jw_end(w);
}

enum err api_status_context(struct request *rq, struct reply *rp)
{
	struct status_view *views;
	struct ids up, down, all;
	size_t n, ups = 0;
	struct jw *w;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(status_context(rq->cx, id, &up, &down));
	all = (struct ids){ NEWS(rq->cx->mem, int64_t, up.n + down.n), 0 };
	for (size_t i = 0; i < up.n; i++)
		all.v[all.n++] = up.v[i];
	for (size_t i = 0; i < down.n; i++)
		all.v[all.n++] = down.v[i];
	TRY(status_views(rq->cx, all, &views, &n));
	for (size_t i = 0; i < up.n; i++)
		ups += ups < n && views[ups].s.id == up.v[i];
	TRY(api_refresh_thread(rp, id));
	w = reply_json(rp);
	jw_obj(w, NULL);
	write_list(w, "ancestors", views, ups);
	write_list(w, "descendants", views + ups, n - ups);
	jw_end(w);
	return OK;
}

enum err api_status_history(struct request *rq, struct reply *rp)
{
	struct status_edit *edits;
	struct status_view now;
	struct jw *w;
	int64_t id;
	size_t n;

	TRY(rq_id(rq, 0, &id));
	TRY(status_history(rq->cx, id, &now, &edits, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_status_edit(w, &now, &edits[i]);
	jw_end(w);
	return OK;
}

enum err api_status_source(struct request *rq, struct reply *rp)
{
	struct status s;
	struct jw *w;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(status_source(rq->cx, id, &s));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_id(w, "id", s.id);
	jw_str(w, "text", str_or(s.text, S("")));
	jw_str(w, "spoiler_text", str_or(s.spoiler_text, S("")));
	jw_end(w);
	return OK;
}
