/* Notification, NotificationGroup, NotificationPolicy, NotificationRequest. */
#include "api/entity.h"
#include "base/arena.h"

static void event(struct jw *w, const struct severance *s)
{
	jw_obj(w, "event");
	jw_id(w, "id", s->id);
	jw_str(w, "type", s->kind);
	jw_bool(w, "purged", false);
	jw_str(w, "target_name", s->target);
	jw_int(w, "followers_count", s->followers_count);
	jw_int(w, "following_count", s->following_count);
	jw_time(w, "created_at", s->created_at);
	jw_end(w);
}

static void warning(struct jw *w, const struct warning *v, const struct account_view *to)
{
	jw_obj(w, "moderation_warning");
	jw_id(w, "id", v->id);
	jw_str(w, "action", v->action);
	jw_str(w, "text", v->text);
	jw_null(w, "status_ids");
	jw_null(w, "appeal");
	jw_time(w, "created_at", v->created_at);
	entity_account(w, "target_account", to);
	jw_end(w);
}

/* What is the same for one and for a group. */
static void subject(struct jw *w, str kind, int64_t count, const struct notice_parts *parts)
{
	if (parts->event)
		event(w, parts->event);
	if (parts->report)
		entity_report(w, "report", parts->report);
	if (parts->warning)
		warning(w, parts->warning, parts->from);
	if (parts->collection)
		entity_collection(w, "collection", parts->collection);
	if (parts->fallback)
		entity_notification_fallback(w, "fallback", kind, count, parts);
}

void entity_notification(struct jw *w, const char *key, const struct notice *n, const struct notice_parts *parts)
{
	jw_obj(w, key);
	jw_id(w, "id", n->id);
	jw_str(w, "type", n->kind);
	jw_time(w, "created_at", n->created_at);
	jw_str(w, "group_key", notice_key(w->b.mem, n));
	if (n->filtered)
		jw_bool(w, "filtered", true);
	entity_account(w, "account", parts->from);
	if (parts->about)
		entity_status(w, "status", parts->about);
	subject(w, n->kind, 1, parts);
	jw_end(w);
}

/* The newest one's id is a number here, as apps expect it. */
void entity_notification_group(struct jw *w, const struct notice_group *g, const struct notice_parts *parts, bool paged)
{
	jw_obj(w, NULL);
	jw_str(w, "group_key", g->key);
	jw_int(w, "notifications_count", g->count);
	jw_str(w, "type", g->n.kind);
	jw_int(w, "most_recent_notification_id", g->newest);
	if (paged) {
		jw_id(w, "page_min_id", g->page_oldest);
		jw_id(w, "page_max_id", g->newest);
		jw_time(w, "latest_page_notification_at", g->latest_at);
	}
	jw_arr(w, "sample_account_ids");
	for (size_t i = 0; i < g->sample.n; i++)
		jw_id(w, NULL, g->sample.v[i]);
	jw_end(w);
	if (g->n.status_id)
		jw_id(w, "status_id", g->n.status_id);
	subject(w, g->n.kind, g->count, parts);
	jw_end(w);
}

void entity_partial_account(struct jw *w, const struct account_view *v)
{
	jw_obj(w, NULL);
	jw_id(w, "id", v->a.id);
	jw_str(w, "acct", v->acct);
	jw_bool(w, "locked", v->a.locked);
	jw_bool(w, "bot", v->a.bot);
	jw_str(w, "url", v->url);
	jw_str(w, "avatar", v->avatar);
	jw_str(w, "avatar_static", v->avatar_static);
	jw_str(w, "avatar_description", str_or(v->a.avatar_description, S("")));
	jw_end(w);
}

static void summary(struct jw *w, const struct notice_pending *pending)
{
	jw_obj(w, "summary");
	jw_int(w, "pending_requests_count", pending->requests);
	jw_int(w, "pending_notifications_count", pending->notifications);
	jw_end(w);
}

void entity_notification_policy(struct jw *w, const struct notice_policy *p, const struct notice_pending *pending)
{
	jw_obj(w, NULL);
	jw_str(w, "for_not_following", p->for_not_following);
	jw_str(w, "for_not_followers", p->for_not_followers);
	jw_str(w, "for_new_accounts", p->for_new_accounts);
	jw_str(w, "for_private_mentions", p->for_private_mentions);
	jw_str(w, "for_limited_accounts", p->for_limited_accounts);
	jw_str(w, "for_bots", p->for_bots);
	summary(w, pending);
	jw_end(w);
}

void entity_notification_policy_v1(struct jw *w, const struct notice_policy *p, const struct notice_pending *pending)
{
	jw_obj(w, NULL);
	jw_bool(w, "filter_not_following", !str_eq(p->for_not_following, S("accept")));
	jw_bool(w, "filter_not_followers", !str_eq(p->for_not_followers, S("accept")));
	jw_bool(w, "filter_new_accounts", !str_eq(p->for_new_accounts, S("accept")));
	jw_bool(w, "filter_private_mentions", !str_eq(p->for_private_mentions, S("accept")));
	jw_bool(w, "filter_bots", !str_eq(p->for_bots, S("accept")));
	summary(w, pending);
	jw_end(w);
}

void entity_notification_request(struct jw *w, const struct notice_request *r, const struct account_view *from,
                                 const struct status_view *about)
{
	jw_obj(w, NULL);
	jw_id(w, "id", r->id);
	jw_time(w, "created_at", r->created_at);
	jw_time(w, "updated_at", r->updated_at);
	jw_str(w, "notifications_count", strf(w->b.mem, "%lld", (long long)r->count));
	entity_account(w, "account", from);
	if (about)
		entity_status(w, "last_status", about);
	else
		jw_null(w, "last_status");
	jw_end(w);
}
