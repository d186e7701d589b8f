#pragma once
/* Search: accounts, hashtags, posts, and what a URL or handle stands for. */
#include "core/ctx.h"
#include "core/page.h"

struct status;
struct search_in {
	str q, type; /* type: "" accounts hashtags statuses */
	bool following;
	bool named; /* only what q names, as URL or handle: nothing that merely has its words */
	int64_t account_id, limit, offset;
	int64_t max_id, min_id; /* of posts; 0: none */
};
struct search_found {
	struct ids accounts, statuses, collections; /* collections: only by their address */
	struct strs tags;
};
/* What is here. q over 512 bytes is ERR_INVALID. A URL or a full handle finds just what it names. ERR_BUSY: nothing was found
 * within the time of the setting search_ms. */
enum err search_run(struct ctx *cx, const struct search_in *in, struct search_found *out) MUST_CHECK;
/* Posts with these words, newest first, that whoever asks may find: their own, those they have to do with, and public ones of
 * authors who allow it. Nobody asks: none. What is shown is decided when they are loaded. ERR_BUSY as above. */
enum err search_posts_find(struct ctx *cx, const struct search_in *in, str text, int64_t limit, int64_t offset,
                           struct ids *found) MUST_CHECK;
/* The post whose page or id the address is, as far as it is known here. Whether it may be seen is not asked. ERR_NOT_FOUND */
enum err search_post_at(struct ctx *cx, str url, struct status *s) MUST_CHECK;
/* q is a URL or full handle of elsewhere that is not known here: worth ports.resolve(). */
bool search_resolvable(struct ctx *cx, str q);
