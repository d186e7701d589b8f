#pragma once
/* What the endpoints of notifications share. */
#include "api/entity.h"
#include "http/reply.h"

/* Whom and what a page of notifications is about: loaded at once, however many. */
struct notice_loaded {
	struct account_view *from;
	struct status_view *about;
	struct severance *events;
	struct report_view *reports;
	size_t from_n, about_n, events_n, reports_n;
};
enum err notices_load(struct ctx *cx, struct ids from, struct ids about, struct ids events,
                      struct notice_loaded *out) MUST_CHECK;
/* NULL: gone, or not to be seen; also of 0. */
const struct account_view *notices_from(const struct notice_loaded *l, int64_t id);
const struct status_view *notices_about(const struct notice_loaded *l, int64_t id);
/* What *n is about; false where who did it is gone, or the post is not to be seen any more. */
bool notices_parts(const struct notice_loaded *l, const struct notice *n, struct notice_parts *parts);
/* One of cx->me, by its id; ERR_NOT_FOUND also for what is not to be shown any more. */
enum err notice_write(struct ctx *cx, struct jw *w, int64_t id) MUST_CHECK;
/* types[], exclude_types[], grouped_types[], account_id, include_filtered. */
enum err notices_filter(struct request *rq, struct notice_filter *f) MUST_CHECK;
/* {"count": n} of what is unread. */
enum err notices_reply_unread(struct request *rq, struct reply *rp, bool groups) MUST_CHECK;
