#pragma once
/* Hashtags: as they are shown, followed ones, the own ones on a profile. */
#include "core/ctx.h"
#include "core/page.h"
#include "store/tags.h"

enum { TAG_DAYS = 7, TAG_FOLLOWS_MOST = 1000 };

struct tag_info {
	int64_t id; /* 0: nobody ever used it */
	str name, display;
	bool following, featuring;
	struct tag_use {
		int64_t at, uses, accounts; /* at: its first moment */
	} days[TAG_DAYS];               /* today first */
};
/* Of these names, however they are spelled, in their order; what is no hashtag is left out. Two statements. */
enum err tag_infos(struct ctx *cx, struct strs names, struct tag_info **out, size_t *n) MUST_CHECK;
/* ERR_NOT_FOUND: that is no hashtag; likewise below. */
enum err tag_info(struct ctx *cx, str name, struct tag_info *out) MUST_CHECK;

/* By cx->me. From then on public posts with it come to the home; afterwards those leave that came by it alone. ERR_INVALID: one
 * too many. */
enum err tag_follow(struct ctx *cx, str name, bool on) MUST_CHECK;
/* struct tag_name, of cx->me. */
enum err tag_followed(struct ctx *cx, const struct page *p, struct db_rows *rows) MUST_CHECK;
/* On the profile of cx->me, or no longer; it may be so already. ERR_INVALID: one too many. */
enum err tag_feature(struct ctx *cx, str name, bool on) MUST_CHECK;
/* What cx->me might feature; struct tag_name. */
enum err tag_suggestions(struct ctx *cx, struct db_rows *rows) MUST_CHECK;
