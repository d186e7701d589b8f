#pragma once
/* Timelines: ids for a page; core/view.h loads them. */
#include "core/ctx.h"
#include "core/page.h"

struct account;
struct status;

enum err timeline_home(struct ctx *cx, const struct page *p, struct ids *ids) MUST_CHECK;
/* ERR_NOT_FOUND: no list of one's own. */
enum err timeline_list(struct ctx *cx, int64_t list_id, const struct page *p, struct ids *ids) MUST_CHECK;
struct timeline_filter {
	bool local, remote, only_media;
	struct strs any, all, none; /* further tags of a tag timeline */
};
/* Public posts of this site (local) and of what it knows of others; no boosts; blocked, muted, limited left
 * out. */
enum err timeline_public(struct ctx *cx, const struct timeline_filter *f, const struct page *p,
                         struct ids *ids) MUST_CHECK;
enum err timeline_tag(struct ctx *cx, str tag, const struct timeline_filter *f, const struct page *p,
                      struct ids *ids) MUST_CHECK;

/* In the transaction that adds a post or a boost: into the homes of local followers and of its author, as
 * Mastodon does: replies to others only for who follows both. */
enum err timeline_push(struct ctx *cx, const struct account *author, const struct status *s) MUST_CHECK;
/* Tells who listens of a post that came, unless it is old. to: "", or only "feeds" that it is in, or only "public" streams. */
void timeline_tell(struct ctx *cx, const struct status *s, const char *to);
/* After a follow was accepted: the newest known posts of target go into the follower's home; after it ended
 * they leave. */
enum err timeline_merge(struct ctx *cx, int64_t account_id, int64_t target_id) MUST_CHECK;
/* A home keeps the newest 2,000 or so; what is older leaves, some at a time. A daily job. */
enum err timeline_trim(struct ctx *cx) MUST_CHECK;
enum err timeline_unmerge(struct ctx *cx, int64_t account_id, int64_t target_id) MUST_CHECK;
