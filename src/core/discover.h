#pragma once
/* Who and what there is to find. Trends count what this server sees, over the last days; the setting `trends` turns them
 * off: they are empty then. */
#include "core/card.h"
#include "core/page.h"
#include "core/tag.h"
#include "store/discover.h"

enum { SUGGESTIONS_MOST = 80 };

/* local: of cx->site only. fresh: the newest first; else who wrote last. */
enum err directory_list(struct ctx *cx, bool local, bool fresh, int64_t limit, int64_t offset, struct ids *accounts) MUST_CHECK;
/* For cx->me; struct suggested. */
enum err suggestion_list(struct ctx *cx, int64_t limit, struct db_rows *out) MUST_CHECK;
enum err suggestion_dismiss(struct ctx *cx, int64_t account_id) MUST_CHECK;
/* Whom cx->me follows among the followers of these; struct familiar, target by target. */
enum err familiar_list(struct ctx *cx, struct ids targets, struct db_rows *out) MUST_CHECK;

enum err trend_tags(struct ctx *cx, int64_t limit, int64_t offset, struct tag_info **out, size_t *n) MUST_CHECK;
enum err trend_statuses(struct ctx *cx, int64_t limit, int64_t offset, struct ids *out) MUST_CHECK;
enum err trend_links(struct ctx *cx, int64_t limit, int64_t offset, struct card_used **out, size_t *n) MUST_CHECK;
