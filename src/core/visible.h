#pragma once
/* Who may see what. Nowhere else is that decided. */
#include "core/account.h"
#include "store/statuses.h"

/* How a viewer stands to an account. */
enum {
	REL_FOLLOWING = 1,     /* accepted, not pending */
	REL_BLOCKING = 2,
	REL_BLOCKED_BY = 4,
	REL_MUTING = 8,
	REL_DOMAIN_BLOCKING = 16,
	REL_MENTIONED = 32,    /* in the post in question */
	REL_SELF = 64,
	REL_NO_REBLOGS = 128,  /* follows, but not for boosts */
	REL_HERE = 256,        /* has an account on the site of the post in question */
	REL_ANSWERED = 512,    /* by the post in question */
};
/* The rule itself: may one who stands so (0: anonymous) see the post? Deleted posts, posts of suspended or
 * deleted authors: nobody. What waits for leave: its author and who gives it. Public and unlisted: all whom the author
 * does not block. Private: followers, mentioned, author. Direct: mentioned, author. A boost: what both it and its post
 * allow. Those that are local only: of these the ones with an account on the post's site. */
bool visible_status(const struct status *s, const struct account *author, unsigned rel);
/* REL_HERE, if cx->me asks and has it; else 0. */
unsigned visible_here(const struct ctx *cx, int64_t viewer_id, const struct status *s);
/* May it stand in a timeline of one who stands so? Visible, and neither blocked nor muted nor domain-blocked; what
 * a silenced author wrote only for who follows them or is named. */
bool visible_in_timeline(const struct status *s, const struct account *author, unsigned rel);
struct featured_item;
/* May one who stands so to its owner see a collection at all? */
bool visible_collection(int64_t owner_suspended_at, int64_t owner_deleted_at, unsigned rel);
/* And who is in it, by how the viewer stands to them? Whom the viewer blocks is left out. Those who have not agreed yet are
 * shown to the owner only. */
bool visible_featured(const struct featured_item *i, unsigned rel, bool owner);
/* Loads what the rule needs. viewer_id 0: anonymous; may be a remote account (signed fetch). ERR_NOT_FOUND:
 * hidden. */
enum err visible_check(struct ctx *cx, int64_t viewer_id, const struct status *s) MUST_CHECK;
/* rel[i] for accounts[i], two statements however many. */
enum err visible_relations(struct ctx *cx, int64_t viewer_id, struct ids accounts, unsigned *rel) MUST_CHECK;
/* May whoever asks read public timelines and the posts of a profile in a row (setting timelines_access)? */
bool visible_timelines(const struct ctx *cx);
