#pragma once
/* What goes back. */
#include "base/json.h"
#include "core/hub_client.h"
#include "http/request.h"

enum { REPLY_HEADERS = 24, REPLY_JSON_MAX = 8 << 20 };

/* Fills up to n bytes of what starts at `at`; how many, or -1 to give up. Of what is coming: 0, not there yet; -2, it is over. */
enum { READ_LATER = 0, READ_BROKEN = -1, READ_OVER = -2 };
typedef long (*reply_reader)(void *arg, int64_t at, char *to, size_t n);

struct reply {
	struct request *rq;
	int status;      /* 200 unless set */
	str type;        /* Content-Type */
	str body;
	struct jw json;  /* body, once reply_json() was called */
	bool is_json;
	struct header {
		const char *name;
		str value;
	} headers[REPLY_HEADERS];
	int headers_n;
	/* A body read piece by piece while it is sent (reply_stream); size counts then, not body. */
	reply_reader read;
	void *read_arg;
	/* READ_LATER: go_on(of) is to be called once, on any thread, when there is something at `at`. */
	void (*wait)(void *arg, int64_t at, void (*go_on)(void *of), void *of);
	int64_t size, skip; /* skip: where in the source the body begins, for ranges */
	/* Bytes that somebody else holds until they are sent (reply_held). */
	void (*release)(void *held);
	void *held;
	struct hub_client *client; /* reply_stay() */
	enum stream_format format;
	str etag;           /* reply_etag() */
	bool memo_no;       /* this one answer of an R_MEMO route must not be remembered */
};

/* The body is what is written here; application/json. */
struct jw *reply_json(struct reply *rp);
void reply_text(struct reply *rp, int status, const char *type, str body);
/* A large body of known size that is never whole in memory: read() is called on the connection's thread, with pieces of at
 * most 32 KiB, until all is sent. arg lives in cx->mem. Answers Range requests by itself (one range: 206; none that fits:
 * 416; several: all of it). */
void reply_stream(struct reply *rp, const char *type, int64_t size, reply_reader read, void *arg);
/* A body that is in memory already and need not be copied: release(held) is called when it is sent, or not needed. */
void reply_held(struct reply *rp, const char *type, str body, void (*release)(void *held), void *held);
/* A large body that comes while it is sent (see wait above). size -1: not known, so all of it is sent, whatever range is asked
 * for; and not for a request whose answer must have a length (rq->lengths_only). Where it breaks off so does the connection, so
 * that nobody takes it for whole. release(arg) at the end. */
void reply_coming(struct reply *rp, const char *type, int64_t size, reply_reader read,
                  void (*wait)(void *arg, int64_t at, void (*go_on)(void *of), void *of), void (*release)(void *arg), void *arg);
/* No answer: the connection goes over to http/streams.h, after these bytes, whatever the handler does then but fail. */
void reply_stay(struct reply *rp, enum stream_format format, struct hub_client *client, str head);
/* The answer's tag, with its quotes, and the size that it would have. True: the client has it already, and is told so (304).
 * Before reply_stream(), which then minds If-Range. */
bool reply_etag(struct reply *rp, str etag, int64_t size);
/* "{}" with 200: success without an entity. */
void reply_empty(struct reply *rp);
/* Control bytes in the value make the header vanish: nothing from outside can add a line. */
void reply_header(struct reply *rp, const char *name, str value);
void reply_redirect(struct reply *rp, int status, str location);
/* HttpOnly; SameSite=Lax; Path=/; Secure unless the site is plain http (dev). max_age in seconds, 0 ends it. */
void reply_cookie(struct reply *rp, const char *name, str value, int64_t max_age);
/* Link: <...?max_id=last>; rel="next", <...?min_id=first>; rel="prev", absolute, on the site's own host, keeping the
 * other parameters. first and last are the ids of the page's ends; nothing for an empty page (0). */
void reply_links(struct reply *rp, int64_t first, int64_t last);
/* The same for lists that page by offset; n: how many there were on this page. */
void reply_offset_links(struct reply *rp, const struct page *page, int64_t n);
/* The status for a code; 200 for OK. */
int reply_status_of(enum err e);
/* {"error": said or the default text} with the status of the code; a status of 400 or more that the handler set before
 * (401, 410) stays. */
void reply_error(struct reply *rp, enum err e);
