/* Filters: https://docs.joinmastodon.org/methods/filters/ */
#include "core/filter.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"

enum { CHANGES_MOST = 500 };

static enum err reply_filter(struct reply *rp, int64_t id)
{
	struct filter_view v;

	TRY(filter_show(rp->rq->cx, id, &v));
	entity_filter(reply_json(rp), NULL, &v);
	return OK;
}

enum err api_filters(struct request *rq, struct reply *rp)
{
	struct filter_view *v;
	struct jw *w;
	size_t n;

	TRY(filter_list(rq->cx, &v, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_filter(w, NULL, &v[i]);
	jw_end(w);
	return OK;
}

enum err api_filter_show(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	return reply_filter(rp, id);
}

struct filter_form {
	struct filter_in in;
	int whole_word, irreversible; /* of the older API */
	str phrase;
};
#define FILTER_PARAMS \
	P(filter_form, in.contexts, P_STRS, "context", 10), \
	P_GIVEN(filter_form, in.expires_in, P_INT, "expires_in", 0, in.has_expiry)
static const struct param filter_params[] = {
	P(filter_form, in.title, P_STR, "title", 4096),
	P(filter_form, in.action, P_STR, "filter_action", 20),
	FILTER_PARAMS,
};

static bool truth(str value)
{
	return str_ieq(value, S("true")) || str_eq(value, S("1")) || str_eq(value, S("on"));
}

static void keyword_member(struct keyword_in *k, str name, str value)
{
	if (str_eq(name, S("keyword")))
		k->keyword = value;
	else if (str_eq(name, S("whole_word")))
		k->whole_word = truth(value) ? 1 : -1;
	else if (str_eq(name, S("_destroy")))
		k->destroy = truth(value);
	else if (str_eq(name, S("id")) && value.n && (!str_int(value, &k->id) || k->id <= 0))
		k->id = -1;
}

static enum err read_keywords(struct request *rq, struct filter_in *in)
{
	struct param_rows rows = { .name = "keywords_attributes" };
	struct keyword_in *all = NULL;
	const struct pair *pairs;
	str member;
	size_t n;

	TRY(params_all(rq, &pairs, &n));
	for (size_t i = 0; i < n; i++) {
		if (!param_row(&rows, &pairs[i], &member))
			continue;
		if (rows.n > CHANGES_MOST)
			return fail(rq->cx, ERR_INVALID, "Validation failed: keywords_attributes has too many items");
		if (!all)
			all = NEWS(rq->cx->mem, struct keyword_in, CHANGES_MOST);
		keyword_member(&all[rows.n - 1], member, pairs[i].value);
	}
	in->keywords = all;
	in->keywords_n = rows.n;
	return OK;
}

static enum err save(struct request *rq, struct reply *rp, int64_t id)
{
	struct filter_form form = { 0 };

	TRY(PARAMS(rq, filter_params, &form));
	TRY(read_keywords(rq, &form.in));
	TRY(filter_save(rq->cx, id, &form.in, &id));
	return reply_filter(rp, id);
}

enum err api_filter_create(struct request *rq, struct reply *rp)
{
	return save(rq, rp, 0);
}

enum err api_filter_update(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	return save(rq, rp, id);
}

static enum err remove_by_id(struct request *rq, struct reply *rp, enum err (*fn)(struct ctx *, int64_t))
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(fn(rq->cx, id));
	reply_empty(rp);
	return OK;
}

enum err api_filter_delete(struct request *rq, struct reply *rp)
{
	return remove_by_id(rq, rp, filter_delete);
}

/* --- keywords of a filter */

enum err api_filter_keywords(struct request *rq, struct reply *rp)
{
	struct filter_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(filter_show(rq->cx, id, &v));
	entity_filter_keywords(reply_json(rp), NULL, &v);
	return OK;
}

static const struct param keyword_params[] = {
	P(keyword_in, keyword, P_STR, "keyword", 8192),
	P(keyword_in, whole_word, P_TRI, "whole_word", 0),
};

static enum err save_keyword(struct request *rq, struct reply *rp, int64_t filter_id, int64_t id)
{
	struct keyword_in in = { .id = id };
	struct filter_keyword k;

	TRY(PARAMS(rq, keyword_params, &in));
	TRY(filter_keyword_save(rq->cx, filter_id, &in, &k));
	entity_filter_keyword(reply_json(rp), NULL, &k);
	return OK;
}

enum err api_filter_keyword_create(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	return save_keyword(rq, rp, id, 0);
}

enum err api_filter_keyword_update(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	return save_keyword(rq, rp, 0, id);
}

enum err api_filter_keyword_show(struct request *rq, struct reply *rp)
{
	struct filter_keyword k;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(filter_keyword_show(rq->cx, id, &k));
	entity_filter_keyword(reply_json(rp), NULL, &k);
	return OK;
}

static enum err delete_keyword(struct ctx *cx, int64_t id)
{
	return filter_keyword_delete(cx, id, false);
}

enum err api_filter_keyword_delete(struct request *rq, struct reply *rp)
{
	return remove_by_id(rq, rp, delete_keyword);
}

/* --- posts of a filter */

enum err api_filter_statuses(struct request *rq, struct reply *rp)
{
	struct filter_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(filter_show(rq->cx, id, &v));
	entity_filter_statuses(reply_json(rp), NULL, &v);
	return OK;
}

struct status_in {
	int64_t status_id;
};
static const struct param status_params[] = { P(status_in, status_id, P_ID, "status_id", 0) };

enum err api_filter_status_create(struct request *rq, struct reply *rp)
{
	struct status_in in = { 0 };
	struct filter_status s;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, status_params, &in));
	TRY(filter_status_add(rq->cx, id, in.status_id, &s));
	entity_filter_status(reply_json(rp), NULL, &s);
	return OK;
}

enum err api_filter_status_show(struct request *rq, struct reply *rp)
{
	struct filter_status s;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(filter_status_show(rq->cx, id, &s));
	entity_filter_status(reply_json(rp), NULL, &s);
	return OK;
}

enum err api_filter_status_delete(struct request *rq, struct reply *rp)
{
	return remove_by_id(rq, rp, filter_status_delete);
}

/* --- the older API: each keyword is a filter */

enum err api_filters_v1(struct request *rq, struct reply *rp)
{
	struct filter_view *v;
	struct jw *w;
	size_t n;

	TRY(filter_list(rq->cx, &v, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < v[i].keywords_n; k++)
			entity_filter_v1(w, NULL, &v[i].f, &v[i].keywords[k]);
	jw_end(w);
	return OK;
}

static enum err reply_v1(struct reply *rp, int64_t keyword_id)
{
	struct filter_keyword k;
	struct filter_view v;

	TRY(filter_keyword_show(rp->rq->cx, keyword_id, &k));
	TRY(filter_show(rp->rq->cx, k.filter_id, &v));
	entity_filter_v1(reply_json(rp), NULL, &v.f, &k);
	return OK;
}

enum err api_filter_v1_show(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	return reply_v1(rp, id);
}

static const struct param v1_params[] = {
	P(filter_form, phrase, P_STR, "phrase", 8192),
	P(filter_form, whole_word, P_TRI, "whole_word", 0),
	P(filter_form, irreversible, P_TRI, "irreversible", 0),
	FILTER_PARAMS,
};

static enum err read_v1(struct request *rq, struct filter_form *form, struct keyword_in *k)
{
	TRY(PARAMS(rq, v1_params, form));
	k->keyword = form->phrase;
	k->whole_word = form->whole_word;
	form->in.keywords = k;
	form->in.keywords_n = 1;
	if (form->irreversible)
		form->in.action = form->irreversible > 0 ? S("hide") : S("warn");
	return OK;
}

enum err api_filter_v1_create(struct request *rq, struct reply *rp)
{
	struct filter_form form = { .phrase = S("") };
	struct keyword_in k = { 0 };
	struct filter_view v;
	int64_t id;

	TRY(read_v1(rq, &form, &k));
	if (!str_trim(form.phrase).n)
		return fail(rq->cx, ERR_INVALID, "Validation failed: Phrase can't be blank");
	form.in.title = str_head_runes(form.phrase, 256);
	TRY(filter_save(rq->cx, 0, &form.in, &id));
	TRY(filter_show(rq->cx, id, &v));
	entity_filter_v1(reply_json(rp), NULL, &v.f, v.keywords);
	return OK;
}

/* What is said of one keyword holds for the whole filter: so it may only be changed where there is no other. */
enum err api_filter_v1_update(struct request *rq, struct reply *rp)
{
	struct filter_form form = { .phrase = STR_NONE };
	struct keyword_in in = { 0 };
	struct filter_keyword k;
	struct filter_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(filter_keyword_show(rq->cx, id, &k));
	TRY(filter_show(rq->cx, k.filter_id, &v));
	in.id = id;
	TRY(read_v1(rq, &form, &in));
	if (v.keywords_n > 1 && (form.in.contexts.v || form.in.has_expiry || form.irreversible))
		return fail(rq->cx, ERR_INVALID,
		            "These parameters cannot be changed from this application because they apply to more than one "
		            "filter keyword. Use a more recent application or the web interface.");
	TRY(filter_save(rq->cx, v.f.id, &form.in, &v.f.id));
	return reply_v1(rp, id);
}

static enum err delete_v1(struct ctx *cx, int64_t id)
{
	return filter_keyword_delete(cx, id, true);
}

enum err api_filter_v1_delete(struct request *rq, struct reply *rp)
{
	return remove_by_id(rq, rp, delete_v1);
}
