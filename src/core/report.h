#pragma once
/* What people say is wrong with accounts and posts, for who looks after the site. */
#include "core/page.h"
#include "core/view.h"
#include "store/reports.h"

enum { REPORT_RUNES = 1000,       /* of one of ours; what others say is cut at REPORT_FAR_RUNES */
       REPORT_FAR_RUNES = 5000,
       REPORT_STATUSES = 100 };

struct report_in {
	const struct account *target;
	struct ids statuses, collections, rules; /* rules: numbers from 1 on, as the site lists them */
	str comment, category;      /* "": other; with rules it is violation */
	bool forward;               /* to the target's server, without saying who reports */
	struct strs forward_to;     /* or to these domains, of the target and of whom its posts answer; empty: the target's */
};
/* By cx->me. Tells moderators, and the servers it is for. ERR_NOT_FOUND: a post or collection is not the target's, or not to be
 * seen; ERR_INVALID with a sentence. */
enum err report_create(struct ctx *cx, const struct report_in *in, struct report *made) MUST_CHECK;
/* What another server says of one of ours. Posts that are not the target's, or that nobody there can have seen, are left
 * out; too many, the same again, or of a server whose reports are not wanted: OK, nothing happens. */
struct report_far {
	const struct account *by, *target;
	struct ids statuses, collections;
	str comment, uri; /* uri: of the Flag */
};
enum err report_receive(struct ctx *cx, const struct report_far *in) MUST_CHECK;

/* Of cx->site. ERR_NOT_FOUND. */
enum err report_by_id(struct ctx *cx, int64_t id, struct report *r) MUST_CHECK;
/* For showing: those of the list that cx->me, who looks after cx->site, may see. In no order. */
struct report_view {
	struct report r;
	const struct account_view *target;
};
enum err report_views(struct ctx *cx, struct ids ids, struct report_view **out, size_t *n) MUST_CHECK;
/* Newest first; struct report. */
enum err report_list(struct ctx *cx, bool resolved, const struct page *p, struct db_rows *out) MUST_CHECK;
/* by: cx->me, or the command line. Again: OK. */
enum err report_resolve(struct ctx *cx, int64_t id, bool resolved) MUST_CHECK;
/* For the Flag that forwards it: the target and its posts. */
enum err report_objects(struct ctx *cx, int64_t id, struct report *r, str *target_uri, struct strs *uris) MUST_CHECK;
