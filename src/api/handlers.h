#pragma once
/* The handlers that routes.def names, and what they share. */
#include "core/relation.h"
#include "core/view.h"
#include "http/reply.h"

#define ROUTE(method, path, fn, who, scopes, flags) enum err fn(struct request *rq, struct reply *rp) MUST_CHECK;
#include "api/routes.def"
#undef ROUTE
enum err oauth_token(struct request *rq, struct reply *rp) MUST_CHECK;
enum err oauth_revoke(struct request *rq, struct reply *rp) MUST_CHECK;
enum err oauth_introspect(struct request *rq, struct reply *rp) MUST_CHECK;
enum err oauth_token_info(struct request *rq, struct reply *rp) MUST_CHECK;
enum err oauth_userinfo(struct request *rq, struct reply *rp) MUST_CHECK;
enum err oauth_metadata(struct request *rq, struct reply *rp) MUST_CHECK;

/* Pages: load, write the array, link to the neighbours. */
enum err write_statuses(struct reply *rp, struct ids ids) MUST_CHECK; /* without links */
enum err reply_statuses(struct reply *rp, struct ids ids) MUST_CHECK;
enum err reply_accounts(struct reply *rp, struct ids ids) MUST_CHECK; /* without links */
/* Of rows whose own ids are to page by. */
enum err reply_listed_accounts(struct reply *rp, const struct listed *rows, size_t n) MUST_CHECK;
enum err reply_listed_statuses(struct reply *rp, const struct listed *rows, size_t n) MUST_CHECK;
struct ids listed_ids(struct arena *mem, const struct listed *rows, size_t n);
/* The status as it is now, for the verbs that answer with it. */
enum err reply_status(struct reply *rp, int64_t id) MUST_CHECK;
/* For the page of a thread: completes it in the background, and says so in a header. */
enum err api_refresh_thread(struct reply *rp, int64_t status_id) MUST_CHECK;
struct post_in;
enum err api_schedule(struct reply *rp, const struct post_in *in, int64_t at) MUST_CHECK;
enum err reply_relationship(struct reply *rp, int64_t account_id) MUST_CHECK;
enum err reply_credentials(struct reply *rp) MUST_CHECK;

/* The descriptor of an uploaded file, which stays the request's; -1: there is none. */
int api_file(struct request *rq, const char *name);

/* Handles and URLs brought in over the network before the handler runs (again): unknown ones stay unknown. */
void api_bring_in(struct ctx *cx, void *strs);
/* 401 where public timelines are for users only, and nobody of them asks. */
enum err api_may_read_timelines(struct reply *rp) MUST_CHECK;
