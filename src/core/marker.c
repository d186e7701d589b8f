/* How far one has read: home, notifications. */
#include "core/account.h"
#include "core/notice.h"

enum err marker_list(struct ctx *cx, struct strs timelines, struct marker **out, size_t *n)
{
	struct db_rows rows;

	if (!cx->me)
		return ERR_DENIED;
	TRY(markers_get(cx->db, cx->mem, cx->me->id, timelines, &rows));
	*out = rows.p;
	*n = rows.n;
	return OK;
}

static enum err put_marker(struct ctx *cx, void *arg)
{
	return markers_put(cx->db, cx->mem, cx->me->id, arg);
}

enum err marker_set(struct ctx *cx, str timeline, str last_read_id, struct marker *out)
{
	struct marker m = { .timeline = timeline, .last_read_id = last_read_id, .updated_at = cx->now };
	int64_t id;

	if (!cx->me)
		return ERR_DENIED;
	if (!str_eq(timeline, S("home")) && !str_eq(timeline, S("notifications")))
		return fail(cx, ERR_INVALID, "Validation failed: Timeline is not included in the list");
	if (!str_int(last_read_id, &id) || id < 0)
		return fail(cx, ERR_INVALID, "Validation failed: Last read ID is not a number");
	TRY(write_tx(cx, put_marker, &m));
	*out = m;
	return OK;
}
