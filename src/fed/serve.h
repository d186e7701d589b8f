#pragma once
/* Handlers of routes.def, and what they share: who asks, whose it is, how refusals look. */
#include "core/view.h"
#include "http/reply.h"

#define ROUTE(method, path, fn, flags) enum err fn(struct request *rq, struct reply *rp);
#include "fed/routes.def"
#undef ROUTE

/* An answer of application/activity+json; returns its writer. */
struct jw *serve_json(struct reply *rp);
/* {"error": ...} with that status. */
enum err serve_refuse(struct reply *rp, int status, const char *why);
/* The refusal of who has not signed, or not well. */
enum err serve_unsigned(struct reply *rp, int status);
/* Who asks: 0 without a signature, or with one that proves nothing where none is needed; then what is not found is answered
 * by what the signature deserves. refused: *rp is done already, return OK. Anything but OK: return it. */
enum err serve_viewer(struct request *rq, struct reply *rp, int64_t *viewer, bool *refused) MUST_CHECK;
/* The account of the first path argument. With done, *rp is done already (410, 403). */
enum err serve_account(struct request *rq, struct reply *rp, struct account *a, bool *done) MUST_CHECK;
/* Both at once: whose it is, and who asks. Whom the account blocks gets neither it nor its lists. */
enum err serve_open(struct request *rq, struct reply *rp, struct account *a, bool *done) MUST_CHECK;
/* Views carry what apps need; documents need all of the author, and what a post answers. author: whole, of this post. */
enum err serve_complete(struct ctx *cx, const struct account *author, struct status_view *v) MUST_CHECK;
