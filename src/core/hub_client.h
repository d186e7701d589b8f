#pragma once
/* Who listens to live events: clients with their subscriptions, and the ring of what each has yet to be sent. A client
 * belongs to the thread that owns its socket; the hub's thread fills its ring. */
#include "core/hub.h"

struct hub_client;

enum channel {
#define CHANNEL(id, name, path, takes, scope) id,
#include "core/channels.def"
#undef CHANNEL
	CHANNELS
};
struct channel_kind {
	const char *name, *path; /* path NULL: none of its own */
	enum { TAKES_NOTHING,
	       TAKES_TAG,
	       TAKES_LIST } takes;
	const char *scope;
};
extern const struct channel_kind channels[CHANNELS];

struct subscription {
	enum channel channel;
	int64_t list_id; /* TAKES_LIST */
	str tag, shown;  /* TAKES_TAG: folded, and as the client wrote it */
};

enum stream_format { STREAM_WEBSOCKET,
	             STREAM_EVENTS,
	             STREAM_FORMATS };
enum { STREAM_RING = 256 * 1024,
       STREAM_SUBSCRIPTIONS = 100,
       STREAM_COMMANDS = 32 };

enum event_carry {
	CARRY_NOTHING,
	CARRY_ID,
	CARRY_ONE,
	CARRY_STATUS,
	CARRY_NOTICE,
	CARRY_CONVERSATION,
	CARRY_ANNOUNCEMENT,
	CARRY_REACTION,
};
/* What api knows of what clients read and write. All are called on the hub's thread. */
struct stream_port {
	/* What the event carries, as cx->me sees it on cx->site; STR_NONE: it is not to be shown. */
	str (*payload)(struct ctx *cx, enum event_carry carry, const struct event *e);
	/* The text that one client gets. */
	str (*message)(struct arena *mem, enum stream_format format, const struct subscription *from, const char *event,
	               str payload);
	/* The client said something. cx->me is not loaded: subscribing needs only the client. */
	void (*command)(struct ctx *cx, struct hub_client *c, str text);
};
struct hub_options {
	const struct stream_port *port;
	int64_t most, most_per_account, most_per_address; /* clients */
};
struct hub *hub_start(struct app *app, const struct hub_options *o);
void hub_stop(struct hub *h); /* when all clients have left */

/* A message is shared by the rings it is in, and freed by the last one. */
struct message {
	_Atomic int refs;
	size_t n;
	char text[];
};
void message_drop(struct message *m);

/* Of cx->me by its token. ERR_LIMIT with a sentence. The client is heard of from now on, though nobody wakes yet. */
enum err hub_join(struct ctx *cx, enum stream_format format, struct hub_client **out) MUST_CHECK;
/* Twice is once. ERR_DENIED: not by this token; ERR_NOT_FOUND: no list of theirs; ERR_LIMIT: enough. */
enum err hub_subscribe(struct ctx *cx, struct hub_client *c, const struct subscription *s) MUST_CHECK;
void hub_unsubscribe(struct hub_client *c, const struct subscription *s);
/* Puts a text of its own into the client's ring. */
void hub_say(struct hub_client *c, str text);

/* For who owns the socket. wake(arg) is called, from another thread and holding a lock, when hub_next() has something. */
void hub_attach(struct hub_client *c, void (*wake)(void *arg), void *arg);
enum hub_end { HUB_GOES_ON,
	       HUB_TOO_SLOW,
	       HUB_REVOKED };
/* The next message, to be dropped when it is sent; NULL: none now, and *end says whether there will be more. */
struct message *hub_next(struct hub_client *c, enum hub_end *end);
/* What the client sent, for stream_port.command. False: it sends faster than it is understood. */
bool hub_heard(struct hub_client *c, str text);
/* wake() is not called any more when this returns. */
void hub_leave(struct hub_client *c);
