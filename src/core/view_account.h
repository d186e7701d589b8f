#pragma once
/* Accounts loaded for showing; inside of core only: what views of posts share with those of accounts. */
#include "core/view.h"

/* "user" on the site that asks, else "user@domain". */
str view_acct(struct ctx *cx, int64_t site_id, str username, str domain);
/* In the order of their ids, and where those that moved have gone. */
enum err view_accounts(struct ctx *cx, struct ids ids, struct account_view **sorted, size_t *n) MUST_CHECK;
/* NULL: it is none of them. */
struct account_view *view_account_of(struct account_view *sorted, size_t n, int64_t id);
