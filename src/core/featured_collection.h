#pragma once
/* Collections of accounts that somebody recommends, and who may be put into them: Mastodon's Collections, FEP-7aa9. An item is
 * pending (asked), accepted, rejected or revoked. What else stands on a profile: core/featured.h. */
#include "core/quote.h"
#include "core/view.h"
#include "store/collections.h"

enum { COLLECTIONS_MOST = 10, /* of one of ours */
       COLLECTION_ITEMS_MOST = 25,
       COLLECTION_NAME_RUNES = 40,
       COLLECTION_TEXT_RUNES = 100,
       COLLECTIONS_FAR = 30, /* of one of theirs */
       COLLECTION_ITEMS_FAR = 150 };

/* Whom an account lets put it into collections, as bits of core/quote.h: ours by what its profile says of being found and
 * followed, theirs by what their server said. 0: it did not say. */
int64_t featured_policy(const struct account *a);
/* May `by`? Nobody where one blocks the other. */
enum err featured_may(struct ctx *cx, const struct account *who, int64_t by, enum quote_may *may) MUST_CHECK;

/* What its owner sets; STR_NONE and 0 leave as it is. */
struct collection_in {
	str name, description, language, tag;
	int sensitive, discoverable; /* 1, -1 */
	struct ids accounts;         /* to begin with; only on creation */
};
/* What was wrong with it, for apps that mark fields; NULL members: nothing of these. */
struct featured_fault {
	const char *field, *code;
};
/* By cx->me. ERR_INVALID: *fault says more; ERR_DENIED: not one's own, or an account that does not want it; ERR_NOT_FOUND. */
enum err featured_collection_create(struct ctx *cx, const struct collection_in *in, struct featured_fault *fault,
                                    int64_t *id) MUST_CHECK;
enum err featured_collection_update(struct ctx *cx, int64_t id, const struct collection_in *in,
                                    struct featured_fault *fault) MUST_CHECK;
enum err featured_collection_delete(struct ctx *cx, int64_t id) MUST_CHECK;
enum err featured_item_add(struct ctx *cx, int64_t id, int64_t account_id, struct featured_item *made) MUST_CHECK;
enum err featured_item_remove(struct ctx *cx, int64_t id, int64_t item_id) MUST_CHECK;
/* By who is in it: cx->me does not want that any more, and is not put there again. */
enum err featured_item_revoke(struct ctx *cx, int64_t id, int64_t item_id) MUST_CHECK;
/* In the transaction in which by blocks other: neither is in the collections of the other any more. */
enum err featured_part(struct ctx *cx, const struct account *by, const struct account *other) MUST_CHECK;

enum err featured_by_id(struct ctx *cx, int64_t id, struct featured_collection *c) MUST_CHECK;
enum err featured_by_uri(struct ctx *cx, str uri, struct featured_collection *c) MUST_CHECK;

/* For showing to cx->me. */
struct featured_view {
	struct featured_collection c;
	const struct featured_item *items;
	size_t items_n;
	str tag;  /* identity of c.tag; "": none */
	str base; /* of the site that asks */
};
/* In the order of ids, what is hidden is left out; three statements however many. */
enum err featured_views(struct ctx *cx, struct ids ids, struct featured_view **out, size_t *n) MUST_CHECK;
/* Those that the posts link to, at most four each, as far as they are known here; four statements at most, and none where no
 * link looks like one. */
enum err featured_in_posts(struct ctx *cx, struct status_view *const *posts, size_t n) MUST_CHECK;
enum err featured_view(struct ctx *cx, int64_t id, struct featured_view *out) MUST_CHECK; /* ERR_NOT_FOUND */
/* Of an account: all of them for itself, for others those that want to be found. */
enum err featured_collections_of(struct ctx *cx, int64_t account_id, const struct page *p, struct ids *ids) MUST_CHECK;
/* That it is in; only for itself (ERR_DENIED). */
enum err featured_collections_with(struct ctx *cx, int64_t account_id, const struct page *p, struct ids *ids) MUST_CHECK;
/* The leave with that id, which account_id gave. ERR_NOT_FOUND: none, or taken back. */
enum err featured_stamp(struct ctx *cx, int64_t account_id, int64_t id, struct featured_item *i,
                        struct featured_collection *c) MUST_CHECK;
