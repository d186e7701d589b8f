#pragma once
/* Lists: timelines of some of those one follows. Their posts: core/timeline.h. All of it is cx->me's own. */
#include "core/account.h"
#include "core/page.h"
#include "store/lists.h"

enum { LISTS_MOST = 50, LIST_ACCOUNTS_MOST = 5000 };

struct list_in {
	str title, replies_policy; /* STR_NONE: as it is */
	int exclusive;             /* 0: as it is, 1, -1 */
};
/* ERR_INVALID: no title, or one of more than 256 characters; an unknown policy; one list too many. */
enum err list_create(struct ctx *cx, const struct list_in *in, struct list *l) MUST_CHECK;
/* ERR_NOT_FOUND: none of one's own; likewise below. */
enum err list_update(struct ctx *cx, int64_t id, const struct list_in *in, struct list *l) MUST_CHECK;
enum err list_delete(struct ctx *cx, int64_t id) MUST_CHECK;
enum err list_mine(struct ctx *cx, int64_t id, struct list *l) MUST_CHECK;
/* with: the lists that this account is on; 0: all. struct list. */
enum err list_all(struct ctx *cx, int64_t with, struct db_rows *rows) MUST_CHECK;
/* limit 0: everybody. */
enum err list_accounts(struct ctx *cx, int64_t id, const struct page *p, struct listed **out, size_t *n) MUST_CHECK;
/* All or none. ERR_NOT_FOUND: one of them is neither followed (or asked to be) nor oneself. ERR_INVALID: is on it already. */
enum err list_add(struct ctx *cx, int64_t id, struct ids accounts) MUST_CHECK;
/* Who is not on it is passed over. */
enum err list_remove(struct ctx *cx, int64_t id, struct ids accounts) MUST_CHECK;
