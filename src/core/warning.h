#pragma once
/* What moderators say to people here. https://docs.joinmastodon.org/entities/AccountWarning/ */
#include "core/account.h"
#include "store/warnings.h"

enum { WARNING_RUNES = 5000 };

/* Tells the account, one of cx->site, by a notification and by mail, where there is a mail server. ERR_INVALID with a
 * sentence: the text. */
enum err warning_add(struct ctx *cx, const struct account *to, str text) MUST_CHECK;
/* Those of cx->me among them; struct warning, in no order. */
enum err warning_list(struct ctx *cx, struct ids ids, struct db_rows *rows) MUST_CHECK;
