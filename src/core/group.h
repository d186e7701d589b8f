#pragma once
/* Posts in groups of elsewhere: what is written in one goes to it. */
#include "core/post.h"

/* Where a new post belongs: where its parent is (parent->id 0: none), else to the first group that it names. *id 0: nowhere. */
enum err group_choose(struct ctx *cx, const struct status *parent, const struct post_parts *p, int64_t *id) MUST_CHECK;
/* The group of a post, as a URI; STR_NONE: it is in none. */
enum err group_uri(struct ctx *cx, const struct status *s, str *uri) MUST_CHECK;
