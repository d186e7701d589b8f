#pragma once
/* What the endpoints of notifications share. */
#include "api/entity.h"
#include "core/notice.h"
#include "http/reply.h"

/* Whom and what a page of notifications is about. */
struct notice_wants {
	struct ids from, about, subjects[SUBJECTS];
};
/* Room for n notifications, and as many more accounts. */
struct notice_wants notices_want(struct arena *mem, size_t n, size_t accounts);
/* Adds its post and its subject, once each; from is the caller's to fill. */
void notices_want_one(struct notice_wants *w, const struct notice *n);
/* Loaded at once, however many. */
struct notice_loaded {
	struct account_view *from;
	struct status_view *about;
	struct report_view *reports;
	struct db_rows severances, warnings;
	struct featured_view *collections;
	size_t from_n, about_n, reports_n, collections_n;
};
enum err notices_load(struct ctx *cx, const struct notice_wants *w, struct notice_loaded *out) MUST_CHECK;
/* NULL: gone, or not to be seen; also of 0. */
const struct account_view *notices_from(const struct notice_loaded *l, int64_t id);
const struct status_view *notices_about(const struct notice_loaded *l, int64_t id);
/* What *n is about; false where who did it is gone, or the post is not to be seen any more. */
bool notices_parts(const struct notice_loaded *l, const struct notice *n, struct notice_parts *parts);
/* Kinds that the app knows; not given: no texts for others are wanted. */
struct notice_known {
	struct strs kinds;
	bool given;
};
enum err notices_known(struct request *rq, struct notice_known *k) MUST_CHECK;
bool notices_fallback(const struct notice_known *k, str kind);
/* One of cx->me, by its id; ERR_NOT_FOUND also for what is not to be shown any more. known may be NULL. */
enum err notice_write(struct ctx *cx, struct jw *w, int64_t id, const struct notice_known *known) MUST_CHECK;
/* types[], exclude_types[], grouped_types[], account_id, include_filtered. */
enum err notices_filter(struct request *rq, struct notice_filter *f) MUST_CHECK;
/* {"count": n} of what is unread. */
enum err notices_reply_unread(struct request *rq, struct reply *rp, bool groups) MUST_CHECK;
