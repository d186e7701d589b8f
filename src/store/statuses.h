#pragma once
/* Rows of statuses: what one post is, its place in a thread, its counters. What hangs on it: store/parts.h. */
#include "db/db.h"

enum { HAS_MENTIONS = 1, HAS_TAGS = 2, HAS_MEDIA = 4, HAS_POLL = 8, HAS_QUOTE = 16, HAS_GROUP = 32, HAS_CARD = 64,
       HAS_APPROVAL = 128, STATUS_WAITS = 256 /* for the leave of whom it answers or boosts */ };

struct status {
	int64_t id;
	str uri, url;
	int64_t account_id;
	int64_t site_id; /* 0: remote */
	int64_t in_reply_to_id, in_reply_to_account_id;
	str in_reply_to_uri;
	int64_t reblog_of_id;
	int64_t thread_id;
	str conversation;
	str visibility; /* public unlisted private direct */
	bool local_only; /* not for other servers, nor for who is not logged in on its site */
	bool sensitive;
	str spoiler_text;
	str content; /* HTML */
	str text, content_type;
	str language;
	int64_t app_id;
	int64_t replies_count, reblogs_count, favourites_count, quotes_count;
	int64_t interaction_policy; /* bits of core/quote.h, and of core/interaction.h */
	str emojis; /* JSON */
	int64_t extras; /* bits of what hangs on it */
	int64_t created_at, edited_at, deleted_at;
};

enum { MEDIA_READY, MEDIA_WAITS, MEDIA_BAD };

struct attachment {
	int64_t id, status_id, account_id;
	int64_t place; /* in its post; -1: an edit took it away */
	str kind;      /* image gifv video audio unknown */
	str remote_url, preview_url, mime, description, blurhash;
	int64_t width, height, focus_x, focus_y, created_at;
	/* Of own ones: names of blobs, HASH.EXTENSION, STR_NONE for others'. */
	str file, preview;
	str upload; /* hash of what waits to be processed */
	int64_t state;
	str why; /* it is MEDIA_BAD */
	int64_t size, preview_width, preview_height, duration_ms, bitrate;
	str frame_rate, audio; /* "30/1"; codec */
	int64_t audio_hz, audio_channels;
	str colors; /* background, foreground, accent: "#rrggbb #rrggbb #rrggbb" */
	/* Not in the row: where it is to be had, for showing (core/media.h). */
	str url, small_url;
};

struct status_edit {
	int64_t id, status_id;
	str spoiler_text, content;
	bool sensitive;
	int64_t created_at;
	str options; /* of its poll: JSON list of titles; STR_NONE without one */
	str media;   /* JSON [{"id","description"}]; STR_NONE: what hangs on the post now */
	/* Not in the row: that, loaded. */
	const struct attachment *shown;
	size_t shown_n;
};

extern const struct db_map status_map;
extern const struct db_map attachment_map;
extern const struct db_map status_edit_map;

/* *added false: its id, its URI or the boost is there already. */
enum err statuses_insert(struct db *db, const struct status *s, bool *added) MUST_CHECK;
/* Tombstones too; ERR_NOT_FOUND. */
enum err statuses_by_id(struct db *db, struct arena *mem, int64_t id, struct status *s) MUST_CHECK;
enum err statuses_by_uri(struct db *db, struct arena *mem, str uri, struct status *s) MUST_CHECK;
/* A remote one by what people see as its address. */
enum err statuses_by_url(struct db *db, struct arena *mem, str url, struct status *s) MUST_CHECK;
enum err statuses_exists(struct db *db, int64_t id, bool *there) MUST_CHECK;
/* The boost of status_id by account_id, if it is not deleted; ERR_NOT_FOUND. */
enum err statuses_boost(struct db *db, struct arena *mem, int64_t status_id, int64_t account_id,
                        struct status *s) MUST_CHECK;
/* spoiler_text, content, text, content_type, sensitive, language, emojis, extras, edited_at of *s. */
enum err statuses_update(struct db *db, const struct status *s) MUST_CHECK;

/* Counters of a living post; *there false: there is none. Never below zero. */
enum status_count { COUNT_REPLIES, COUNT_REBLOGS, COUNT_FAVOURITES, COUNT_QUOTES };
enum err statuses_count(struct db *db, int64_t id, enum status_count which, int64_t by,
                        bool *there) MUST_CHECK;
enum err statuses_set_policy(struct db *db, int64_t id, int64_t interaction_policy) MUST_CHECK;
/* Of the author: one post more or less. at: when, or 0 (leaves last_status_at). */
enum err statuses_count_author(struct db *db, int64_t account_id, int64_t by, int64_t at) MUST_CHECK;

/* Makes a tombstone of a living post; *there false: it was none. What hangs on it goes, but for its mentions.
 * */
enum err statuses_bury(struct db *db, int64_t id, int64_t now, bool *there) MUST_CHECK;
/* The row of a tombstone is a post's again, without all that hung on it; *there false: it is none. */
enum err statuses_unbury(struct db *db, int64_t id, int64_t interaction_policy, bool *there) MUST_CHECK;
/* Buries the boosts of a post: struct boost_gone of each. */
struct boost_gone {
	int64_t id, account_id, site_id;
	str uri;
};
enum err statuses_bury_boosts(struct db *db, struct arena *mem, int64_t id, int64_t now,
                              struct db_rows *gone) MUST_CHECK;

/* Replies that came before the post they answer; they become its children. Those of its own thread are left
 * alone: that would make a ring. */
struct orphan {
	int64_t id, account_id, thread_id;
	str visibility;
};
enum err statuses_adopt(struct db *db, struct arena *mem, const struct status *parent,
                        struct db_rows *orphans) MUST_CHECK;
/* What answered a post before it was buried, in its own thread, but for those in `not`; struct orphan. */
enum err statuses_readopt(struct db *db, struct arena *mem, const struct status *parent, str not,
                          struct db_rows *children) MUST_CHECK;
/* All posts of thread `from` join thread `into`, with who muted it. */
enum err statuses_merge_threads(struct db *db, int64_t from, int64_t into) MUST_CHECK;

/* What the thread of a post is made of, enough to decide who sees it. */
struct thread_post {
	struct status s; /* id, account_id, site_id, in_reply_to_id, visibility, local_only, extras */
	int64_t author_suspended_at, author_deleted_at, author_silenced_by;
};
/* Up from the post (itself left out), nearest first. */
enum err statuses_above(struct db *db, struct arena *mem, int64_t id, int64_t limit,
                        struct db_rows *posts) MUST_CHECK;
/* All below, itself left out, by nearness. */
enum err statuses_below(struct db *db, struct arena *mem, int64_t id, int64_t limit,
                        struct db_rows *posts) MUST_CHECK;
/* Answers to posts of a JSON list that wait with what they answer, and for nothing else. */
enum err statuses_waiting(struct db *db, struct arena *mem, str ids, struct ids *out) MUST_CHECK;
enum err statuses_public_replies(struct db *db, struct arena *mem, int64_t id, int64_t after,
                                 int64_t limit, struct ids *ids) MUST_CHECK;

/* *status_id becomes the post that the key stands for: the given one if the key is new or older than
 * `oldest`. */
enum err idempotency_take(struct db *db, int64_t account_id, str key, int64_t now, int64_t oldest,
                          int64_t *status_id) MUST_CHECK;

/* URIs that may not come (back). */
enum err tombstones_add(struct db *db, str uri, str host, int64_t now) MUST_CHECK;
enum err tombstones_has(struct db *db, str uri, bool *there) MUST_CHECK;
