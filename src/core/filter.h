#pragma once
/* Filters: what an account wants to be warned of. Making them, and finding what they catch. */
#include "core/view.h"
#include "store/filters.h"

/* Where it counts: apps look at that, since only they know where they show a post. */
enum {
	FILTER_HOME = 1,
	FILTER_NOTIFICATIONS = 2,
	FILTER_PUBLIC = 4,
	FILTER_THREAD = 8,
	FILTER_ACCOUNT = 16,
};
#define FILTER_CONTEXTS { "home", "notifications", "public", "thread", "account" }
/* Of one account; keyword_bytes are characters. */
enum { FILTERS_MOST = 200, FILTER_KEYWORDS_MOST = 1000, FILTER_CHARACTERS_MOST = 20000, FILTER_STATUSES_MOST = 2000 };

struct filter_hit {
	struct filter f;
	struct strs keywords; /* those that fit, as they were typed */
	bool status;          /* the post itself is in it */
};
/* Sets `filtered` of posts that the viewer gets: all filters of theirs that have not expired and whose keywords or posts fit.
 * Text, warning, poll and descriptions of media are looked at, as Mastodon does (Status#searchable_text). One statement if the
 * viewer has no filters or none that are new, else four. A boost has what its post has. */
enum err filter_views(struct ctx *cx, int64_t viewer, struct status_view **views, size_t n) MUST_CHECK;

/* Compiled filters of some accounts; NULL in struct app: compiled each time. */
struct filter_cache *filter_cache_new(void);
void filter_cache_free(struct filter_cache *c);

struct filter_view {
	struct filter f;
	const struct filter_keyword *keywords;
	size_t keywords_n;
	const struct filter_status *statuses;
	size_t statuses_n;
};
struct keyword_in {
	int64_t id;     /* of one there is; 0: a new one */
	str keyword;    /* STR_NONE: as it is */
	int whole_word; /* 0: as it is, or true; 1, -1 */
	bool destroy;
};
struct filter_in {
	str title, action;    /* STR_NONE: as it is */
	struct strs contexts; /* names; v NULL: as they are */
	int64_t expires_in;   /* seconds, 0 or less: never */
	bool has_expiry;
	const struct keyword_in *keywords; /* what changes */
	size_t keywords_n;
};
/* All are cx->me's own; ERR_NOT_FOUND what is not. ERR_INVALID: no title, no or unknown context or action, no keyword, too long
 * or too many. Streams of the account are told. */
enum err filter_list(struct ctx *cx, struct filter_view **out, size_t *n) MUST_CHECK;
enum err filter_show(struct ctx *cx, int64_t id, struct filter_view *out) MUST_CHECK;
/* id 0: a new one. *made is its id. */
enum err filter_save(struct ctx *cx, int64_t id, const struct filter_in *in, int64_t *made) MUST_CHECK;
enum err filter_delete(struct ctx *cx, int64_t id) MUST_CHECK;
enum err filter_keyword_show(struct ctx *cx, int64_t id, struct filter_keyword *k) MUST_CHECK;
/* in->id 0: a new one of that filter. */
enum err filter_keyword_save(struct ctx *cx, int64_t filter_id, const struct keyword_in *in, struct filter_keyword *k) MUST_CHECK;
/* orphans: its filter goes too if nothing is left in it. */
enum err filter_keyword_delete(struct ctx *cx, int64_t id, bool orphans) MUST_CHECK;
enum err filter_status_show(struct ctx *cx, int64_t id, struct filter_status *s) MUST_CHECK;
/* ERR_NOT_FOUND also: a post that cx->me may not see. */
enum err filter_status_add(struct ctx *cx, int64_t filter_id, int64_t status_id, struct filter_status *s) MUST_CHECK;
enum err filter_status_delete(struct ctx *cx, int64_t id) MUST_CHECK;
