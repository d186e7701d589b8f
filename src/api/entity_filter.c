/* Filter, FilterKeyword, FilterStatus, FilterResult and the older V1::Filter. */
#include "api/entity.h"

static void contexts(struct jw *w, int64_t bits)
{
	static const char *const names[] = FILTER_CONTEXTS;

	jw_arr(w, "context");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bits & (1 << i))
			jw_lit(w, NULL, names[i]);
	jw_end(w);
}

static void members(struct jw *w, const struct filter *f)
{
	jw_id(w, "id", f->id);
	jw_str(w, "title", f->title);
	contexts(w, f->contexts);
	jw_time(w, "expires_at", f->expires_at);
	jw_str(w, "filter_action", f->action);
}

void entity_filter_keyword(struct jw *w, const char *key, const struct filter_keyword *k)
{
	jw_obj(w, key);
	jw_id(w, "id", k->id);
	jw_str(w, "keyword", k->keyword);
	jw_bool(w, "whole_word", k->whole_word);
	jw_end(w);
}

void entity_filter_status(struct jw *w, const char *key, const struct filter_status *s)
{
	jw_obj(w, key);
	jw_id(w, "id", s->id);
	jw_id(w, "status_id", s->status_id);
	jw_end(w);
}

void entity_filter_keywords(struct jw *w, const char *key, const struct filter_view *v)
{
	jw_arr(w, key);
	for (size_t i = 0; i < v->keywords_n; i++)
		entity_filter_keyword(w, NULL, &v->keywords[i]);
	jw_end(w);
}

void entity_filter_statuses(struct jw *w, const char *key, const struct filter_view *v)
{
	jw_arr(w, key);
	for (size_t i = 0; i < v->statuses_n; i++)
		entity_filter_status(w, NULL, &v->statuses[i]);
	jw_end(w);
}

void entity_filter(struct jw *w, const char *key, const struct filter_view *v)
{
	jw_obj(w, key);
	members(w, &v->f);
	entity_filter_keywords(w, "keywords", v);
	entity_filter_statuses(w, "statuses", v);
	jw_end(w);
}

void entity_filter_result(struct jw *w, const char *key, const struct filter_hit *h, int64_t status_id)
{
	jw_obj(w, key);
	jw_obj(w, "filter");
	members(w, &h->f);
	jw_end(w);
	if (h->keywords.n) {
		jw_arr(w, "keyword_matches");
		for (size_t i = 0; i < h->keywords.n; i++)
			jw_str(w, NULL, h->keywords.v[i]);
		jw_end(w);
	} else {
		jw_null(w, "keyword_matches");
	}
	if (h->status) {
		jw_arr(w, "status_matches");
		jw_id(w, NULL, status_id);
		jw_end(w);
	} else {
		jw_null(w, "status_matches");
	}
	jw_end(w);
}

void entity_filter_v1(struct jw *w, const char *key, const struct filter *f, const struct filter_keyword *k)
{
	jw_obj(w, key);
	jw_id(w, "id", k->id);
	jw_str(w, "phrase", k->keyword);
	contexts(w, f->contexts);
	jw_bool(w, "whole_word", k->whole_word);
	jw_time(w, "expires_at", f->expires_at);
	jw_bool(w, "irreversible", str_eq(f->action, S("hide")));
	jw_end(w);
}
