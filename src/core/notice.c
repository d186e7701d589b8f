/* Notifications: who is told of what. */
#include "core/notice.h"

#include "base/clock.h"
#include "core/account.h"
#include "core/paging.h"

enum { NOTICES_USUAL = 40,
       NOTICES_MOST = 80,
       UNREAD_MOST = 1000 };

enum err notice_add(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t status_id)
{
	struct notice n = { id_new_small(), to, str_of(kind), from, status_id, cx->now, 0 };
	bool wanted;

	if (to == from && !str_eq(n.kind, S("poll")))
		return OK;
	/* each edit is told, the latest one */
	if (str_eq(n.kind, S("update")) || str_eq(n.kind, S("quoted_update")))
		TRY(notices_delete_same(cx->db, &n));
	TRY(notices_wanted(cx->db, &n, &wanted));
	return wanted ? notices_insert(cx->db, &n) : OK;
}

enum err notice_add_severed(struct ctx *cx, int64_t to, int64_t severance_id)
{
	struct notice n = { id_new_small(), to, S("severed_relationships"), to, 0, cx->now, severance_id };

	return notices_insert(cx->db, &n);
}

enum err notice_remove(struct ctx *cx, int64_t to, const char *kind, int64_t from, int64_t status_id)
{
	struct notice n = { .account_id = to, .kind = str_of(kind), .from_id = from, .status_id = status_id };

	return notices_delete_same(cx->db, &n);
}

enum err notice_list(struct ctx *cx, const struct notice_filter *f, const struct page *p, struct notice **out,
                     size_t *n)
{
	struct span sp = span_of(p, NOTICES_USUAL, NOTICES_MOST);
	struct notice_find find = {
		.max = sp.max,
		.min = sp.low,
		.limit = sp.limit,
		.up = sp.up,
		.types = f->types,
		.exclude = f->exclude,
		.from_id = f->from_id,
	};
	struct db_rows rows;
	struct notice *v;

	if (!cx->me)
		return ERR_DENIED;
	find.account_id = cx->me->id;
	TRY(notices_list(cx->db, cx->mem, &find, &rows));
	v = rows.p;
	for (size_t i = 0; sp.up && i < rows.n / 2; i++) {
		struct notice t = v[i];
		v[i] = v[rows.n - 1 - i];
		v[rows.n - 1 - i] = t;
	}
	*out = v;
	*n = rows.n;
	return OK;
}

enum err notice_by_id(struct ctx *cx, int64_t id, struct notice *out)
{
	return cx->me ? notices_get(cx->db, cx->mem, cx->me->id, id, out) : ERR_DENIED;
}

static enum err dismiss(struct ctx *cx, void *arg)
{
	int64_t id = *(int64_t *)arg;

	return id ? notices_delete_id(cx->db, cx->me->id, id) : notices_delete_all(cx->db, cx->me->id);
}

enum err notice_dismiss(struct ctx *cx, int64_t id)
{
	struct notice is;

	TRY(notice_by_id(cx, id, &is));
	return write_tx(cx, dismiss, &id);
}

enum err notice_clear(struct ctx *cx)
{
	int64_t all = 0;

	return cx->me ? write_tx(cx, dismiss, &all) : ERR_DENIED;
}

enum err notice_unread(struct ctx *cx, int64_t limit, int64_t *count)
{
	str timeline = S("notifications");
	struct marker *m;
	int64_t above = 0;
	size_t n;

	TRY(marker_list(cx, (struct strs){ &timeline, 1 }, &m, &n));
	if (n && !str_int(m->last_read_id, &above))
		above = 0;
	return notices_count(cx->db, cx->me->id, above, limit > 0 && limit < UNREAD_MOST ? limit : UNREAD_MOST, count);
}
