#pragma once
/* What a site announces to its people. https://docs.joinmastodon.org/entities/Announcement/ */
#include "core/ctx.h"
#include "core/emoji.h"
#include "core/view.h"
#include "store/announcements.h"

enum { ANNOUNCEMENTS = 40,          /* shown at most */
       ANNOUNCEMENT_REACTIONS = 8 }; /* different ones under one */

struct announcement_view {
	struct announcement a;
	const struct announcement_reaction *reactions;
	size_t reactions_n;
	const struct emoji *emojis; /* of ours: all that the page names, whichever announcement does */
	size_t emojis_n;
	struct ids mentions, statuses;       /* those that are to be seen now: in named, linked */
	const struct account_view *named;    /* of all on the page */
	const struct status_view *linked;    /* likewise */
	size_t named_n, linked_n;
	struct strs tags;                    /* folded */
	str base;
};
const struct emoji *announcement_emoji(const struct announcement_view *v, str shortcode); /* NULL: none of ours */

/* What is said of one. Times are of what is announced, 0: none. */
struct announcement_in {
	str text; /* Markdown */
	int64_t starts_at, ends_at;
	bool all_day;
	bool has_text, has_starts, has_ends; /* for a change: what is not given stays as it was, all_day goes with the times */
};
/* On cx->site. ERR_INVALID with a sentence. */
enum err announcement_add(struct ctx *cx, const struct announcement_in *in, int64_t *id) MUST_CHECK;
enum err announcement_change(struct ctx *cx, int64_t id, const struct announcement_in *in) MUST_CHECK; /* ERR_NOT_FOUND */
enum err announcement_remove(struct ctx *cx, int64_t id) MUST_CHECK; /* ERR_NOT_FOUND */
/* Those that are not over, newest first, as cx->me (NULL: nobody) sees them. */
enum err announcement_views(struct ctx *cx, struct announcement_view **views, size_t *n) MUST_CHECK;
enum err announcement_dismiss(struct ctx *cx, int64_t id) MUST_CHECK;
/* An emoji, or the name of one of ours (or, with `on` false, no more). Again is fine. ERR_INVALID for what is neither, or too
 * many different ones. */
enum err announcement_set_reaction(struct ctx *cx, int64_t id, str name, bool on) MUST_CHECK;
