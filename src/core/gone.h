#pragma once
/* Recipients of whom their server says that they are not there: looked after once more, then dropped. */
#include "core/account.h"

/* In a transaction: notes the job "gone" (args {"inbox", "gone"}), unless no account here has that inbox for its own. gone: it
 * said 410; else 404, which may be a mistake. */
enum err gone_ask(struct ctx *cx, str inbox, bool gone) MUST_CHECK;
/* Whose inbox it is: some remote accounts, by their own inbox, not a shared one. */
enum err gone_accounts(struct ctx *cx, str inbox, struct ids *accounts) MUST_CHECK;
/* It is there, but takes nothing any more: it follows nobody here from now on. */
enum err gone_unfollow(struct ctx *cx, int64_t account_id) MUST_CHECK;
