#pragma once
/* The pages' handlers, and what they share. */
#include "core/user.h"
#include "http/reply.h"
#include "http/router.h"

#define ROUTE(method, path, fn, flags) enum err fn(struct request *rq, struct reply *rp) MUST_CHECK;
#include "web/routes.def"
#undef ROUTE

extern const struct route_set web_routes;

struct blob_file;
/* A file with its type, its tag, Range, and what keeps it from doing anything; *f lives in cx->mem. */
enum err web_file(struct request *rq, struct reply *rp, struct blob_file *f, const char *caching) MUST_CHECK;

struct arriving;
/* One that is on its way (core/arriving.h), likewise but for Range and tag; it is dropped at the end. */
void web_arriving(struct reply *rp, struct arriving *file, const char *mime);

/* An answer that says what went wrong, as a page. */
enum err web_problem(struct request *rq, struct reply *rp, int status, const char *said);

/* Who is logged in by the session cookie; ERR_NOT_FOUND: nobody. Fills cx->user_id and cx->me. */
enum err web_session(struct request *rq, struct session *s) MUST_CHECK;
/* For pages of those who are logged in: *done, and the answer made, where nobody is (the login form, to come back to this
 * page), or somebody who may do nothing yet. */
enum err web_member(struct request *rq, struct reply *rp, struct session *s, bool *done) MUST_CHECK;
/* For their forms: *done, and the answer made, where the session or the form is not good. */
enum err web_member_form(struct request *rq, struct reply *rp, struct session *s, bool *done) MUST_CHECK;
/* The password, which their form asks for once more (PASSWORD_FIELD). *wrong: the status to answer with, and cx->said why; 0:
 * it is right. */
enum err web_password(struct request *rq, const struct session *s, int *wrong) MUST_CHECK;
/* The session begins: cookie, and back to where one came from. */
enum err web_let_in(struct request *rq, struct reply *rp, int64_t user_id, str back) MUST_CHECK;
/* A path of ours, or "/". */
str web_own_path(str back);
/* The form that asks for the second factor. */
enum err web_second_factor_page(struct request *rq, struct reply *rp, int status, str secret, str back, str error) MUST_CHECK;

/* The page of settings, with a sentence above it. */
enum err web_settings_page(struct request *rq, struct reply *rp, int status, const struct session *s, str said) MUST_CHECK;
/* At most `most` times within so many seconds from one address; who asks from this machine is not counted. */
bool web_throttle(struct request *rq, const char *what, int64_t most, int64_t seconds);

/* A form of ours, sent from our own page: the csrf field equals what the page was given, and Origin, if sent, is us.
 * want: of the session, or of the cookie before login. False: answer 403. */
bool web_form_ok(struct request *rq, str want);
/* The token that guards forms before there is a session: from the cookie, or made and set. */
str web_guest_csrf(struct request *rq, struct reply *rp);
/* The login form, to come back to `back` (a path of ours); error: a sentence above it, or STR_NONE. */
enum err web_login_page(struct request *rq, struct reply *rp, int status, str back, str error);
