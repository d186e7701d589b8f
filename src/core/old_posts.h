#pragma once
/* Other servers' posts leave when they are older than the setting keep_remote_days and their thread concerns nobody here;
 * then people of whom nothing is left. */
#include "core/ctx.h"

struct job;

struct old_gone {
	int64_t posts, accounts;
	int64_t longest_ms; /* that one step held the writer */
	bool more;          /* the time was not enough for all of it */
	int64_t after;      /* go on with this then */
};
/* From `after` (0: all) on, in small steps with pauses, for so long; 0: until nothing is left. */
enum err old_posts_prune(struct ctx *cx, int64_t before, int64_t after, int64_t for_ms, struct old_gone *gone) MUST_CHECK;
enum err old_posts_job(struct ctx *cx, const struct job *job);
