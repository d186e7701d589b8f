/* What apps of Mastodon read: the keys are fixed, the texts are for showing as they are. */
#include "base/json.h"
#include "core/push.h"
#include "push/send.h"
#include "text/clean.h"
#include "text/words.h"

enum { NAME_RUNES = 60,
       BODY_RUNES = 140,
       URL_MAX = 1000 };

static const struct {
	const char *kind, *title; /* '%' is the name of who did it */
} titles[] = {
	{ "mention", "% mentioned you" },
	{ "status", "% just posted" },
	{ "reblog", "% boosted your post" },
	{ "follow", "% is now following you" },
	{ "follow_request", "% asks to follow you" },
	{ "favourite", "% favorited your post" },
	{ "poll", "A poll by % has ended" },
	{ "update", "% edited a post" },
	{ "quote", "% quoted your post" },
	{ "quoted_update", "% edited a post you have quoted" },
	{ "admin.sign_up", "% signed up" },
	{ "admin.report", "% sent a report" },
	{ "severed_relationships", "%, you have lost connections" },
	{ "moderation_warning", "%, a moderator has sent you a warning" },
};

static str title_of(struct arena *mem, const struct push_message *m)
{
	str name = text_excerpt(mem, str_or(m->from.a.display_name, m->from.acct), NAME_RUNES);

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		str t = str_of(titles[i].title), before;

		if (!str_eq(m->n.kind, str_of(titles[i].kind)))
			continue;
		str_cut(&t, '%', &before);
		return str_cat(mem, before, str_cat(mem, name, t));
	}
	return name;
}

static str body_of(struct arena *mem, const struct push_message *m)
{
	const struct status *s = &m->about.s;

	if (!s->id)
		return text_excerpt(mem, clean_text(mem, m->from.a.note), BODY_RUNES);
	return text_excerpt(mem, s->spoiler_text.n ? s->spoiler_text : clean_text(mem, s->content), BODY_RUNES);
}

str push_payload(struct arena *mem, const struct push_message *m)
{
	struct jw w;

	jw_init(&w, mem, 64 << 10);
	jw_obj(&w, NULL);
	jw_str(&w, "access_token", str_or(m->token, S("")));
	jw_str(&w, "preferred_locale", str_or(m->sub.locale, S("en")));
	jw_int(&w, "notification_id", m->n.id);
	jw_str(&w, "notification_type", m->n.kind);
	jw_str(&w, "icon", m->from.avatar.n <= URL_MAX ? m->from.avatar : S(""));
	jw_str(&w, "title", title_of(mem, m));
	jw_str(&w, "body", body_of(mem, m));
	jw_end(&w);
	return jw_done(&w);
}
