#pragma once
/* Tables of routes, and the one place where handlers are called. */
#include "http/reply.h"

typedef enum err (*handler)(struct request *rq, struct reply *rp);

enum route_flag {
	R_AS = 1,       /* only when the request wants ActivityPub */
	R_MEMO = 2,     /* strangers' answers depend on site, target and data only: may be remembered until the next commit */
	R_BIG = 4,      /* the body may be as large as an upload, if it is multipart; enter() runs before it comes */
	R_ANY_HOST = 8, /* answered whatever the Host header says: health */
	R_ENDS = 16,    /* ends a session or a token, which must be possible on a full disk too */
};

/* what: the folder's own row data (scope, rate class, ...), read by its enter(). */
struct route {
	enum method method;
	const char *path; /* "/api/v1/accounts/:id/follow"; ":x" matches one part */
	handler fn;
	unsigned flags;
	const void *what;
};

/* A folder's routes and its manners. enter() runs before the handler (token, scope, limits), failed() turns a code into
 * an answer in the folder's own format. Either may be NULL. Sets are asked in order: the first match wins, and a set
 * whose prefix fits but that has no such route answers by failed(ERR_NOT_FOUND) itself. */
struct route_set {
	const char *prefix; /* "/api/" : everything below is this set's; NULL: only what is listed */
	const struct route *routes;
	int n;
	enum err (*enter)(struct request *rq, struct reply *rp);
	void (*failed)(struct request *rq, struct reply *rp, enum err e);
	void (*leave)(struct request *rq, struct reply *rp); /* last touch: common headers, CORS */
};
