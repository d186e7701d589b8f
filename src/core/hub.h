#pragma once
/* Live events. Who changes something publishes it by one call, in its transaction or after it:
 *	hub_publish(cx, &(struct event){ .kind = EV_NOTIFICATION, .to = account_id, .id = notice_id });
 * It is told after the commit, and not at all if there is none. It costs the publisher a copy of the event: who hears it,
 * and what it looks like to them, is found out on the hub's thread, at most once for all who see the same. On PostgreSQL
 * it reaches the other servers of the database too. A new kind of event is a line in events.def; a new thing to carry also
 * needs a renderer (api/stream_render.c). */
#include "core/ctx.h"

enum event_kind {
#define EVENT(id, name, go, carry) id,
#include "core/events.def"
#undef EVENT
	EVENTS
};

enum { EVENT_DATA_MAX = 1500 };

struct event {
	enum event_kind kind;
	int64_t to; /* the account or site it is for; of no meaning for posts, which find their way by themselves */
	int64_t id; /* the post (also of a conversation), notification, announcement; the rest is read from the database */
	str data;   /* EV_UPDATE: see timeline_tell(); EV_DELETE: the tags it had, separated by spaces; EV_ANNOUNCEMENT_REACTION:
	             * the emoji. Longer than EVENT_DATA_MAX is left out */
};
void hub_publish(struct ctx *cx, const struct event *e);
/* Tokens, users or accounts ended: their streams close at once (and would within 3 s anyway, as the hub looks). */
void hub_tokens_ended(struct ctx *cx);
