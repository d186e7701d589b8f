#pragma once
/* What the hub needs of the client API: https://docs.joinmastodon.org/methods/streaming/ */
#include "core/hub_client.h"

extern const struct stream_port api_stream_port;

/* Names as clients write them. False: *said and *status say what is wrong. */
struct stream_wish {
	str channel, list, tag;
};
bool stream_read(struct arena *mem, const struct stream_wish *w, struct subscription *s, const char **said, int *status);
/* What a text frame asks for. */
enum stream_ask { STREAM_NOTHING,
	          STREAM_SUBSCRIBE,
	          STREAM_UNSUBSCRIBE,
	          STREAM_WRONG };
enum stream_ask stream_parse(struct arena *mem, str text, struct subscription *s, const char **said, int *status);
/* hub_subscribe(), its refusals in Mastodon's words. */
bool stream_subscribe(struct ctx *cx, struct hub_client *c, const struct subscription *s, const char **said, int *status);
/* {"error":"...","status":400} */
str stream_error(struct arena *mem, const char *said, int status);
