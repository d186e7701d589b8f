/* What a site says of itself at length, and what it counts: https://docs.joinmastodon.org/methods/instance/ */
#include "api/handlers.h"
#include "base/clock.h"
#include "core/site.h"

enum { WEEKS = 12,
       WEEK_MS = 7 * DAY };

static enum err text_of(struct request *rq, struct reply *rp, const char *name, const char *at, bool or_empty)
{
	struct ctx *cx = rq->cx;
	struct site_text t = { .text = S("") };
	enum err e = site_text(cx, name, &t);
	struct jw *w;

	if (e == ERR_NOT_FOUND && !or_empty)
		return fail(cx, e, "Record not found");
	if (e && e != ERR_NOT_FOUND)
		return e;
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_time(w, at, t.updated_at ? t.updated_at : cx->site->created_at);
	jw_str(w, "content", t.text.n ? site_text_html(cx, t.text) : t.text);
	jw_end(w);
	return OK;
}

enum err api_instance_extended(struct request *rq, struct reply *rp)
{
	return text_of(rq, rp, "extended_description", "updated_at", true);
}

enum err api_instance_privacy(struct request *rq, struct reply *rp)
{
	return text_of(rq, rp, "privacy_policy", "updated_at", true);
}

enum err api_instance_terms(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	struct site_text t;
	struct jw *w;
	enum err e = site_text(cx, "terms_of_service", &t);

	if (e)
		return e == ERR_NOT_FOUND ? fail(cx, e, "Record not found") : e;
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_date(w, "effective_date", t.updated_at);
	jw_bool(w, "effective", true);
	jw_null(w, "succeeded_by");
	jw_str(w, "content", site_text_html(cx, t.text));
	jw_end(w);
	return OK;
}

/* Of an older text nothing is kept: the one of that day, or none. */
enum err api_instance_terms_of(struct request *rq, struct reply *rp)
{
	char text[CLOCK_TEXT];
	struct site_text t;
	enum err e = site_text(rq->cx, "terms_of_service", &t);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e || !str_eq(str_to(clock_iso_s(t.updated_at, text), 10), rq->args[0]))
		return fail(rq->cx, ERR_NOT_FOUND, "Record not found");
	return api_instance_terms(rq, rp);
}

/* Weeks begin on Monday, as Mastodon counts them; the present one first. */
enum err api_instance_activity(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	int64_t monday = (cx->now - 4 * (int64_t)DAY) / WEEK_MS * WEEK_MS + 4 * (int64_t)DAY;
	struct jw *w = reply_json(rp);

	jw_arr(w, NULL);
	for (int i = 0; i < WEEKS; i++) {
		int64_t from = monday - i * (int64_t)WEEK_MS, n[3];

		TRY(site_week(cx, from, from + WEEK_MS, n));
		jw_obj(w, NULL);
		jw_str(w, "week", strf(cx->mem, "%lld", (long long)(from / SECOND)));
		jw_str(w, "statuses", strf(cx->mem, "%lld", (long long)n[0]));
		jw_str(w, "logins", strf(cx->mem, "%lld", (long long)n[1]));
		jw_str(w, "registrations", strf(cx->mem, "%lld", (long long)n[2]));
		jw_end(w);
	}
	jw_end(w);
	return OK;
}

/* Those a post may name are all that are well formed; these are the ones apps offer first. */
enum err api_instance_languages(struct request *rq, struct reply *rp)
{
	static const struct {
		const char *code, *name;
	} languages[] = {
		{ "ar", "العربية" },
		{ "bn", "বাংলা" },
		{ "ca", "Català" },
		{ "cs", "Čeština" },
		{ "da", "Dansk" },
		{ "de", "Deutsch" },
		{ "el", "Ελληνικά" },
		{ "en", "English" },
		{ "eo", "Esperanto" },
		{ "es", "Español" },
		{ "et", "Eesti" },
		{ "eu", "Euskara" },
		{ "fa", "فارسی" },
		{ "fi", "Suomi" },
		{ "fr", "Français" },
		{ "ga", "Gaeilge" },
		{ "gl", "Galego" },
		{ "he", "עברית" },
		{ "hi", "हिन्दी" },
		{ "hr", "Hrvatski" },
		{ "hu", "Magyar" },
		{ "id", "Bahasa Indonesia" },
		{ "is", "Íslenska" },
		{ "it", "Italiano" },
		{ "ja", "日本語" },
		{ "ko", "한국어" },
		{ "lt", "Lietuvių" },
		{ "lv", "Latviešu" },
		{ "nl", "Nederlands" },
		{ "no", "Norsk" },
		{ "pl", "Polski" },
		{ "pt", "Português" },
		{ "ro", "Română" },
		{ "ru", "Русский" },
		{ "sk", "Slovenčina" },
		{ "sl", "Slovenščina" },
		{ "sr", "Српски" },
		{ "sv", "Svenska" },
		{ "th", "ไทย" },
		{ "tr", "Türkçe" },
		{ "uk", "Українська" },
		{ "vi", "Tiếng Việt" },
		{ "zh", "中文" },
	};
	struct jw *w = reply_json(rp);

	(void)rq;
	jw_arr(w, NULL);
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		jw_obj(w, NULL);
		jw_lit(w, "code", languages[i].code);
		jw_lit(w, "name", languages[i].name);
		jw_end(w);
	}
	jw_end(w);
	return OK;
}
