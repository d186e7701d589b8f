#pragma once
/* Own posts and boosts leave by themselves when their author wants it: after a time, but for those the author keeps. */
#include "core/ctx.h"
#include "store/cleanups.h"

struct job;

/* The settings of a policy, by the names Mastodon has for them. */
struct cleanup_setting {
	const char *name, *label;
	enum cleanup_kind {
		CLEANUP_SWITCH, /* bool: yes, no */
		CLEANUP_AGE,    /* int64_t: the name of one of cleanup_ages */
		CLEANUP_COUNT,  /* int64_t: a number, or nothing */
	} kind;
	size_t at; /* in struct cleanup_policy */
};
enum { CLEANUP_SETTINGS = 10, CLEANUP_AGES = 8 };
extern const struct cleanup_setting cleanup_settings[CLEANUP_SETTINGS];
extern const struct cleanup_age {
	const char *name, *label;
	int64_t ms;
} cleanup_ages[CLEANUP_AGES];

/* What is in force; where nothing was ever said, what is offered for a start, which is not enabled. */
enum err cleanup_get(struct ctx *cx, int64_t account_id, struct cleanup_policy *p) MUST_CHECK;
/* Sets one; ERR_INVALID with a sentence. */
enum err cleanup_take(struct ctx *cx, struct cleanup_policy *p, str name, str value) MUST_CHECK;
str cleanup_text(struct arena *mem, const struct cleanup_policy *p, const struct cleanup_setting *s);
/* From now on, and begins. */
enum err cleanup_put(struct ctx *cx, struct cleanup_policy *p) MUST_CHECK;
/* A few posts of each; comes again in a minute while there are more. */
enum err cleanup_job(struct ctx *cx, const struct job *job) MUST_CHECK;
