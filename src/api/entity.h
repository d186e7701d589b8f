#pragma once
/* The JSON shapes of the client API. An entity is a function of writer, key and loaded view: it has no context and no way
 * to do I/O. Shapes: https://docs.joinmastodon.org/entities/ */
#include "base/json.h"
#include "core/announcement.h"
#include "core/conversation.h"
#include "core/featured_collection.h"
#include "core/filter.h"
#include "core/notice.h"
#include "core/notice_policy.h"
#include "core/oauth.h"
#include "core/push.h"
#include "core/report.h"
#include "core/severance.h"
#include "core/tag.h"
#include "core/view.h"
#include "core/warning.h"

struct card_used;

void entity_account(struct jw *w, const char *key, const struct account_view *v);
/* With what only the account itself may see. */
void entity_credential_account(struct jw *w, const struct account_view *v, int64_t follow_requests);
void entity_relationship(struct jw *w, const char *key, const struct relationship *r);
void entity_status(struct jw *w, const char *key, const struct status_view *v);
/* After media_place(). */
void entity_media(struct jw *w, const char *key, const struct attachment *m);
/* Of a post that has one. */
void entity_poll(struct jw *w, const char *key, const struct status_view *v);
/* What its owner edits. */
void entity_profile(struct jw *w, const struct account_view *v);
void entity_card(struct jw *w, const char *key, const struct card_view *c);
/* With how much it was linked to of late; day: to show it under, in ms. */
void entity_trending_link(struct jw *w, const struct card_used *u, int64_t day);
/* What DELETE answers: the source text instead of the content. */
void entity_status_deleted(struct jw *w, const struct status_view *v);
void entity_status_edit(struct jw *w, const struct status_view *now, const struct status_edit *e);
/* Who may do that with it: policy by the bits of core/quote.h. */
void entity_approval(struct jw *w, const char *key, int64_t policy, const char *current_user);
/* base: "https://social.example.org" */
void entity_tag(struct jw *w, const char *key, const struct tag_info *t, str base, bool personal);
str tag_url(struct arena *mem, str base, str name);
/* What a notification is about; each but `from` may be NULL. */
struct notice_parts {
	const struct account_view *from;
	const struct status_view *about;
	const struct severance *event;
	const struct report_view *report;
	const struct warning *warning;
	const struct featured_view *collection;
	bool fallback; /* with a text for apps that do not know the kind */
};
/* Is there such a text? */
bool notice_has_fallback(str kind);
/* count: of how many it stands for. */
void entity_notification_fallback(struct jw *w, const char *key, str kind, int64_t count, const struct notice_parts *parts);
void entity_notification(struct jw *w, const char *key, const struct notice *n, const struct notice_parts *parts);
/* paged: in a list, of which it tells what is on the page. */
void entity_notification_group(struct jw *w, const struct notice_group *g, const struct notice_parts *parts, bool paged);
/* No more of an account than its picture needs. */
void entity_partial_account(struct jw *w, const struct account_view *v);
void entity_notification_policy(struct jw *w, const struct notice_policy *p, const struct notice_pending *pending);
/* As it was before the policy had three values. */
void entity_notification_policy_v1(struct jw *w, const struct notice_policy *p, const struct notice_pending *pending);
/* about may be NULL. */
void entity_notification_request(struct jw *w, const struct notice_request *r, const struct account_view *from,
                                 const struct status_view *about);
void entity_collection(struct jw *w, const char *key, const struct featured_view *v);
void entity_collection_item(struct jw *w, const char *key, const struct featured_item *i);
void entity_report(struct jw *w, const char *key, const struct report_view *v);
void entity_announcement(struct jw *w, const struct announcement_view *v);
/* Members of an object that the caller began. */
void entity_reaction(struct jw *w, const struct announcement_view *v, str name, int64_t count);
void entity_conversation(struct jw *w, const char *key, const struct conversation_view *v);
void entity_marker(struct jw *w, const struct marker *m);
void entity_app(struct jw *w, const struct oauth_app *app, str vapid_key);
void entity_push_subscription(struct jw *w, const struct push_sub *s, str server_key);
void entity_filter(struct jw *w, const char *key, const struct filter_view *v);
void entity_filter_keyword(struct jw *w, const char *key, const struct filter_keyword *k);
void entity_filter_keywords(struct jw *w, const char *key, const struct filter_view *v);
void entity_filter_status(struct jw *w, const char *key, const struct filter_status *s);
void entity_filter_statuses(struct jw *w, const char *key, const struct filter_view *v);
void entity_filter_result(struct jw *w, const char *key, const struct filter_hit *h, int64_t status_id);
void entity_filter_v1(struct jw *w, const char *key, const struct filter *f, const struct filter_keyword *k);
