#pragma once
/* Feeds (homes and timelines of lists) as they are written, and pages of all timelines. */
#include "db/db.h"

/* A window of ids: low < id < max. up: the oldest of them first. */
struct span {
	int64_t max, low, limit;
	bool up;
};

struct feed_push {
	int64_t status_id, author_id;
	int64_t boosted_id;   /* author of the post it is a boost of, or 0 */
	int64_t reply_to;     /* account that it answers; 0: none, or its own */
	str domain;           /* of the boosted author, or "" */
	str language;
	str about;            /* JSON list: author, mentioned, boosted author: who mutes or blocks one of them is left out */
	str same;             /* JSON list: where one of these posts is already, this one is left out */
	int64_t now;
};
struct feed_boosted {
	int64_t account_id;
	str domain;
	bool reply;
};
/* Who wrote a post that is boosted. */
enum err feeds_boosted(struct db *db, struct arena *mem, int64_t status_id,
                       struct feed_boosted *out) MUST_CHECK;
/* Into the homes of local followers, and into the lists that the author is on. */
enum err feeds_push(struct db *db, const struct feed_push *p) MUST_CHECK;
/* A direct post: to those of the mentioned who follow the author. */
enum err feeds_push_mentioned(struct db *db, const struct feed_push *p) MUST_CHECK;
enum err feeds_push_one(struct db *db, int64_t account_id, const struct feed_push *p) MUST_CHECK;
/* Into the author's own lists that the author is on. */
enum err feeds_push_own_lists(struct db *db, const struct feed_push *p) MUST_CHECK;
/* Into the homes of who follows one of its hashtags; site_id: of those of that site; 0: of all. */
enum err feeds_push_tags(struct db *db, const struct feed_push *p, int64_t site_id) MUST_CHECK;
/* The newest posts of target into the home of one who follows it, or into a list that it is on. */
enum err feeds_merge(struct db *db, int64_t account_id, int64_t target_id, int64_t limit) MUST_CHECK;
enum err feeds_merge_list(struct db *db, int64_t list_id, int64_t target_id, int64_t limit) MUST_CHECK;
enum err feeds_unmerge(struct db *db, int64_t feed_id, int64_t target_id) MUST_CHECK;
/* Out of all lists of that account. */
enum err feeds_unmerge_lists(struct db *db, int64_t account_id, int64_t target_id) MUST_CHECK;
/* Out of a home, whatever came by this hashtag and nothing else. */
enum err feeds_unmerge_tag(struct db *db, int64_t account_id, int64_t tag_id) MUST_CHECK;
/* The post, and up to 200 of its boosts since an id: where a reader may have it from. */
enum err feeds_same(struct db *db, struct arena *mem, int64_t status_id, int64_t since,
                    struct ids *ids) MUST_CHECK;
/* How many feeds the post is in. */
enum err feeds_count(struct db *db, int64_t status_id, int64_t *n) MUST_CHECK;
/* One feed that holds far more than `keep` loses what is older; *gone is 0 if there is none. */
enum err feeds_trim(struct db *db, int64_t keep, int64_t limit, int64_t *gone) MUST_CHECK;
enum err feeds_page(struct db *db, struct arena *mem, int64_t feed_id, int64_t account_id, int64_t now,
                    const struct span *sp, struct ids *ids) MUST_CHECK;

/* Those of ours who used no token since `before` are away from now on; then what is in their feeds goes. */
enum err away_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
enum err away_feeds_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
enum err away_is(struct db *db, int64_t account_id, bool *is) MUST_CHECK;
/* Back: feeds are written again; over: and are filled. */
enum err away_set(struct db *db, int64_t account_id, bool over) MUST_CHECK;
/* What a feed would hold of posts since an id, newest first; id is the account's, or the list's. */
enum feed_source { FEED_FOLLOWED, FEED_OWN, FEED_TAGS, FEED_LIST };
enum err feeds_recent(struct db *db, struct arena *mem, enum feed_source source, int64_t id, int64_t since, int64_t limit,
                      struct ids *ids) MUST_CHECK;
/* ids: JSON list. */
enum err feeds_fill(struct db *db, int64_t feed_id, str ids) MUST_CHECK;

struct timeline_page {
	int64_t viewer, now, site_id;
	bool local, remote, only_media;
	int64_t card_id;  /* link timeline only */
	int64_t tag_id;   /* tag timeline only, as are: */
	str all, none;    /* JSON lists of tag ids */
	int64_t all_n;
	struct span span;
};
enum err timelines_public(struct db *db, struct arena *mem, const struct timeline_page *p,
                          struct ids *ids) MUST_CHECK;
enum err timelines_tag(struct db *db, struct arena *mem, const struct timeline_page *p,
                       struct ids *ids) MUST_CHECK;

enum err timelines_link(struct db *db, struct arena *mem, const struct timeline_page *p,
                        struct ids *ids) MUST_CHECK;

struct account_page {
	int64_t viewer, now, account_id;
	bool self, following;
	bool no_replies, no_reblogs, no_direct, only_media, pinned;
	int64_t tag_id; /* 0: any */
	struct span span;
};
enum err timelines_account(struct db *db, struct arena *mem, const struct account_page *p,
                           struct ids *ids) MUST_CHECK;
