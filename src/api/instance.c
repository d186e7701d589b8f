/* What apps ask first: https://docs.joinmastodon.org/methods/instance/. Key names as in clients.md, "Instance v1 + v2". */
#include "core/featured.h"
#include "core/site.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "config.h"
#include "core/media.h"
#include "core/poll.h"
#include "core/sign_up.h"
#include "core/translate.h"
#include "version.h"

enum { MAX_NAME = 30,
       MAX_NOTE = 500,
       MAX_FIELDS = 4,
       MAX_FIELD = 255,
       MAX_PINS = 5,
       URL_COUNTS = 23,
       MAX_PICTURE_TEXT = PICTURE_TEXT_MAX };

static void rules(struct jw *w, const char *key, str json)
{
	json_t *doc JR_SCOPE = NULL;
	bool ok = json.n && !jr_parse(json, &doc);

	jw_arr(w, key);
	for (size_t i = 0; ok && i < jr_len(doc); i++) {
		jw_obj(w, NULL);
		jw_id(w, "id", (int64_t)i + 1);
		jw_str(w, "text", jr_text(jr_at(doc, i)));
		jw_lit(w, "hint", "");
		jw_obj(w, "translations");
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

static void mime_types(struct jw *w)
{
	static const char *const types[] = {
		"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif",
		"video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "audio/mpeg", "audio/mp4", "audio/aac",
		"audio/ogg", "audio/flac", "audio/wav", "audio/x-wav", "audio/webm",
	};

	jw_arr(w, "supported_mime_types");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		jw_lit(w, NULL, types[i]);
	jw_end(w);
}

static void limits(struct jw *w, const struct ctx *cx)
{
	jw_obj(w, "accounts");
	jw_int(w, "max_display_name_length", MAX_NAME);
	jw_int(w, "max_note_length", MAX_NOTE);
	jw_int(w, "max_avatar_description_length", MAX_PICTURE_TEXT);
	jw_int(w, "max_header_description_length", MAX_PICTURE_TEXT);
	jw_int(w, "max_featured_tags", FEATURED_TAGS);
	jw_int(w, "max_pinned_statuses", MAX_PINS);
	jw_int(w, "max_profile_fields", MAX_FIELDS);
	jw_int(w, "profile_field_name_limit", MAX_FIELD);
	jw_int(w, "profile_field_value_limit", MAX_FIELD);
	jw_end(w);
	jw_obj(w, "statuses");
	jw_int(w, "max_characters", cx->app->config->max_characters);
	jw_int(w, "max_media_attachments", MEDIA_MOST);
	jw_int(w, "characters_reserved_per_url", URL_COUNTS);
	jw_arr(w, "supported_mime_types");
	jw_lit(w, NULL, "text/plain");
	jw_lit(w, NULL, "text/markdown");
	jw_end(w);
	jw_end(w);
	jw_obj(w, "media_attachments");
	jw_int(w, "description_limit", MEDIA_TEXT_MAX);
	jw_int(w, "image_matrix_limit", 33177600);
	jw_int(w, "image_size_limit", cx->app->config->image_size_mb << 20);
	mime_types(w);
	jw_int(w, "video_frame_rate_limit", 120);
	jw_int(w, "video_matrix_limit", 8294400);
	jw_int(w, "video_size_limit", cx->app->config->video_size_mb << 20);
	jw_end(w);
	jw_obj(w, "polls");
	jw_int(w, "max_options", POLL_OPTIONS);
	jw_int(w, "max_characters_per_option", POLL_OPTION_RUNES);
	jw_int(w, "min_expiration", POLL_SOONEST);
	jw_int(w, "max_expiration", POLL_LATEST);
	jw_end(w);
	jw_obj(w, "translation");
	jw_bool(w, "enabled", translate_on(cx));
	jw_end(w);
}

static str site_url(const struct ctx *cx, const char *path)
{
	return str_cat(cx->mem, cx->site->base, str_of(path));
}

static str streaming(const struct ctx *cx)
{
	str rest = cx->site->base;

	if (str_skip(&rest, S("https")))
		return str_cat(cx->mem, S("wss"), rest);
	str_skip(&rest, S("http"));
	return str_cat(cx->mem, S("ws"), rest);
}

static enum err contact(struct ctx *cx, struct jw *w, const char *key)
{
	struct account_view v;
	enum err e = cx->site->contact_account_id ? account_view(cx, cx->site->contact_account_id, &v) : ERR_NOT_FOUND;

	if (e == ERR_NOT_FOUND) {
		jw_null(w, key);
		return OK;
	}
	TRY(e);
	entity_account(w, key, &v);
	return OK;
}

static void languages(struct jw *w, str codes)
{
	jw_arr(w, "languages");
	for (str one; str_cut(&codes, ' ', &one);)
		if (one.n)
			jw_str(w, NULL, one);
	jw_end(w);
}

static void access(struct jw *w, const char *key, str who)
{
	jw_obj(w, key);
	jw_str(w, "local", who);
	jw_str(w, "remote", who);
	jw_end(w);
}

/* What there is of them: STR_NONE, or as said. */
struct texts {
	str vapid;
	str status_url, privacy, terms;
	str sign_up; /* HTML */
	str thumbnail, languages; /* always some */
};

static enum err text_of(struct ctx *cx, const char *name, str *text)
{
	struct site_text t = { 0 };
	enum err e = site_text(cx, name, &t);

	*text = e ? STR_NONE : t.text;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err shown_of(struct ctx *cx, struct texts *t)
{
	TRY(text_of(cx, "thumbnail", &t->thumbnail));
	TRY(text_of(cx, "languages", &t->languages));
	t->thumbnail = str_or(t->thumbnail, site_url(cx, "/headers/original/missing.png"));
	t->languages = str_or(t->languages, S("en"));
	return OK;
}

static enum err texts_of(struct ctx *cx, struct texts *t)
{
	*t = (struct texts){ 0 };
	TRY(shown_of(cx, t));
	TRY(text_of(cx, "status_url", &t->status_url));
	TRY(text_of(cx, "privacy_policy", &t->privacy));
	TRY(text_of(cx, "terms_of_service", &t->terms));
	TRY(text_of(cx, "sign_up_message", &t->sign_up));
	if (t->sign_up.n)
		t->sign_up = site_text_html(cx, t->sign_up);
	return push_public_key(cx, &t->vapid);
}

static void configuration_v2(struct jw *w, const struct ctx *cx, const struct texts *t)
{
	jw_obj(w, "configuration");
	jw_obj(w, "urls");
	jw_str(w, "streaming", streaming(cx));
	jw_str(w, "status", t->status_url);
	jw_str(w, "about", site_url(cx, "/about"));
	jw_str(w, "privacy_policy", t->privacy.n ? site_url(cx, "/privacy-policy") : STR_NONE);
	jw_str(w, "terms_of_service", t->terms.n ? site_url(cx, "/terms-of-service") : STR_NONE);
	jw_end(w);
	jw_obj(w, "vapid");
	jw_str(w, "public_key", t->vapid);
	jw_end(w);
	limits(w, cx);
	jw_obj(w, "timelines_access");
	access(w, "live_feeds", cx->app->config->timelines_access);
	access(w, "hashtag_feeds", cx->app->config->timelines_access);
	access(w, "trending_link_feeds", cx->app->config->timelines_access);
	jw_end(w);
	jw_bool(w, "limited_federation", cx->app->config->limited_federation);
	jw_end(w);
}

static void registrations(struct jw *w, const struct ctx *cx, str closed)
{
	enum sign_up_rule rule = sign_up_rule(cx);

	jw_obj(w, "registrations");
	jw_bool(w, "enabled", rule >= SIGN_UP_APPROVED);
	jw_bool(w, "approval_required", rule == SIGN_UP_APPROVED);
	jw_bool(w, "reason_required", rule == SIGN_UP_APPROVED);
	jw_str(w, "message", rule < SIGN_UP_APPROVED ? closed : STR_NONE);
	jw_null(w, "min_age");
	jw_null(w, "url");
	jw_end(w);
}

enum err api_instance_v2(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	const struct site *site = cx->site;
	struct site_counts n;
	struct texts texts;
	struct jw *w = reply_json(rp);

	TRY(site_counts(cx, &n));
	TRY(texts_of(cx, &texts));
	jw_obj(w, NULL);
	jw_str(w, "domain", site->domain);
	jw_str(w, "title", site->title);
	jw_lit(w, "version", DASSIE_API_VERSION);
	jw_str(w, "source_url", cx->app->config->source_url);
	jw_str(w, "description", site->description);
	jw_obj(w, "usage");
	jw_obj(w, "users");
	jw_int(w, "active_month", n.active_month);
	jw_end(w);
	jw_end(w);
	jw_obj(w, "thumbnail");
	jw_str(w, "url", texts.thumbnail);
	jw_lit(w, "description", "");
	jw_end(w);
	jw_arr(w, "icon");
	jw_end(w);
	languages(w, texts.languages);
	configuration_v2(w, cx, &texts);
	registrations(w, cx, texts.sign_up);
	jw_obj(w, "api_versions");
	jw_int(w, "mastodon", 11);
	jw_end(w);
	jw_null(w, "wrapstodon");
	jw_obj(w, "contact");
	jw_str(w, "email", site->contact_email);
	TRY(contact(cx, w, "account"));
	jw_end(w);
	rules(w, "rules", site->rules);
	jw_end(w);
	return OK;
}

enum err api_instance_v1(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	const struct site *site = cx->site;
	struct site_counts n;
	struct texts texts = { 0 };
	struct jw *w = reply_json(rp);

	TRY(site_counts(cx, &n));
	TRY(shown_of(cx, &texts));
	jw_obj(w, NULL);
	jw_str(w, "uri", site->domain);
	jw_str(w, "title", site->title);
	jw_str(w, "short_description", site->description);
	jw_str(w, "description", site->description);
	jw_str(w, "email", site->contact_email);
	jw_lit(w, "version", DASSIE_API_VERSION);
	jw_obj(w, "urls");
	jw_str(w, "streaming_api", streaming(cx));
	jw_end(w);
	jw_obj(w, "stats");
	jw_int(w, "user_count", n.users);
	jw_int(w, "status_count", n.statuses);
	jw_int(w, "domain_count", n.hosts);
	jw_end(w);
	jw_str(w, "thumbnail", texts.thumbnail);
	languages(w, texts.languages);
	jw_bool(w, "registrations", sign_up_rule(cx) >= SIGN_UP_APPROVED);
	jw_bool(w, "approval_required", sign_up_rule(cx) == SIGN_UP_APPROVED);
	jw_bool(w, "invites_enabled", false); /* to people: who runs the server invites */
	jw_int(w, "max_toot_chars", cx->app->config->max_characters);
	jw_obj(w, "configuration");
	limits(w, cx);
	jw_end(w);
	TRY(contact(cx, w, "contact_account"));
	rules(w, "rules", site->rules);
	jw_end(w);
	return OK;
}

enum err api_instance_rules(struct request *rq, struct reply *rp)
{
	rules(reply_json(rp), NULL, rq->cx->site->rules);
	return OK;
}

enum err api_empty_list(struct request *rq, struct reply *rp)
{
	struct jw *w = reply_json(rp);

	(void)rq;
	jw_arr(w, NULL);
	jw_end(w);
	return OK;
}

enum err api_preferences(struct request *rq, struct reply *rp)
{
	const struct account *me = rq->cx->me;
	struct jw *w = reply_json(rp);

	jw_obj(w, NULL);
	jw_str(w, "posting:default:visibility", str_or(me->default_privacy, S("public")));
	jw_bool(w, "posting:default:sensitive", me->default_sensitive);
	jw_str(w, "posting:default:language", me->default_language.n ? me->default_language : STR_NONE);
	jw_str(w, "posting:default:quote_policy", str_or(me->default_quote_policy, S("public")));
	jw_lit(w, "reading:expand:media", "default");
	jw_bool(w, "reading:expand:spoilers", false);
	jw_bool(w, "reading:autoplay:gifs", false);
	jw_end(w);
	return OK;
}
