/* Pages of followers, followed, blocked, muted and asking accounts, and how one stands to many. */
#include "base/url.h"
#include "core/paging.h"
#include "core/relation.h"

enum { LIST_USUAL = 40,
       LIST_MOST = 1000 };

static bool may_see(struct ctx *cx, enum relation_list which, const struct account *whose)
{
	bool self = cx->me && cx->me->id == whose->id;

	if (which == LIST_ENDORSED)
		return true;
	if (which != LIST_FOLLOWERS && which != LIST_FOLLOWING)
		return self;
	return self || !whose->hide_collections;
}

enum err relation_list(struct ctx *cx, enum relation_list which, int64_t whose, const struct page *p,
                       struct listed **out,
                       size_t *n)
{
	struct span sp = span_of(p, LIST_USUAL, LIST_MOST);
	struct account a;
	struct db_rows rows;
	bool blocked = false;

	*out = NULL;
	*n = 0;
	TRY(account_by_id(cx, whose, &a));
	if (cx->me && cx->me->id != whose)
		TRY(blocks_between(cx->db, cx->me->id, whose, &blocked));
	if (!may_see(cx, which, &a) || blocked)
		return OK;
	TRY(relations_list(cx->db, cx->mem, which, whose, sp.max, sp.low, sp.limit, sp.up, cx->now, &rows));
	span_turn_rows(&sp, &rows, sizeof(struct listed));
	*out = rows.p;
	*n = rows.n;
	return OK;
}

enum err relation_domain_preview(struct ctx *cx, str domain, int64_t *following, int64_t *followers)
{
	str name;

	if (url_domain(cx->mem, domain, &name))
		return fail(cx, ERR_INVALID, "Validation failed: Domain is not a valid domain name");
	return follows_count_domain(cx->db, cx->me->id, name, following, followers);
}

enum err relation_domain_blocks(struct ctx *cx, const struct page *p, struct db_rows *rows)
{
	struct span sp = span_of(p, LIST_USUAL, LIST_MOST);

	if (!cx->me)
		return ERR_DENIED;
	TRY(domain_blocks_list(cx->db, cx->mem, cx->me->id, sp.max, sp.low, sp.limit, sp.up, rows));
	span_turn_rows(&sp, rows, sizeof(struct domain_block));
	return OK;
}

enum err account_relationships(struct ctx *cx, struct ids ids, struct relationship **out, size_t *n)
{
	struct db_rows rows;
	const struct relationship *found;

	*out = NEWS(cx->mem, struct relationship, ids.n + 1);
	*n = 0;
	if (!cx->me)
		return ERR_DENIED;
	TRY(relationships_of(cx->db, cx->mem, cx->me->id, ids, cx->now, &rows));
	found = rows.p;
	for (size_t i = 0; i < ids.n; i++)
		for (size_t j = 0; j < rows.n; j++)
			if (found[j].id == ids.v[i]) {
				(*out)[(*n)++] = found[j];
				break;
			}
	return OK;
}
