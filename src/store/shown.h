#pragma once
/* Pages of posts and accounts, loaded for showing: each function is one statement for any number of them, and
 * reads only the columns that are shown. Lists are JSON, by db_id_list(). */
#include "store/accounts.h"
#include "store/parts.h"

struct shown_status {
	struct status s; /* without text, content_type, conversation, in_reply_to_uri */
	str app_name, app_website;
};
enum err shown_statuses(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;

struct shown_account {
	struct account a; /* what is public of it */
	str role;         /* of its user, if that is not "user" */
};
enum err shown_accounts(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;
enum err shown_accounts_by_uri(struct db *db, struct arena *mem, struct strs uris, struct db_rows *out) MUST_CHECK;
/* All of it, for its own eyes. */
enum err shown_account(struct db *db, struct arena *mem, int64_t id, struct shown_account *out) MUST_CHECK;

struct shown_mention {
	int64_t status_id, id, site_id;
	bool silent;
	str username, domain, url, uri;
};
/* By post. */
enum err shown_mentions(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;
struct shown_tag {
	int64_t status_id;
	str name, display;
};
enum err shown_tags(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;
enum err shown_media(struct db *db, struct arena *mem, str ids,
                     struct db_rows *out) MUST_CHECK; /* struct attachment */

/* Rows of an id and bits. */
struct bits {
	int64_t id, bits;
};
enum { FLAG_FAVOURITED = 1, FLAG_REBLOGGED = 2, FLAG_BOOKMARKED = 4, FLAG_PINNED = 8, FLAG_MUTED = 16 };
struct shown_flags_in {
	str favourites, boosts, bookmarks, pins; /* posts to look for */
	str threads;                             /* these come back with FLAG_MUTED */
};
enum err shown_flags(struct db *db, struct arena *mem, int64_t viewer, const struct shown_flags_in *in,
                     struct db_rows *out) MUST_CHECK;

/* How the viewer stands to accounts: rows of struct bits with REL_ bits of core/visible.h; several rows of
 * one id are to be united. */
enum err shown_stands(struct db *db, struct arena *mem, int64_t viewer, str ids, int64_t now,
                      struct db_rows *out) MUST_CHECK;
/* The same, but only what opens and closes posts: following (asked for the first list), blocked by (the
 * second). */
enum err shown_gates(struct db *db, struct arena *mem, int64_t viewer, str domain, str followed, str ids,
                     struct db_rows *out) MUST_CHECK;

/* All that decides about one post and one viewer. */
struct stand {
	int64_t suspended_at, deleted_at; /* the author */
	bool following, blocked_by, mentioned;
};
enum err shown_stand(struct db *db, struct arena *mem, int64_t viewer, int64_t author, int64_t status,
                     struct stand *out) MUST_CHECK;
