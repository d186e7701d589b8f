#pragma once
/* What every request to the client API passes: token, scope, cross-origin headers; and how it answers when something is wrong. */
#include "http/router.h"

enum api_auth {
	OPEN, /* anybody; a token, if there is one, must be good and cover the scope */
	APP,  /* any good token, also an app's own */
	WAITING, /* a token that speaks for an account, even one that may do nothing yet */
	USER, /* a token that speaks for an account */
};

/* The own columns of api/routes.def. */
struct api_route {
	enum api_auth auth;
	const char *scope; /* alternatives separated by '|'; NULL: none asked */
};

enum err api_enter(struct request *rq, struct reply *rp) MUST_CHECK;
void api_failed(struct request *rq, struct reply *rp, enum err e);
void api_leave(struct request *rq, struct reply *rp);

/* An answer with just this status and sentence: return api_refuse(rp, 401, "The access token is invalid"); */
enum err api_refuse(struct reply *rp, int status, const char *said);

/* Counts what strangers may not do without end: `most` times within window ms for one address. ERR_LIMIT: no more now.
 * Who calls from this machine itself is not counted. */
enum err api_throttle(struct request *rq, struct reply *rp, const char *what, int64_t most, int64_t window) MUST_CHECK;

/* The measure of every request: by token and account, or by address. ERR_LIMIT: no more now. */
enum err api_rate(struct request *rq, struct reply *rp) MUST_CHECK;

extern const struct route_set api_routes;   /* everything under /api/ */
extern const struct route_set oauth_routes; /* /oauth/token and what belongs to it */
/* The token that was sent, right or wrong; STR_NONE: none. */
str api_bearer(const struct request *rq);
