#include "core/translate.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "config.h"
#include "core/media.h"
#include "store/translations.h"
#include "text/clean.h"
#include "text/words.h"

enum { ASK_MAX = 1 << 20, LANGUAGES_MOST = 300, LIST_MAX = 256 * 1024 };

bool translate_on(const struct ctx *cx)
{
	return cx->app->config && cx->app->config->translate_url.n && cx->app->ports.translate;
}

/* "pt" of "pt-BR" */
static str primary(struct arena *mem, str language)
{
	str first = S("");

	str_cut(&language, '-', &first);
	return str_lower(mem, str_or(first, S("")));
}

static str as_html(struct arena *mem, str text)
{
	struct buf b = buf_new(mem, ASK_MAX);

	buf_html(&b, str_or(text, S("")));
	return str_or(buf_str(&b), S(""));
}

/* What goes out, all of it as HTML. */
static struct strs texts_of(struct arena *mem, const struct status_view *v)
{
	size_t options = v->poll ? v->poll->options_n : 0;
	struct strs t = { NEWS(mem, str, 2 + options + v->media_n), 0 };

	t.v[t.n++] = as_html(mem, v->s.spoiler_text);
	t.v[t.n++] = str_or(v->s.content, S(""));
	for (size_t i = 0; i < options; i++)
		t.v[t.n++] = as_html(mem, v->poll->options[i].title);
	for (size_t i = 0; i < v->media_n; i++)
		t.v[t.n++] = as_html(mem, v->media[i].description);
	return t;
}

static str digest(struct arena *mem, struct strs texts)
{
	unsigned char out[SHA256_SIZE];

	codec_sha256(db_text_list(mem, texts), out);
	return codec_hex(mem, str_n((const char *)out, sizeof(out)));
}

/* {"from":"de","texts":[...]}, as it is kept. */
static bool read_kept(struct arena *mem, str body, struct translation *t)
{
	json_t *doc JR_SCOPE = NULL;

	if (jr_parse(body, &doc) || jr_len(jr_get(doc, "texts")) != t->texts.n)
		return false;
	for (size_t i = 0; i < t->texts.n; i++)
		t->texts.v[i] = str_dup(mem, str_or(jr_text(jr_at(jr_get(doc, "texts"), i)), S("")));
	t->detected = str_dup(mem, jr_str(doc, "from"));
	return true;
}

enum err translation_begin(struct ctx *cx, const struct status_view *v, str language, struct translation *t, bool *known)
{
	struct translated kept = { 0 };
	enum err e;

	*known = false;
	if (!translate_on(cx))
		return ERR_NOT_FOUND;
	language = str_or(language, str_or(cx->me ? cx->me->default_language : STR_NONE, S("en")));
	*t = (struct translation){ .of = v, .language = primary(cx->mem, language), .texts = texts_of(cx->mem, v) };
	if (!str_eq(v->s.visibility, S("public")) && !str_eq(v->s.visibility, S("unlisted")))
		return ERR_DENIED;
	if (!language_ok(t->language) || str_eq(primary(cx->mem, str_or(v->s.language, S(""))), t->language))
		return ERR_DENIED;
	if (!v->s.content.n && !v->s.spoiler_text.n && !v->poll && !v->media_n)
		return ERR_DENIED;
	t->source = digest(cx->mem, t->texts);
	e = translations_get(cx->db, cx->mem, v->s.id, t->language, cx->now - DAY, &kept);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	*known = str_eq(kept.source, t->source) && read_kept(cx->mem, kept.body, t);
	return OK;
}

static str question(struct ctx *cx, const struct translation *t)
{
	str from = primary(cx->mem, str_or(t->of->s.language, S("")));
	struct jw w;

	jw_init(&w, cx->mem, ASK_MAX);
	jw_obj(&w, NULL);
	jw_arr(&w, "q");
	for (size_t i = 0; i < t->texts.n; i++)
		jw_str(&w, NULL, t->texts.v[i]);
	jw_end(&w);
	jw_str(&w, "source", str_or(from, S("auto")));
	jw_str(&w, "target", t->language);
	jw_lit(&w, "format", "html");
	if (cx->app->config->translate_key.n)
		jw_str(&w, "api_key", cx->app->config->translate_key);
	jw_end(&w);
	return jw_done(&w);
}

/* A stranger's markup is cleaned; what is no markup leaves as text. */
static bool read_answer(struct ctx *cx, str reply, struct translation *t)
{
	json_t *doc JR_SCOPE = NULL;
	const json_t *list, *detected;

	if (jr_parse(reply, &doc))
		return false;
	list = jr_get(doc, "translatedText");
	detected = jr_nth(jr_get(doc, "detectedLanguage"), 0);
	if (jr_len(list) != t->texts.n)
		return false;
	for (size_t i = 0; i < t->texts.n; i++) {
		str text = jr_text(jr_at(list, i));

		t->texts.v[i] = str_dup(cx->mem, str_or(i == 1 ? clean_html(cx->mem, text) : clean_text(cx->mem, text), S("")));
	}
	t->detected = str_or(primary(cx->mem, str_or(t->of->s.language, S(""))),
	                     str_dup(cx->mem, str_to(str_or(jr_str(detected, "language"), S("")), 35)));
	return true;
}

static enum err keep(struct ctx *cx, void *arg)
{
	return translations_put(cx->db, arg);
}

void translation_ask(struct ctx *cx, struct translation *t)
{
	struct translated row = { .status_id = t->of->s.id, .language = t->language, .source = t->source, .created_at = cx->now };
	str reply = S(""), body = question(cx, t);

	t->e = body.n ? cx->app->ports.translate(cx, S("/translate"), body, &reply) : ERR_BUSY;
	if (!t->e && !read_answer(cx, reply, t))
		t->e = ERR_BUSY;
	if (t->e)
		return;
	row.body = strf(cx->mem, "{\"from\":\"%.*s\",\"texts\":%.*s}", STR_F(language_ok(t->detected) ? t->detected : S("")),
	                STR_F(db_text_list(cx->mem, t->texts)));
	t->e = write_tx(cx, keep, &row);
}

enum err translate_languages(struct ctx *cx, str *json)
{
	struct translated kept = { 0 };
	enum err e;

	*json = S("{}");
	if (!translate_on(cx))
		return OK;
	e = translations_get(cx->db, cx->mem, 0, S(""), cx->now - DAY, &kept);
	*json = e ? STR_NONE : kept.body;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err translate_learn(struct ctx *cx)
{
	struct translated row = { .language = S(""), .source = S(""), .created_at = cx->now };
	json_t *doc JR_SCOPE = NULL;
	str reply = S("");
	struct jw w;

	TRY(cx->app->ports.translate(cx, S("/languages"), STR_NONE, &reply));
	if (jr_parse(reply, &doc) || !jr_is_arr(doc))
		return ERR_BUSY;
	jw_init(&w, cx->mem, LIST_MAX);
	jw_obj(&w, NULL);
	for (size_t i = 0; i < jr_len(doc) && i < LANGUAGES_MOST; i++) {
		const json_t *l = jr_at(doc, i), *to = jr_get(l, "targets");
		str code = jr_str(l, "code");

		if (!code.n || !language_ok(code))
			continue;
		jw_key(&w, code);
		jw_arr(&w, NULL);
		for (size_t k = 0; k < jr_len(to) && k < LANGUAGES_MOST; k++)
			if (jr_is_str(jr_at(to, k)) && !str_eq(jr_text(jr_at(to, k)), code))
				jw_str(&w, NULL, jr_text(jr_at(to, k)));
		jw_end(&w);
	}
	jw_end(&w);
	row.body = jw_done(&w);
	return row.body.n ? write_tx(cx, keep, &row) : ERR_BUSY;
}
