#pragma once
/* The pages' handlers, and what they share. */
#include "core/user.h"
#include "http/reply.h"
#include "http/router.h"

#define ROUTE(method, path, fn, flags) enum err fn(struct request *rq, struct reply *rp) MUST_CHECK;
#include "web/routes.def"
#undef ROUTE

extern const struct route_set web_routes;

/* An answer that says what went wrong, as a page. */
enum err web_problem(struct request *rq, struct reply *rp, int status, const char *said);

/* Who is logged in by the session cookie; ERR_NOT_FOUND: nobody. Fills cx->user_id and cx->me. */
enum err web_session(struct request *rq, struct session *s) MUST_CHECK;
/* A form of ours, sent from our own page: the csrf field equals what the page was given, and Origin, if sent, is us.
 * want: of the session, or of the cookie before login. False: answer 403. */
bool web_form_ok(struct request *rq, str want);
/* The token that guards forms before there is a session: from the cookie, or made and set. */
str web_guest_csrf(struct request *rq, struct reply *rp);
/* The login form, to come back to `back` (a path of ours); error: a sentence above it, or STR_NONE. */
enum err web_login_page(struct request *rq, struct reply *rp, int status, str back, str error);
