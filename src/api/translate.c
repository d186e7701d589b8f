/* Translations: https://docs.joinmastodon.org/methods/statuses/#translate */
#include "core/translate.h"

#include "api/enter.h"
#include "api/handlers.h"
#include "base/arena.h"

static void ask(struct ctx *cx, void *arg)
{
	translation_ask(cx, arg);
}

static void write(struct jw *w, const struct translation *t)
{
	const struct status_view *v = t->of;
	const str *text = t->texts.v;

	jw_obj(w, NULL);
	jw_str(w, "spoiler_text", *text++);
	jw_str(w, "content", *text++);
	jw_str(w, "language", t->language);
	jw_str(w, "detected_source_language", str_or(t->detected, S("")));
	jw_lit(w, "provider", "LibreTranslate");
	if (v->poll) {
		jw_obj(w, "poll");
		jw_id(w, "id", v->s.id);
		jw_arr(w, "options");
		for (size_t i = 0; i < v->poll->options_n; i++) {
			jw_obj(w, NULL);
			jw_str(w, "title", *text++);
			jw_end(w);
		}
		jw_end(w);
		jw_end(w);
	} else {
		jw_null(w, "poll");
	}
	jw_arr(w, "media_attachments");
	for (size_t i = 0; i < v->media_n; i++) {
		jw_obj(w, NULL);
		jw_id(w, "id", v->media[i].id);
		jw_str(w, "description", *text++);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

struct translate_in {
	str lang;
};
static const struct param translate_params[] = { P(translate_in, lang, P_STR, "lang", 35) };

enum err api_status_translate(struct request *rq, struct reply *rp)
{
	struct translation *t = rq->later;
	struct translate_in in = { 0 };
	bool known = true;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, translate_params, &in));
	if (!rq->resumed) {
		struct status_view *v = NEW(rq->cx->mem, struct status_view);

		t = NEW(rq->cx->mem, struct translation);
		TRY(status_view(rq->cx, id, v));
		TRY(translation_begin(rq->cx, v, in.lang, t, &known));
	}
	if (!known)
		return rq_later(rq, ask, t);
	TRY(t->e);
	write(reply_json(rp), t);
	return OK;
}

static void learn(struct ctx *cx, void *arg)
{
	*(enum err *)arg = translate_learn(cx);
}

enum err api_translation_languages(struct request *rq, struct reply *rp)
{
	str json;

	if (rq->resumed)
		TRY(*(const enum err *)rq->later);
	TRY(translate_languages(rq->cx, &json));
	if (str_none(json))
		return rq->resumed ? ERR_BUSY : rq_later(rq, learn, NEW(rq->cx->mem, enum err));
	jw_raw(reply_json(rp), NULL, json);
	return OK;
}
