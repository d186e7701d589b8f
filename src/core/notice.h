#pragma once
/* Notifications. */
#include "core/ctx.h"
#include "core/page.h"
#include "store/notices.h"

/* In a transaction. Nothing happens if `to` is not local, is `from`, blocks or mutes from (or the thread), or was told
 * of the very same before. */
enum err notice_add(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t status_id) MUST_CHECK;
/* Likewise: who lost follows is told so; the notice is from themselves, there is nobody else. */
enum err notice_add_severed(struct ctx *cx, int64_t to, int64_t severance_id) MUST_CHECK;
/* What an undo takes back. */
enum err notice_remove(struct ctx *cx, int64_t to, const char *kind, int64_t from,
                       int64_t status_id) MUST_CHECK;
struct notice_filter {
	struct strs types, exclude;
	int64_t from_id;
};
/* Of cx->me, newest first. */
enum err notice_list(struct ctx *cx, const struct notice_filter *f, const struct page *p, struct notice **out,
                     size_t *n) MUST_CHECK;
enum err notice_by_id(struct ctx *cx, int64_t id, struct notice *out) MUST_CHECK;
enum err notice_dismiss(struct ctx *cx, int64_t id) MUST_CHECK; /* ERR_NOT_FOUND: not of cx->me */
enum err notice_clear(struct ctx *cx) MUST_CHECK;
enum err notice_unread(struct ctx *cx, int64_t limit, int64_t *count) MUST_CHECK;

enum err marker_list(struct ctx *cx, struct strs timelines, struct marker **out, size_t *n) MUST_CHECK;
enum err marker_set(struct ctx *cx, str timeline, str last_read_id, struct marker *out) MUST_CHECK;
