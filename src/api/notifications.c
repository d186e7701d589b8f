/* Notifications and markers: https://docs.joinmastodon.org/methods/notifications/, /markers/ */
#include "core/notice.h"

#include "api/entity.h"
#include "api/handlers.h"

static const struct param filter_params[] = {
	P(notice_filter, types, P_STRS, "types", 30),
	P(notice_filter, exclude, P_STRS, "exclude_types", 30),
	P(notice_filter, from_id, P_ID, "account_id", 0),
};

struct loaded {
	struct account_view *from;
	struct status_view *about;
	size_t from_n, about_n;
};

static enum err load(struct ctx *cx, const struct notice *list, size_t n, struct loaded *out)
{
	struct ids who = { NEWS(cx->mem, int64_t, n), n }, what = { NEWS(cx->mem, int64_t, n), 0 };

	for (size_t i = 0; i < n; i++) {
		who.v[i] = list[i].from_id;
		if (list[i].status_id)
			what.v[what.n++] = list[i].status_id;
	}
	TRY(account_views(cx, who, &out->from, &out->from_n));
	return status_views(cx, what, &out->about, &out->about_n);
}

static const struct account_view *who(const struct loaded *l, int64_t id)
{
	for (size_t i = 0; i < l->from_n; i++)
		if (l->from[i].a.id == id)
			return &l->from[i];
	return NULL;
}

static const struct status_view *what(const struct loaded *l, int64_t id)
{
	for (size_t i = 0; id && i < l->about_n; i++)
		if (l->about[i].s.id == id)
			return &l->about[i];
	return NULL;
}

/* One whose account is gone, or whose post is not to be seen any more, is not shown. */
static void write_one(struct jw *w, const struct notice *n, const struct loaded *l)
{
	const struct account_view *from = who(l, n->from_id);
	const struct status_view *about = what(l, n->status_id);

	if (from && (about || !n->status_id))
		entity_notification(w, NULL, n, from, about);
}

enum err api_notifications(struct request *rq, struct reply *rp)
{
	struct notice_filter filter = { 0 };
	struct notice *list;
	struct loaded loaded;
	struct page page;
	struct jw *w;
	size_t n;

	TRY(PARAMS(rq, filter_params, &filter));
	TRY(rq_page(rq, 40, 80, &page));
	TRY(notice_list(rq->cx, &filter, &page, &list, &n));
	TRY(load(rq->cx, list, n, &loaded));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		write_one(w, &list[i], &loaded);
	jw_end(w);
	if (n)
		reply_links(rp, list[0].id, list[n - 1].id);
	return OK;
}

enum err api_notification_show(struct request *rq, struct reply *rp)
{
	const struct account_view *from;
	const struct status_view *about;
	struct loaded loaded;
	struct notice one;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(notice_by_id(rq->cx, id, &one));
	TRY(load(rq->cx, &one, 1, &loaded));
	from = who(&loaded, one.from_id);
	about = what(&loaded, one.status_id);
	if (!from || (one.status_id && !about))
		return ERR_NOT_FOUND;
	entity_notification(reply_json(rp), NULL, &one, from, about);
	return OK;
}

enum err api_notifications_unread(struct request *rq, struct reply *rp)
{
	struct page page;
	int64_t count;
	struct jw *w;

	TRY(rq_page(rq, 100, 1000, &page));
	TRY(notice_unread(rq->cx, page.limit, &count));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_int(w, "count", count);
	jw_end(w);
	return OK;
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
