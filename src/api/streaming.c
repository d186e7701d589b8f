/* The doors to streams: the WebSocket handshake (RFC 6455, 4.2) and the paths of event streams. Both end with the connection
 * handed over. https://docs.joinmastodon.org/methods/streaming/ */
#include "api/enter.h"
#include "api/handlers.h"
#include "api/stream.h"
#include "base/arena.h"
#include "base/codec.h"
#include "core/oauth.h"

/* No credentials of a browser are looked at, so any page may connect that has a token. */
#define ANYBODY   "Access-Control-Allow-Origin: *\r\n"
#define SWITCHING "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" ANYBODY

enum { KEY_BYTES = 16 };

/* Token "upgrade" within "keep-alive, Upgrade". */
static bool lists(str header, const char *word)
{
	for (str part; !str_none(header) && str_cut(&header, ',', &part);)
		if (str_ieq(str_trim(part), str_of(word)))
			return true;
	return false;
}

static str first_protocol(struct request *rq)
{
	str list = rq_header(rq, "Sec-WebSocket-Protocol"), first = STR_NONE;

	return !str_none(list) && str_cut(&list, ',', &first) ? str_trim(first) : STR_NONE;
}

/* In the header, the query, or where a browser's WebSocket can put it. */
static enum err who(struct request *rq, struct reply *rp, str protocol)
{
	struct ctx *cx = rq->cx;
	str token = str_or(param_get(rq, "access_token"), protocol);

	if (!cx->token_id && str_none(token))
		return api_refuse(rp, 401, "Missing access token");
	if (!cx->token_id) {
		enum err e = token_use(cx, token);

		if (e == ERR_DENIED || e == ERR_NOT_FOUND)
			return api_refuse(rp, 401, "Invalid access token");
		TRY(e);
	}
	if (cx->missing)
		return api_refuse(rp, 403, cx->missing);
	return cx->me ? OK : api_refuse(rp, 401, "Invalid access token"); /* an app's own */
}

static enum err refuse_wish(struct reply *rp, const char *said, int status)
{
	rp->status = status;
	return fail(rp->rq->cx, status == 401 ? ERR_DENIED : status == 429 ? ERR_LIMIT
	                                                                   : ERR_INVALID,
	            "%s", said);
}

static str accept_key(struct arena *mem, str key)
{
	unsigned char digest[SHA1_SIZE];

	codec_sha1(str_cat(mem, key, S("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")), digest);
	return codec_base64(mem, str_n((const char *)digest, sizeof(digest)));
}

static enum err check_handshake(struct request *rq, struct reply *rp, str *key)
{
	*key = rq_header(rq, "Sec-WebSocket-Key");
	if (!str_eq(rq_header(rq, "Sec-WebSocket-Version"), S("13"))) {
		reply_header(rp, "Sec-WebSocket-Version", S("13"));
		rp->status = 426;
		return fail(rq->cx, ERR_INVALID, "This is not a version of WebSocket that is spoken here");
	}
	if (!lists(rq_header(rq, "Connection"), "upgrade") || str_none(*key) || codec_unbase64(rq->cx->mem, *key).n != KEY_BYTES)
		return api_refuse(rp, 400, "This is not a WebSocket handshake");
	return OK;
}

/* A stream that is named in the address but cannot be had is told in a frame, as one asked for later would be. */
static void subscribe_at_once(struct request *rq, struct hub_client *c)
{
	struct arena *mem = rq->cx->mem;
	struct stream_wish wish = { param_get(rq, "stream"), str_or(param_get(rq, "list"), S("")),
		                    str_or(param_get(rq, "tag"), S("")) };
	struct subscription s;
	const char *said = NULL;
	int status = 0;

	if (str_none(wish.channel))
		return;
	if (!stream_read(mem, &wish, &s, &said, &status) || !stream_subscribe(rq->cx, c, &s, &said, &status))
		hub_say(c, stream_error(mem, said, status));
}

static enum err open_websocket(struct request *rq, struct reply *rp)
{
	struct arena *mem = rq->cx->mem;
	struct hub_client *c;
	str key, head, protocol = first_protocol(rq), echo = S("");

	TRY(check_handshake(rq, rp, &key));
	TRY(who(rq, rp, protocol));
	if (!scope_covers(rq->cx->scopes, S("read:statuses")) && !scope_covers(rq->cx->scopes, S("read:notifications")))
		return api_refuse(rp, 401, "Access token does not have the required scopes"); /* there is no stream for it */
	TRY(hub_join(rq->cx, STREAM_WEBSOCKET, &c));
	subscribe_at_once(rq, c);
	/* Browsers hang up where what they offered is not taken. */
	if (!str_none(protocol))
		echo = strf(mem, "Sec-WebSocket-Protocol: %.*s\r\n", STR_F(protocol));
	key = accept_key(mem, key);
	head = strf(mem, SWITCHING "Sec-WebSocket-Accept: %.*s\r\n%.*s\r\n", STR_F(key), STR_F(echo));
	reply_stay(rp, STREAM_WEBSOCKET, c, head);
	return OK;
}

/* Without a handshake there is nothing here; Mastodon would point to its streaming server, which is this one. */
enum err api_streaming(struct request *rq, struct reply *rp)
{
	return lists(rq_header(rq, "Upgrade"), "websocket") ? open_websocket(rq, rp) : ERR_NOT_FOUND;
}

/* The channel of a path, or of the same with only media. */
static str channel_of(struct request *rq)
{
	struct arena *mem = rq->cx->mem;
	str path = str_none(rq->args[1]) ? rq->args[0] : strf(mem, "%.*s/%.*s", STR_F(rq->args[0]), STR_F(rq->args[1]));
	str media = str_or(param_get(rq, "only_media"), S(""));
	bool only = str_eq(media, S("true")) || str_eq(media, S("1"));

	for (int i = 0; i < CHANNELS; i++) {
		if (!channels[i].path || !str_eq(path, str_of(channels[i].path)))
			continue;
		if (only && str_starts(path, S("public")))
			return strf(mem, "%s:media", channels[i].name);
		return str_of(channels[i].name);
	}
	return S("");
}

enum err api_streaming_events(struct request *rq, struct reply *rp)
{
	struct stream_wish wish = { channel_of(rq), str_or(param_get(rq, "list"), S("")), str_or(param_get(rq, "tag"), S("")) };
	struct subscription s;
	struct hub_client *c;
	const char *said = NULL;
	int status = 0;

	TRY(who(rq, rp, STR_NONE));
	if (!stream_read(rq->cx->mem, &wish, &s, &said, &status))
		return refuse_wish(rp, said, status);
	TRY(hub_join(rq->cx, STREAM_EVENTS, &c));
	if (!stream_subscribe(rq->cx, c, &s, &said, &status)) {
		hub_leave(c);
		return refuse_wish(rp, said, status);
	}
	reply_stay(rp, STREAM_EVENTS, c,
	           S("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: private, no-store\r\n"
	             "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nConnection: close\r\n" ANYBODY "\r\n:)\n"));
	return OK;
}

enum err api_streaming_health(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_text(rp, 200, "text/plain; charset=utf-8", S("OK"));
	return OK;
}
