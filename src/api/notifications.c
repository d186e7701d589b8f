/* Notifications and markers: https://docs.joinmastodon.org/methods/notifications/, /markers/ */
#include "core/notice.h"

#include "api/handlers.h"
#include "api/notices.h"
#include "base/arena.h"

static const struct param filter_params[] = {
	P(notice_filter, types, P_STRS, "types", 30),
	P(notice_filter, exclude, P_STRS, "exclude_types", 30),
	P(notice_filter, grouped, P_STRS, "grouped_types", 30),
	P(notice_filter, from_id, P_ID, "account_id", 0),
	P(notice_filter, filtered, P_BOOL, "include_filtered", 0),
};

enum err notices_filter(struct request *rq, struct notice_filter *f)
{
	*f = (struct notice_filter){ 0 };
	return PARAMS(rq, filter_params, f);
}

static const struct param known_params[] = { P_GIVEN(notice_known, kinds, P_STRS, "supported_types", 50, given) };

enum err notices_known(struct request *rq, struct notice_known *k)
{
	*k = (struct notice_known){ 0 };
	return PARAMS(rq, known_params, k);
}

bool notices_fallback(const struct notice_known *k, str kind)
{
	return k && k->given && notice_has_fallback(kind) && !strs_has(k->kinds, kind);
}

struct notice_wants notices_want(struct arena *mem, size_t n, size_t accounts)
{
	struct notice_wants w = { 0 };

	w.from.v = NEWS(mem, int64_t, n + accounts);
	w.about.v = NEWS(mem, int64_t, n);
	for (int i = 0; i < SUBJECTS; i++)
		w.subjects[i].v = NEWS(mem, int64_t, n);
	return w;
}

static void want(struct ids *into, int64_t id)
{
	if (id && !ids_has(*into, id))
		into->v[into->n++] = id;
}

void notices_want_one(struct notice_wants *w, const struct notice *n)
{
	want(&w->about, n->status_id);
	want(&w->subjects[notice_subject_of(n->kind)], n->subject_id);
}

enum err notices_load(struct ctx *cx, const struct notice_wants *w, struct notice_loaded *out)
{
	*out = (struct notice_loaded){ 0 };
	TRY(severance_list(cx, w->subjects[SUBJECT_SEVERANCE], &out->severances));
	TRY(report_views(cx, w->subjects[SUBJECT_REPORT], &out->reports, &out->reports_n));
	TRY(warning_list(cx, w->subjects[SUBJECT_WARNING], &out->warnings));
	TRY(featured_views(cx, w->subjects[SUBJECT_COLLECTION], &out->collections, &out->collections_n));
	TRY(account_views(cx, w->from, &out->from, &out->from_n));
	return status_views(cx, w->about, &out->about, &out->about_n);
}

const struct account_view *notices_from(const struct notice_loaded *l, int64_t id)
{
	for (size_t i = 0; i < l->from_n; i++)
		if (l->from[i].a.id == id)
			return &l->from[i];
	return NULL;
}

const struct status_view *notices_about(const struct notice_loaded *l, int64_t id)
{
	for (size_t i = 0; id && i < l->about_n; i++)
		if (l->about[i].s.id == id)
			return &l->about[i];
	return NULL;
}

/* What it is about; false: that is gone. */
static bool find_subject(const struct notice_loaded *l, const struct notice *n, struct notice_parts *parts)
{
	const struct severance *s = l->severances.p;
	const struct warning *w = l->warnings.p;

	switch (n->subject_id ? notice_subject_of(n->kind) : SUBJECT_NONE) {
	case SUBJECT_SEVERANCE:
		for (size_t i = 0; i < l->severances.n; i++)
			if (s[i].id == n->subject_id)
				parts->event = &s[i];
		return parts->event;
	case SUBJECT_REPORT:
		for (size_t i = 0; i < l->reports_n; i++)
			if (l->reports[i].r.id == n->subject_id)
				parts->report = &l->reports[i];
		return parts->report;
	case SUBJECT_WARNING:
		for (size_t i = 0; i < l->warnings.n; i++)
			if (w[i].id == n->subject_id)
				parts->warning = &w[i];
		return parts->warning;
	case SUBJECT_COLLECTION:
		for (size_t i = 0; i < l->collections_n; i++)
			if (l->collections[i].c.id == n->subject_id)
				parts->collection = &l->collections[i];
		return parts->collection;
	default:
		return true;
	}
}

bool notices_parts(const struct notice_loaded *l, const struct notice *n, struct notice_parts *parts)
{
	*parts = (struct notice_parts){ .from = notices_from(l, n->from_id), .about = notices_about(l, n->status_id) };
	return parts->from && (parts->about || !n->status_id) && find_subject(l, n, parts);
}

static enum err load(struct ctx *cx, const struct notice *list, size_t n, struct notice_loaded *out)
{
	struct notice_wants w = notices_want(cx->mem, n, 0);

	for (size_t i = 0; i < n; i++) {
		want(&w.from, list[i].from_id);
		notices_want_one(&w, &list[i]);
	}
	return notices_load(cx, &w, out);
}

static bool write_one(struct jw *w, const struct notice *n, const struct notice_loaded *l, const struct notice_known *known)
{
	struct notice_parts parts;

	if (!notices_parts(l, n, &parts))
		return false;
	parts.fallback = notices_fallback(known, n->kind);
	entity_notification(w, NULL, n, &parts);
	return true;
}

enum err api_notifications(struct request *rq, struct reply *rp)
{
	struct notice_filter filter;
	struct notice_known known;
	struct notice *list;
	struct notice_loaded loaded;
	struct page page;
	struct jw *w;
	size_t n;

	TRY(notices_filter(rq, &filter));
	TRY(notices_known(rq, &known));
	TRY(rq_page(rq, 40, 80, &page));
	TRY(notice_list(rq->cx, &filter, &page, &list, &n));
	TRY(load(rq->cx, list, n, &loaded));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		write_one(w, &list[i], &loaded, &known);
	jw_end(w);
	if (n)
		reply_links(rp, list[0].id, list[n - 1].id);
	return OK;
}

enum err notice_write(struct ctx *cx, struct jw *w, int64_t id, const struct notice_known *known)
{
	struct notice_loaded loaded;
	struct notice one;

	TRY(notice_by_id(cx, id, &one));
	TRY(load(cx, &one, 1, &loaded));
	return write_one(w, &one, &loaded, known) ? OK : ERR_NOT_FOUND;
}

enum err api_notification_show(struct request *rq, struct reply *rp)
{
	struct notice_known known;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(notices_known(rq, &known));
	return notice_write(rq->cx, reply_json(rp), id, &known);
}

enum err notices_reply_unread(struct request *rq, struct reply *rp, bool groups)
{
	struct notice_filter filter;
	struct page page;
	int64_t count;
	struct jw *w;

	TRY(notices_filter(rq, &filter));
	TRY(rq_page(rq, 100, 1000, &page));
	TRY(notice_unread(rq->cx, &filter, groups, page.limit, &count));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_int(w, "count", count);
	jw_end(w);
	return OK;
}

enum err api_notifications_unread(struct request *rq, struct reply *rp)
{
	return notices_reply_unread(rq, rp, false);
}

enum err api_notifications_clear(struct request *rq, struct reply *rp)
{
	TRY(notice_clear(rq->cx));
	reply_empty(rp);
	return OK;
}

enum err api_notification_dismiss(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(notice_dismiss(rq->cx, id));
	reply_empty(rp);
	return OK;
}

struct dismiss_in {
	int64_t id;
	struct ids ids;
};
static const struct param dismiss_params[] = {
	P(dismiss_in, id, P_ID, "id", 0),
	P(dismiss_in, ids, P_IDS, "ids", 100),
};

/* As it was called before Mastodon 1.3. */
enum err api_notification_dismiss_old(struct request *rq, struct reply *rp)
{
	struct dismiss_in in = { 0 };

	TRY(PARAMS(rq, dismiss_params, &in));
	TRY(notice_dismiss(rq->cx, in.id));
	reply_empty(rp);
	return OK;
}

enum err api_notifications_dismiss_many(struct request *rq, struct reply *rp)
{
	struct dismiss_in in = { 0 };

	TRY(PARAMS(rq, dismiss_params, &in));
	TRY(notice_dismiss_many(rq->cx, in.ids));
	reply_empty(rp);
	return OK;
}

/* Markers */

struct markers_in {
	struct strs timelines;
};
static const struct param markers_params[] = { P(markers_in, timelines, P_STRS, "timeline", 10) };

enum err api_markers(struct request *rq, struct reply *rp)
{
	struct markers_in in = { 0 };
	struct marker *list;
	struct jw *w;
	size_t n;

	TRY(PARAMS(rq, markers_params, &in));
	TRY(marker_list(rq->cx, in.timelines, &list, &n));
	w = reply_json(rp);
	jw_obj(w, NULL);
	for (size_t i = 0; i < n; i++) {
		jw_key(w, list[i].timeline);
		entity_marker(w, &list[i]);
	}
	jw_end(w);
	return OK;
}

enum err api_markers_set(struct request *rq, struct reply *rp)
{
	static const struct {
		const char *param, *timeline;
	} known[] = { { "home[last_read_id]", "home" }, { "notifications[last_read_id]", "notifications" } };
	struct marker made[2];
	struct jw *w;
	int n = 0;

	for (int i = 0; i < 2; i++) {
		str id = param_get(rq, known[i].param);
		int64_t number;

		if (str_none(id))
			continue;
		if (!str_int(id, &number) || number < 0)
			return fail(rq->cx, ERR_INVALID, "Validation failed: Last read is not a number");
		TRY(marker_set(rq->cx, str_of(known[i].timeline), id, &made[n++]));
	}
	w = reply_json(rp);
	jw_obj(w, NULL);
	for (int i = 0; i < n; i++) {
		jw_key(w, made[i].timeline);
		entity_marker(w, &made[i]);
	}
	jw_end(w);
	return OK;
}
