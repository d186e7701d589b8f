#pragma once
/* The end of an account, in parts; inside of core and of transactions only. */
#include "core/ctx.h"

struct follow;

/* Ends one follow, with what hangs on it; *was: what it was at last, id 0 where it was gone already. */
enum err relation_end(struct ctx *cx, int64_t follow_id, struct follow *was) MUST_CHECK;
/* Follows to and from it, n at most; *more: there may be others. */
enum err relation_end_some(struct ctx *cx, int64_t account_id, int64_t n, bool *more) MUST_CHECK;
