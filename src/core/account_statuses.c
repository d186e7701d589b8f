/* The posts of one account, as its profile shows them. */
#include "core/account.h"
#include "core/paging.h"
#include "core/visible.h"
#include "store/parts.h"
#include "text/words.h"

enum { USUAL = 20, MOST = 80 };

static enum err tag_of(struct ctx *cx, str tagged, int64_t *id)
{
	enum err e;
	str name = tag_fold(cx->mem, tagged);

	*id = -1; /* no post has it */
	e = name.n ? tags_find(cx->db, name, id) : OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err account_statuses(struct ctx *cx, int64_t account_id, const struct account_statuses *f, const struct page *p,
                          struct ids *ids)
{
	struct account_page page = {
		.viewer = cx->me ? cx->me->id : 0,
		.now = cx->now,
		.account_id = account_id,
		.no_replies = f->exclude_replies,
		.no_reblogs = f->exclude_reblogs,
		.no_direct = f->exclude_direct,
		.only_media = f->only_media,
		.pinned = f->pinned,
		.span = span_of(p, USUAL, MOST),
	};
	struct account a = { 0 };
	unsigned rel = 0;

	*ids = (struct ids){ 0 };
	TRY(account_by_id(cx, account_id, &a));
	if (a.deleted_at || a.suspended_at)
		return OK;
	TRY(visible_relations(cx, page.viewer, (struct ids){ &account_id, 1 }, &rel));
	if (rel & REL_BLOCKED_BY)
		return OK;
	page.self = rel & REL_SELF;
	page.following = rel & REL_FOLLOWING;
	if (f->tagged.p)
		TRY(tag_of(cx, f->tagged, &page.tag_id));
	TRY(timelines_account(cx->db, cx->mem, &page, ids));
	span_turn(&page.span, ids);
	return OK;
}
