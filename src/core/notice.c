/* Notifications: who is told of what. */
#include "core/notice.h"

#include "base/clock.h"
#include "core/account.h"
#include "core/hub.h"
#include "core/notice_policy.h"
#include "core/paging.h"
#include "core/push.h"
#include "store/reports.h"

enum { NOTICES_USUAL = 40,
       NOTICES_MOST = 80,
       UNREAD_MOST = 1000,
       GROUP_HOURS = 12,
       GROUP_SLICE = 5, /* notifications looked at for each group wanted, at first */
       COLLECTION_MS = HOUR };

/* Such a group begins with its first notification and takes in what comes within twelve hours. */
static enum err find_group(struct ctx *cx, struct notice *n)
{
	static const struct {
		const char *kind;
		bool by_post;
	} grouped[] = { { "favourite", true }, { "reblog", true }, { "follow", false }, { "admin.sign_up", false } };
	int64_t hour = n->created_at / HOUR, began;
	str prefix = STR_NONE, last;

	for (size_t i = 0; i < sizeof(grouped) / sizeof(grouped[0]); i++)
		if (str_eq(n->kind, str_of(grouped[i].kind)))
			prefix = grouped[i].by_post ? strf(cx->mem, "%s-%lld-", grouped[i].kind, (long long)n->status_id)
			                            : strf(cx->mem, "%s-", grouped[i].kind);
	if (str_none(prefix))
		return OK;
	TRY(notices_last_group(cx->db, cx->mem, n->account_id, prefix, &last));
	if (!str_none(last) && str_int(str_from(last, prefix.n), &began) && hour < began + GROUP_HOURS)
		n->group_key = last;
	else
		n->group_key = strf(cx->mem, "%.*s%lld", STR_F(prefix), (long long)hour);
	return OK;
}

static enum err insert(struct ctx *cx, const struct notice *n)
{
	TRY(notices_insert(cx->db, n));
	if (n->filtered)
		return notice_request_add(cx, n);
	hub_publish(cx, &(struct event){ .kind = EV_NOTIFICATION, .to = n->account_id, .id = n->id });
	return push_note(cx, n);
}

enum err notice_add(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t status_id)
{
	struct notice n = { .id = id_new_small(),
		            .account_id = to,
		            .kind = str_of(kind),
		            .from_id = from,
		            .status_id = status_id,
		            .created_at = cx->now };
	enum notice_fate fate;

	if (to == from && !str_eq(n.kind, S("poll")))
		return OK;
	/* each edit is told, the latest one */
	if (str_eq(n.kind, S("update")) || str_eq(n.kind, S("quoted_update")))
		TRY(notices_delete_same(cx->db, &n));
	TRY(notice_judge(cx, &n, &fate));
	if (fate == NOTICE_DROPPED)
		return OK;
	n.filtered = fate == NOTICE_HELD;
	if (!n.filtered)
		TRY(find_group(cx, &n));
	return insert(cx, &n);
}

enum notice_subject notice_subject_of(str kind)
{
	static const char *const kinds[SUBJECTS] = {
		[SUBJECT_SEVERANCE] = "severed_relationships",
		[SUBJECT_REPORT] = "admin.report",
		[SUBJECT_WARNING] = "moderation_warning",
		[SUBJECT_COLLECTION] = "added_to_collection",
	};

	if (str_eq(kind, S("collection_update")))
		return SUBJECT_COLLECTION;
	for (int i = 0; i < SUBJECTS; i++)
		if (kinds[i] && str_eq(kind, str_of(kinds[i])))
			return (enum notice_subject)i;
	return SUBJECT_NONE;
}

/* Of the server's own doing: no policy holds it back. */
static enum err add_about(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t subject_id)
{
	struct notice n = { .id = id_new_small(),
		            .account_id = to,
		            .kind = str_of(kind),
		            .from_id = from,
		            .created_at = cx->now,
		            .subject_id = subject_id };

	return insert(cx, &n);
}

enum err notice_add_severed(struct ctx *cx, int64_t to, int64_t severance_id)
{
	return add_about(cx, to, "severed_relationships", to, severance_id);
}

enum err notice_add_warning(struct ctx *cx, int64_t to, int64_t warning_id)
{
	return add_about(cx, to, "moderation_warning", to, warning_id);
}

enum err notice_add_report(struct ctx *cx, int64_t to, int64_t from, int64_t report_id)
{
	return to == from ? OK : add_about(cx, to, "admin.report", from, report_id);
}

enum err notice_add_sign_up(struct ctx *cx, int64_t site_id, int64_t account_id)
{
	struct ids staff;

	TRY(reports_staff(cx->db, cx->mem, site_id, &staff));
	for (size_t i = 0; i < staff.n; i++)
		TRY(notice_add(cx, staff.v[i], "admin.sign_up", account_id, 0));
	return OK;
}

/* Others are told by their servers. What is still new says the latest name without being told again. */
enum err notice_add_collection(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t collection_id)
{
	struct notice n = { .id = id_new_small(),
		            .account_id = to,
		            .kind = str_of(kind),
		            .from_id = from,
		            .created_at = cx->now,
		            .subject_id = collection_id };
	enum notice_fate fate;
	int64_t fresh;

	if (to == from)
		return OK;
	TRY(notices_of_collection(cx->db, to, from, collection_id, n.kind, cx->now - COLLECTION_MS, &fresh));
	if (fresh)
		return OK;
	TRY(notices_delete_collection(cx->db, to, from, collection_id, n.kind));
	TRY(notice_judge(cx, &n, &fate));
	if (fate == NOTICE_DROPPED)
		return OK;
	n.filtered = fate == NOTICE_HELD;
	return insert(cx, &n);
}

enum err notice_remove_collection(struct ctx *cx, int64_t to, int64_t from, int64_t collection_id)
{
	TRY(notices_delete_collection(cx->db, to, from, collection_id, S("added_to_collection")));
	return notices_delete_collection(cx->db, to, from, collection_id, S("collection_update"));
}

enum err notice_remove(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t status_id)
{
	struct notice n = { .account_id = to, .kind = str_of(kind), .from_id = from, .status_id = status_id };

	return notices_delete_same(cx->db, &n);
}

static struct notice_find find_of(const struct ctx *cx, const struct notice_filter *f, const struct span *sp)
{
	return (struct notice_find){
		.account_id = cx->me->id,
		.max = sp->max,
		.min = sp->low,
		.limit = sp->limit,
		.up = sp->up,
		.types = f->types,
		.exclude = f->exclude,
		.grouped = f->grouped,
		.from_id = f->from_id,
		.filtered = f->filtered || f->from_id,
	};
}

static void turn(struct notice *v, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct notice t = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = t;
	}
}

enum err notice_list(struct ctx *cx, const struct notice_filter *f, const struct page *p, struct notice **out,
                     size_t *n)
{
	struct span sp = span_of(p, NOTICES_USUAL, NOTICES_MOST);
	struct notice_find find;
	struct db_rows rows;

	if (!cx->me)
		return ERR_DENIED;
	find = find_of(cx, f, &sp);
	TRY(notices_list(cx->db, cx->mem, &find, &rows));
	if (sp.up)
		turn(rows.p, rows.n);
	*out = rows.p;
	*n = rows.n;
	return OK;
}

enum err notice_by_id(struct ctx *cx, int64_t id, struct notice *out)
{
	return cx->me ? notices_get(cx->db, cx->mem, cx->me->id, id, out) : ERR_DENIED;
}

static enum err dismiss(struct ctx *cx, void *arg)
{
	const struct ids *ids = arg;

	return ids ? notices_delete_ids(cx->db, cx->mem, cx->me->id, *ids) : notices_delete_all(cx->db, cx->me->id);
}

enum err notice_dismiss(struct ctx *cx, int64_t id)
{
	struct notice is;

	TRY(notice_by_id(cx, id, &is));
	return write_tx(cx, dismiss, &(struct ids){ &id, 1 });
}

enum err notice_dismiss_many(struct ctx *cx, struct ids ids)
{
	return cx->me ? write_tx(cx, dismiss, &ids) : ERR_DENIED;
}

enum err notice_clear(struct ctx *cx)
{
	return cx->me ? write_tx(cx, dismiss, NULL) : ERR_DENIED;
}

/* As for a page of groups: mostly so many are among the first ones. */
static enum err count_groups(struct ctx *cx, const struct notice_find *f, int64_t *count)
{
	struct notice_find some = *f;
	struct notice_tally t;

	some.limit *= GROUP_SLICE;
	TRY(notices_tally(cx->db, cx->mem, &some, &t));
	if (t.groups < f->limit && t.total == some.limit)
		return notices_count(cx->db, cx->mem, f, true, count);
	*count = t.groups < f->limit ? t.groups : f->limit;
	return OK;
}

enum err notice_unread(struct ctx *cx, const struct notice_filter *f, bool groups, int64_t limit, int64_t *count)
{
	struct span sp = { .max = INT64_MAX, .up = true, .limit = limit > 0 && limit < UNREAD_MOST ? limit : UNREAD_MOST };
	str timeline = S("notifications");
	struct notice_find find;
	struct marker *m;
	size_t n;

	TRY(marker_list(cx, (struct strs){ &timeline, 1 }, &m, &n));
	if (n && !str_int(m->last_read_id, &sp.low))
		sp.low = 0;
	find = find_of(cx, f, &sp);
	return groups ? count_groups(cx, &find, count) : notices_count(cx->db, cx->mem, &find, false, count);
}

/* --- groups */

str notice_key(struct arena *mem, const struct notice *n)
{
	return str_none(n->group_key) ? strf(mem, "ungrouped-%lld", (long long)n->id) : n->group_key;
}

static struct notice_group alone(struct arena *mem, const struct notice *n)
{
	struct notice_group g = {
		.n = *n,
		.count = 1,
		.newest = n->id,
		.page_oldest = n->id,
		.latest_at = n->created_at,
		.sample = { NEWS(mem, int64_t, GROUP_SAMPLE), 1 },
	};

	g.key = strf(mem, "ungrouped-%lld", (long long)n->id);
	g.sample.v[0] = n->from_id;
	return g;
}

static void take_sum(struct arena *mem, struct notice_group *g, const struct notice_sum *sums, size_t n)
{
	const struct notice_sum *sum = NULL;
	struct ids from;

	for (size_t i = 0; !sum && i < n; i++)
		if (str_eq(sums[i].group_key, g->n.group_key))
			sum = &sums[i];
	if (!sum)
		return;
	g->key = sum->group_key;
	g->count = sum->total;
	g->newest = sum->newest;
	g->page_oldest = sum->page_oldest;
	g->latest_at = sum->latest_at;
	from = db_ids_of(mem, sum->sample);
	g->sample.n = 0;
	for (size_t i = 0; i < from.n; i++)
		if (!ids_has(g->sample, from.v[i]))
			g->sample.v[g->sample.n++] = from.v[i];
}

static bool grouped(const struct notice_find *f, const struct notice *n)
{
	return !str_none(n->group_key) && (!f->grouped.n || strs_has(f->grouped, n->kind));
}

/* Each of the notifications stands for its group, of which what is in first..last is on the page. */
static enum err fill(struct ctx *cx, const struct notice_find *f, const struct notice *v, size_t n, int64_t first, int64_t last,
                     struct notice_group *out)
{
	struct strs keys = { NEWS(cx->mem, str, n), 0 };
	struct db_rows rows = { 0 };

	for (size_t i = 0; i < n; i++) {
		out[i] = alone(cx->mem, &v[i]);
		if (grouped(f, &v[i]))
			keys.v[keys.n++] = v[i].group_key;
		else
			out[i].n.group_key = STR_NONE;
	}
	if (!keys.n)
		return OK;
	TRY(notices_sums(cx->db, cx->mem, f->account_id, keys, first, last, GROUP_SAMPLE, &rows));
	for (size_t i = 0; i < n; i++)
		if (!str_none(out[i].n.group_key))
			take_sum(cx->mem, &out[i], rows.p, rows.n);
	return OK;
}

/* Leaves the first `most` groups, by the first of each; gives how many. */
static size_t leave_first(struct arena *mem, const struct notice_find *f, struct notice *v, size_t n, size_t most)
{
	struct strs met = { NEWS(mem, str, most), 0 };
	size_t left = 0;

	for (size_t i = 0; i < n && left < most; i++) {
		bool of_group = grouped(f, &v[i]);

		if (of_group && strs_has(met, v[i].group_key))
			continue;
		if (of_group)
			met.v[met.n++] = v[i].group_key;
		v[left++] = v[i];
	}
	return left;
}

/* Mostly a page of groups is among a few hundred notifications, and they are told apart faster here than by the database,
 * which must look for an earlier one of each. */
static enum err first_of_groups(struct ctx *cx, const struct notice_find *f, struct db_rows *rows)
{
	struct notice_find some = *f;
	size_t n;

	some.limit *= GROUP_SLICE;
	TRY(notices_list(cx->db, cx->mem, &some, rows));
	n = leave_first(cx->mem, f, rows->p, rows->n, (size_t)f->limit);
	if ((int64_t)n < f->limit && (int64_t)rows->n == some.limit)
		return notices_groups(cx->db, cx->mem, f, rows);
	rows->n = n;
	return OK;
}

enum err notice_groups(struct ctx *cx, const struct notice_filter *f, const struct page *p, struct notice_group **out,
                       size_t *n)
{
	struct span sp = span_of(p, NOTICES_USUAL, NOTICES_MOST);
	struct notice_find find;
	struct db_rows rows;
	struct notice *v;
	int64_t first, last;

	if (!cx->me)
		return ERR_DENIED;
	find = find_of(cx, f, &sp);
	TRY(first_of_groups(cx, &find, &rows));
	v = rows.p;
	*n = rows.n;
	if (!rows.n)
		return OK;
	if (sp.up)
		turn(v, rows.n);
	first = v[rows.n - 1].id;
	last = v[0].id;
	/* a page that is not full reaches to the end of what was asked for */
	if ((int64_t)rows.n < sp.limit && sp.up)
		last = sp.max - 1;
	else if ((int64_t)rows.n < sp.limit)
		first = sp.low + 1;
	*out = NEWS(cx->mem, struct notice_group, rows.n);
	return fill(cx, &find, v, rows.n, first, last, *out);
}

static bool id_in_key(str key, int64_t *id)
{
	return str_skip(&key, S("ungrouped-")) && str_int(key, id);
}

enum err notice_group_list(struct ctx *cx, str key, const struct page *p, struct notice **out, size_t *n)
{
	struct span sp = span_of(p, NOTICES_USUAL, NOTICES_MOST);
	struct notice_find find;
	struct db_rows rows;
	int64_t id;

	if (!cx->me)
		return ERR_DENIED;
	*n = 0;
	if (id_in_key(key, &id)) {
		enum err e;

		*out = NEW(cx->mem, struct notice);
		e = notice_by_id(cx, id, *out);
		*n = !e && id < sp.max && id > sp.low;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	find = find_of(cx, &(struct notice_filter){ 0 }, &sp);
	TRY(notices_of_group(cx->db, cx->mem, &find, key, &rows));
	if (sp.up)
		turn(rows.p, rows.n);
	*out = rows.p;
	*n = rows.n;
	return OK;
}

enum err notice_group(struct ctx *cx, str key, struct notice_group *out)
{
	struct page one = { .limit = 1 };
	struct notice_find find = { .grouped = { 0 } };
	struct notice *v;
	size_t n;

	TRY(notice_group_list(cx, key, &one, &v, &n));
	if (!n)
		return ERR_NOT_FOUND;
	if (str_starts(key, S("ungrouped-")))
		v->group_key = STR_NONE;
	find.account_id = cx->me->id;
	return fill(cx, &find, v, 1, 0, INT64_MAX, out);
}

static enum err dismiss_group(struct ctx *cx, void *arg)
{
	str key = *(str *)arg;
	int64_t id;

	if (id_in_key(key, &id))
		return notices_delete_ids(cx->db, cx->mem, cx->me->id, (struct ids){ &id, 1 });
	return notices_delete_group(cx->db, cx->me->id, key);
}

enum err notice_group_dismiss(struct ctx *cx, str key)
{
	return cx->me ? write_tx(cx, dismiss_group, &key) : ERR_DENIED;
}
