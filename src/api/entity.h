#pragma once
/* The JSON shapes of the client API. An entity is a function of writer, key and loaded view: it has no context and no way
 * to do I/O. Shapes: https://docs.joinmastodon.org/entities/ */
#include "base/json.h"
#include "core/notice.h"
#include "core/oauth.h"
#include "core/view.h"

void entity_account(struct jw *w, const char *key, const struct account_view *v);
/* With what only the account itself may see. */
void entity_credential_account(struct jw *w, const struct account_view *v, int64_t follow_requests);
void entity_relationship(struct jw *w, const char *key, const struct relationship *r);
void entity_status(struct jw *w, const char *key, const struct status_view *v);
/* Of a post that has one. */
void entity_poll(struct jw *w, const char *key, const struct status_view *v);
/* What DELETE answers: the source text instead of the content. */
void entity_status_deleted(struct jw *w, const struct status_view *v);
void entity_status_edit(struct jw *w, const struct status_view *now, const struct status_edit *e);
/* base: "https://social.example.org" */
void entity_tag(struct jw *w, const char *key, str name, str display, str base, bool personal);
void entity_notification(struct jw *w, const char *key, const struct notice *n, const struct account_view *from,
                         const struct status_view *about);
void entity_marker(struct jw *w, const struct marker *m);
void entity_app(struct jw *w, const struct oauth_app *app, str vapid_key);
