#pragma once
/* Notifications: who is told of what, and reading them. */
#include "core/ctx.h"
#include "core/page.h"
#include "store/notices.h"

/* In a transaction. Nothing happens if `to` is not local, is `from`, blocks or mutes from (or the thread), was told
 * of the very same before, or has a policy that drops it; one that filters holds it back (core/notice_policy.h). */
enum err notice_add(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t status_id) MUST_CHECK;
/* Likewise: who lost follows is told so; the notice is from themselves, there is nobody else. */
enum err notice_add_severed(struct ctx *cx, int64_t to, int64_t severance_id) MUST_CHECK;
enum err notice_add_warning(struct ctx *cx, int64_t to, int64_t warning_id) MUST_CHECK;
/* Likewise: a moderator is told of a report, whoever it is by. */
enum err notice_add_report(struct ctx *cx, int64_t to, int64_t from, int64_t report_id) MUST_CHECK;
/* Likewise: who looks after the site is told of a new account. */
enum err notice_add_sign_up(struct ctx *cx, int64_t site_id, int64_t account_id) MUST_CHECK;
/* Likewise: somebody put `to` into a collection, or gave one that it is in another name, which is
 * told once an hour however often it comes. Both end with the place in it. */
enum err notice_add_collection(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t collection_id) MUST_CHECK;
enum err notice_remove_collection(struct ctx *cx, int64_t to, int64_t from, int64_t collection_id) MUST_CHECK;
/* What subject_id of a notice is the number of. */
enum notice_subject { SUBJECT_NONE,
	              SUBJECT_SEVERANCE,
	              SUBJECT_REPORT,
	              SUBJECT_WARNING,
	              SUBJECT_COLLECTION,
	              SUBJECTS };
enum notice_subject notice_subject_of(str kind);
/* What an undo takes back. */
enum err notice_remove(struct ctx *cx, int64_t to, const char *kind, int64_t from,
                       int64_t status_id) MUST_CHECK;
struct notice_filter {
	struct strs types, exclude, grouped;
	int64_t from_id;
	bool filtered; /* those held back too; so with a from_id */
};
/* Of cx->me, newest first. */
enum err notice_list(struct ctx *cx, const struct notice_filter *f, const struct page *p, struct notice **out,
                     size_t *n) MUST_CHECK;
enum err notice_by_id(struct ctx *cx, int64_t id, struct notice *out) MUST_CHECK;
enum err notice_dismiss(struct ctx *cx, int64_t id) MUST_CHECK; /* ERR_NOT_FOUND: not of cx->me */
enum err notice_dismiss_many(struct ctx *cx, struct ids ids) MUST_CHECK;
enum err notice_clear(struct ctx *cx) MUST_CHECK;
/* Since the marker; counted to `limit` at most. groups: each counts once. */
enum err notice_unread(struct ctx *cx, const struct notice_filter *f, bool groups, int64_t limit, int64_t *count) MUST_CHECK;

/* Several of one kind about one thing, of twelve hours, or one that stands alone. */
enum { GROUP_SAMPLE = 8 };
struct notice_group {
	struct notice n;  /* the one that stands for it */
	str key;          /* "ungrouped-17" for one alone */
	int64_t count, newest, page_oldest, latest_at;
	struct ids sample; /* from whom, newest first */
};
enum err notice_groups(struct ctx *cx, const struct notice_filter *f, const struct page *p, struct notice_group **out,
                       size_t *n) MUST_CHECK;
str notice_key(struct arena *mem, const struct notice *n);
/* All of it, whatever the page. ERR_NOT_FOUND */
enum err notice_group(struct ctx *cx, str key, struct notice_group *out) MUST_CHECK;
/* Its notifications, newest first. */
enum err notice_group_list(struct ctx *cx, str key, const struct page *p, struct notice **out, size_t *n) MUST_CHECK;
enum err notice_group_dismiss(struct ctx *cx, str key) MUST_CHECK;

enum err marker_list(struct ctx *cx, struct strs timelines, struct marker **out, size_t *n) MUST_CHECK;
enum err marker_set(struct ctx *cx, str timeline, str last_read_id, struct marker *out) MUST_CHECK;
