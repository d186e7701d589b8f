#include "core/discover.h"

#include "base/clock.h"
#include "config.h"
#include "core/account.h"
#include "core/site.h"

enum { TAGS_MS = 2 * DAY,
       POSTS_MS = 3 * DAY,
       LEAST = 2, /* people who use it, or marks on it */
       FAMILIAR_MOST = 400,
       OFFSET_MOST = 10000 };

static int64_t bound(int64_t offset)
{
	return offset < 0 ? 0 : offset < OFFSET_MOST ? offset : OFFSET_MOST;
}

enum err directory_list(struct ctx *cx, bool local, bool fresh, int64_t limit, int64_t offset, struct ids *accounts)
{
	struct directory_find f = { local ? cx->site->id : 0, fresh, limit, bound(offset) };

	return discover_directory(cx->db, cx->mem, &f, accounts);
}

enum err suggestion_list(struct ctx *cx, int64_t limit, struct db_rows *out)
{
	limit = limit < SUGGESTIONS_MOST ? limit : SUGGESTIONS_MOST;
	return discover_suggestions(cx->db, cx->mem, cx->me->id, cx->now, limit, out);
}

static enum err dismiss(struct ctx *cx, void *arg)
{
	return discover_dismiss(cx->db, id_new(), cx->me->id, *(int64_t *)arg);
}

enum err suggestion_dismiss(struct ctx *cx, int64_t account_id)
{
	struct account a;

	TRY(account_by_id(cx, account_id, &a));
	return write_tx(cx, dismiss, &account_id);
}

enum err familiar_list(struct ctx *cx, struct ids targets, struct db_rows *out)
{
	return discover_familiar(cx->db, cx->mem, cx->me->id, targets, FAMILIAR_MOST, out);
}

static bool off(const struct ctx *cx)
{
	return cx->app->config && !cx->app->config->trends;
}

enum err trend_tags(struct ctx *cx, int64_t limit, int64_t offset, struct tag_info **out, size_t *n)
{
	struct strs names;
	struct db_rows rows;

	*n = 0;
	if (off(cx))
		return OK;
	TRY(discover_tags(cx->db, cx->mem, id_at(cx->now - TAGS_MS), LEAST, limit, bound(offset), &rows));
	names = (struct strs){ NEWS(cx->mem, str, rows.n), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		names.v[i] = ((const struct trending_tag *)rows.p)[i].name;
	return tag_infos(cx, names, out, n);
}

enum err trend_statuses(struct ctx *cx, int64_t limit, int64_t offset, struct ids *out)
{
	*out = (struct ids){ 0 };
	return off(cx) ? OK : discover_statuses(cx->db, cx->mem, id_at(cx->now - POSTS_MS), LEAST, limit, bound(offset), out);
}

enum err trend_links(struct ctx *cx, int64_t limit, int64_t offset, struct card_used **out, size_t *n)
{
	*n = 0;
	return off(cx) ? OK : card_list_used(cx, cx->now - POSTS_MS, limit, bound(offset), out, n);
}
