/* Status and what stands in it. */
#include "api/entity.h"

#include "base/arena.h"
#include "core/quote.h"

static void mention(struct jw *w, const struct mention_view *m)
{
	jw_obj(w, NULL);
	jw_id(w, "id", m->id);
	jw_str(w, "username", m->username);
	jw_str(w, "url", str_or(m->url, m->uri));
	jw_str(w, "acct", m->acct);
	jw_end(w);
}

static void tag(struct jw *w, const struct tag_view *t, str base)
{
	jw_obj(w, NULL);
	jw_str(w, "name", t->name);
	jw_str(w, "url", tag_url(w->b.mem, base, t->name));
	jw_end(w);
}

static void counts(struct jw *w, const struct status *s)
{
	jw_int(w, "replies_count", s->replies_count);
	jw_int(w, "reblogs_count", s->reblogs_count);
	jw_int(w, "favourites_count", s->favourites_count);
	jw_int(w, "quotes_count", s->quotes_count);
}

static void personal(struct jw *w, const struct status_view *v)
{
	if (!v->personal)
		return;
	jw_bool(w, "favourited", v->favourited);
	jw_bool(w, "reblogged", v->reblogged);
	jw_bool(w, "muted", v->muted);
	jw_bool(w, "bookmarked", v->bookmarked);
	if (v->pinnable)
		jw_bool(w, "pinned", v->pinned);
	jw_arr(w, "filtered");
	for (size_t i = 0; i < v->filtered_n; i++)
		entity_filter_result(w, NULL, &v->filtered[i], v->reblog ? v->reblog->s.id : v->s.id);
	jw_end(w);
}

static void application(struct jw *w, const struct status_view *v)
{
	if (str_none(v->app_name))
		return;
	jw_obj(w, "application");
	jw_str(w, "name", v->app_name);
	jw_str(w, "website", v->app_website);
	jw_end(w);
}

static void lists(struct jw *w, const struct status_view *v)
{
	jw_arr(w, "media_attachments");
	for (size_t i = 0; i < v->media_n; i++)
		entity_media(w, NULL, &v->media[i]);
	jw_end(w);
	jw_arr(w, "mentions");
	for (size_t i = 0; i < v->mentions_n; i++)
		mention(w, &v->mentions[i]);
	jw_end(w);
	jw_arr(w, "tags");
	for (size_t i = 0; i < v->tags_n; i++)
		tag(w, &v->tags[i], v->base);
	jw_end(w);
	jw_raw(w, "emojis", str_or(v->s.emojis, S("[]")));
	jw_arr(w, "tagged_collections");
	for (size_t i = 0; i < v->collections_n; i++)
		entity_collection(w, NULL, &v->collections[i]);
	jw_end(w);
}

static void status_members(struct jw *w, const struct status_view *v, bool deleted, bool shallow);

/* Quotes within quotes are named only. */
static void quote(struct jw *w, const struct status_view *v, const struct quote_view *q, bool shallow)
{
	bool has = v->s.extras & HAS_QUOTE;

	if (!has || !q) {
		jw_null(w, "quote");
		return;
	}
	jw_obj(w, "quote");
	jw_str(w, "state", q->state);
	if (shallow) {
		jw_id(w, "quoted_status_id", q->quoted ? q->quoted->s.id : 0);
	} else if (q->quoted) {
		jw_obj(w, "quoted_status");
		status_members(w, q->quoted, false, true);
		jw_end(w);
	} else {
		jw_null(w, "quoted_status");
	}
	jw_end(w);
}

static void approved(struct jw *w, const char *key, int64_t policy, const int64_t bits[3])
{
	static const char *const words[] = { "public", "followers", "following" };

	jw_arr(w, key);
	for (int i = 0; i < 3; i++)
		if (policy & bits[i])
			jw_lit(w, NULL, words[i]);
	jw_end(w);
}

void entity_approval(struct jw *w, const char *key, int64_t policy, const char *current_user)
{
	static const int64_t automatic[] = { QUOTE_PUBLIC, QUOTE_FOLLOWERS, QUOTE_FOLLOWING };
	static const int64_t manual[] = { QUOTE_ASK_PUBLIC, QUOTE_ASK_FOLLOWERS, QUOTE_ASK_FOLLOWING };

	jw_obj(w, key);
	approved(w, "automatic", policy, automatic);
	approved(w, "manual", policy, manual);
	jw_lit(w, "current_user", current_user);
	jw_end(w);
}

static void status_members(struct jw *w, const struct status_view *v, bool deleted, bool shallow)
{
	const struct status *s = &v->s;

	jw_id(w, "id", s->id);
	jw_time(w, "created_at", s->created_at);
	jw_id(w, "in_reply_to_id", s->in_reply_to_id);
	jw_id(w, "in_reply_to_account_id", s->in_reply_to_account_id);
	jw_bool(w, "sensitive", s->sensitive);
	jw_str(w, "spoiler_text", str_or(s->spoiler_text, S("")));
	jw_str(w, "visibility", s->visibility);
	jw_bool(w, "local_only", s->local_only);
	jw_str(w, "language", s->language.n ? s->language : STR_NONE);
	jw_str(w, "uri", s->uri);
	jw_str(w, "url", str_or(s->url, s->uri));
	counts(w, s);
	jw_time(w, "edited_at", s->edited_at);
	if (deleted)
		jw_str(w, "text", str_or(s->text, S("")));
	else
		jw_str(w, "content", str_or(s->content, S("")));
	personal(w, v);
	if (v->reblog)
		entity_status(w, "reblog", v->reblog);
	else
		jw_null(w, "reblog");
	application(w, v);
	entity_account(w, "account", v->author);
	lists(w, v);
	quote(w, v, v->quote, shallow);
	entity_approval(w, "quote_approval", v->s.interaction_policy, v->may_quote ? v->may_quote : "unknown");
	if (v->card)
		entity_card(w, "card", v->card);
	else
		jw_null(w, "card");
	if (v->poll)
		entity_poll(w, "poll", v);
	else
		jw_null(w, "poll");
}

void entity_status(struct jw *w, const char *key, const struct status_view *v)
{
	if (!jw_obj_once(w, key, v, v->s.id))
		return;
	status_members(w, v, false, false);
	jw_end_once(w, v);
}

void entity_status_deleted(struct jw *w, const struct status_view *v)
{
	jw_obj(w, NULL);
	status_members(w, v, true, false);
	jw_end(w);
}

/* What that version asked. */
static void edit_poll(struct jw *w, str options)
{
	json_t *list JR_SCOPE = NULL;

	if (str_none(options) || jr_parse(options, &list))
		return;
	jw_obj(w, "poll");
	jw_arr(w, "options");
	for (size_t i = 0; i < jr_len(list); i++) {
		jw_obj(w, NULL);
		jw_str(w, "title", jr_text(jr_at(list, i)));
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

void entity_status_edit(struct jw *w, const struct status_view *now, const struct status_edit *e)
{
	jw_obj(w, NULL);
	jw_str(w, "content", str_or(e->content, S("")));
	jw_str(w, "spoiler_text", str_or(e->spoiler_text, S("")));
	jw_bool(w, "sensitive", e->sensitive);
	jw_time(w, "created_at", e->created_at);
	entity_account(w, "account", now->author);
	jw_arr(w, "media_attachments");
	for (size_t i = 0; i < e->shown_n; i++)
		entity_media(w, NULL, &e->shown[i]);
	jw_end(w);
	jw_raw(w, "emojis", str_or(now->s.emojis, S("[]")));
	edit_poll(w, e->options);
	quote(w, now, now->quote, false);
	jw_end(w);
}
