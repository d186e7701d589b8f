/* https://docs.joinmastodon.org/methods/announcements/ */
#include "core/announcement.h"

#include "api/entity.h"
#include "api/handlers.h"
#include "core/site.h"

void entity_reaction(struct jw *w, const struct announcement_view *v, str name, int64_t count)
{
	const struct emoji *ours = announcement_emoji(v, name);

	jw_str(w, "name", name);
	jw_int(w, "count", count);
	if (!ours)
		return;
	jw_str(w, "url", media_address(w->b.mem, v->base, ours->file));
	jw_str(w, "static_url", media_address(w->b.mem, v->base, ours->still));
}

static void mention(struct jw *w, const struct account_view *who)
{
	jw_obj(w, NULL);
	jw_id(w, "id", who->a.id);
	jw_str(w, "username", who->a.username);
	jw_str(w, "url", str_or(who->url, who->a.uri));
	jw_str(w, "acct", who->acct);
	jw_end(w);
}

static void post(struct jw *w, const struct status *s)
{
	jw_obj(w, NULL);
	jw_id(w, "id", s->id);
	jw_str(w, "url", str_or(s->url, s->uri));
	jw_end(w);
}

static void named(struct jw *w, const struct announcement_view *v)
{
	jw_arr(w, "mentions");
	for (size_t i = 0; i < v->named_n; i++)
		if (ids_has(v->mentions, v->named[i].a.id))
			mention(w, &v->named[i]);
	jw_end(w);
	jw_arr(w, "statuses");
	for (size_t i = 0; i < v->linked_n; i++)
		if (ids_has(v->statuses, v->linked[i].s.id))
			post(w, &v->linked[i].s);
	jw_end(w);
	jw_arr(w, "tags");
	for (size_t i = 0; i < v->tags.n; i++) {
		jw_obj(w, NULL);
		jw_str(w, "name", v->tags.v[i]);
		jw_str(w, "url", tag_url(w->b.mem, v->base, v->tags.v[i]));
		jw_end(w);
	}
	jw_end(w);
}

void entity_announcement(struct jw *w, const struct announcement_view *v)
{
	const struct announcement *a = &v->a;

	jw_obj(w, NULL);
	jw_id(w, "id", a->id);
	jw_str(w, "content", a->content);
	jw_time(w, "starts_at", a->starts_at);
	jw_time(w, "ends_at", a->ends_at);
	jw_bool(w, "all_day", a->all_day);
	jw_time(w, "published_at", a->published_at);
	jw_time(w, "updated_at", a->updated_at);
	jw_bool(w, "read", a->read);
	named(w, v);
	jw_arr(w, "emojis");
	for (size_t i = 0; i < v->emojis_n; i++)
		if (emoji_stands_in(w->b.mem, a->text, v->emojis[i].shortcode))
			emoji_write(w, NULL, v->base, &v->emojis[i], false);
	jw_end(w);
	jw_arr(w, "reactions");
	for (size_t i = 0; i < v->reactions_n; i++) {
		jw_obj(w, NULL);
		entity_reaction(w, v, v->reactions[i].name, v->reactions[i].count);
		jw_bool(w, "me", v->reactions[i].me);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

struct announcements_in {
	bool with_dismissed;
};
static const struct param announcements_params[] = {
	P(announcements_in, with_dismissed, P_BOOL, "with_dismissed", 0),
};

enum err api_announcements(struct request *rq, struct reply *rp)
{
	struct announcements_in in = { .with_dismissed = true };
	struct announcement_view *views;
	struct jw *w;
	size_t n;

	TRY(PARAMS(rq, announcements_params, &in));
	TRY(announcement_views(rq->cx, &views, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		if (in.with_dismissed || !views[i].a.read)
			entity_announcement(w, &views[i]);
	jw_end(w);
	return OK;
}

enum err api_announcement_dismiss(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(announcement_dismiss(rq->cx, id));
	reply_empty(rp);
	return OK;
}

static enum err set_reaction(struct request *rq, struct reply *rp, bool on)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(announcement_set_reaction(rq->cx, id, rq->args[1], on));
	reply_empty(rp);
	return OK;
}

enum err api_announcement_react(struct request *rq, struct reply *rp)
{
	return set_reaction(rq, rp, true);
}

enum err api_announcement_unreact(struct request *rq, struct reply *rp)
{
	return set_reaction(rq, rp, false);
}
