#pragma once
/* From what a user typed to what a post is: checks, HTML, who and what is named. Inside of core; outside of
 * transactions. */
#include "core/post.h"

struct draft {
	str text, spoiler_text, content_type, language; /* as they are stored */
	str html;
	str emojis; /* JSON, as statuses.emojis */
	bool sensitive;
	struct post_parts parts;
	bool names_remote; /* somebody elsewhere */
};
/* Of cx->me. sensitive: as in struct post_in. ERR_INVALID with the sentence clients know. */
enum err draft_make(struct ctx *cx, const struct post_in *in, struct draft *d) MUST_CHECK;
struct compose_mention;
/* Who is named, if known here: fills in where the link goes. ERR_NOT_FOUND: it stays text. */
enum err draft_mention(struct ctx *cx, struct compose_mention *m, struct account *a) MUST_CHECK;
