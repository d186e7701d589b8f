#pragma once
/* Follows that end without the doing of one of ours, remembered so that they can be shown. Inside of core and of
 * transactions but for the last two. */
#include "core/account.h"
#include "store/severances.h"

struct severing {
	const char *kind; /* domain_block user_domain_block account_suspension */
	str target;       /* the domain or handle that is the cause */
	int64_t at;       /* one cause has one time, however many transactions it takes */
};
/* Ends a follow to or from `other`, whose server is told; who is at the other end of it, if ours, gets one notice a cause. A
 * request that waited leaves no record. */
enum err sever(struct ctx *cx, const struct severing *why, const struct follow *f, const struct account *other) MUST_CHECK;
/* Rows of struct severance, of cx->me only, in no order. */
enum err severance_list(struct ctx *cx, struct ids ids, struct db_rows *rows) MUST_CHECK;
