#include "core/warning.h"

#include "base/clock.h"
#include "core/notice.h"
#include "core/user_link.h"

static enum err put(struct ctx *cx, void *arg)
{
	const struct warning *w = arg;

	TRY(warnings_insert(cx->db, w));
	TRY(user_link_mail_warning(cx, w->account_id, w->id, w->text));
	return notice_add_warning(cx, w->account_id, w->id);
}

enum err warning_add(struct ctx *cx, const struct account *to, str text)
{
	struct warning w = {
		.id = id_new_small(),
		.account_id = to->id,
		.action = S("none"),
		.text = str_trim(text),
		.created_at = cx->now,
	};

	if (!w.text.n || !str_utf8(w.text) || str_runes(w.text) > WARNING_RUNES)
		return fail(cx, ERR_INVALID, "A warning is a text of at most %d characters", WARNING_RUNES);
	return write_tx(cx, put, &w);
}

enum err warning_list(struct ctx *cx, struct ids ids, struct db_rows *rows)
{
	*rows = (struct db_rows){ 0 };
	return cx->me && ids.n ? warnings_by_ids(cx->db, cx->mem, cx->me->id, ids, rows) : OK;
}
