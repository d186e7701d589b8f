#pragma once
/* What is found by its words: posts and accounts. Texts are made by core/search_post.c, for the one database or the other. */
#include "db/db.h"

/* Instead of what was there. */
enum err search_put(struct db *db, int64_t status_id, str terms) MUST_CHECK;
enum err search_drop(struct db *db, int64_t status_id) MUST_CHECK;

/* Posts whose words are to be put in. stamp: another one with each change of the post. */
struct search_noted {
	int64_t status_id, stamp;
};
enum err search_note(struct db *db, int64_t status_id, int64_t stamp) MUST_CHECK;
/* The newest of them. */
enum err search_noted(struct db *db, struct arena *mem, int64_t limit, struct db_rows *out) MUST_CHECK;
/* Notes it no more, if it has not changed since; *mine: so it was. */
enum err search_note_done(struct db *db, const struct search_noted *n, bool *mine) MUST_CHECK;

/* SQLite keeps the words of what was removed until parts of the index are merged: one step of merging all of them, of about
 * so many pages. first: the beginning of it. *more: there is something left. Nothing to do on PostgreSQL. */
enum err search_merge(struct db *db, int64_t pages, bool first, bool *more) MUST_CHECK;

/* Posts are in chunks (store/search_chunks.h). On SQLite each term of a post begins with the prefix of its chunk, and in a query
 * with SEARCH_PREFIX in its place. On PostgreSQL terms are the same everywhere: there a chunk is a mark, SEARCH_CHUNK and its
 * prefix. In a chunk without a prefix there are no pairs of words and no such mark; the mark SEARCH_ALL all posts have. */
#define SEARCH_PREFIX "?"
#define SEARCH_CHUNK "\xee\x80\x80" "chunk"
#define SEARCH_ALL "\xee\x80\x80" "all"
struct search_page {
	str query, unpaired;     /* unpaired: for a chunk without a prefix */
	str without;             /* PostgreSQL: those that match this are left out; "": none are */
	int64_t max, low, limit; /* ids below the one, above the other */
	bool all;                /* out: there are no more */
};
/* Newest first, whoever may see them; p becomes the next page. */
enum err search_matching(struct db *db, struct arena *mem, struct search_page *p, struct ids *out) MUST_CHECK;
/* What the account favourited, bookmarked, boosted, voted in or is named in, the newest first, not more than some thousands. */
enum err search_library(struct db *db, struct arena *mem, const struct search_page *p, int64_t account_id,
                        struct ids *out) MUST_CHECK;
/* Of these, newest first, those that match. What lies far back is not found where very many match. */
enum err search_matching_of(struct db *db, struct arena *mem, const struct search_page *p, struct ids some,
                            struct ids *out) MUST_CHECK;
struct search_asker {
	int64_t id, site_id, now;
	bool everybodys; /* what its author lets everybody find */
	bool own;        /* what is the asker's, or in that library */
};
/* Of posts in a JSON list: what is there, and of nobody whom the asker does not want. Newest first. */
enum err search_wanted(struct db *db, struct arena *mem, const struct search_asker *by, str ids, struct ids *out) MUST_CHECK;
/* Posts after that one, oldest first. */
enum err search_posts_after(struct db *db, struct arena *mem, int64_t id, int64_t limit, struct ids *out) MUST_CHECK;

/* Instead of those that were there. */
enum err account_terms_put(struct db *db, struct arena *mem, int64_t account_id, struct strs terms) MUST_CHECK;
enum { ACCOUNT_TERMS = 3 };
struct account_find {
	str terms[ACCOUNT_TERMS]; /* beginnings, the rarest first; STR_NONE: fewer */
	str domain;               /* beginning of its; "": any */
	int64_t viewer_id;
	bool following;
	int64_t limit, offset;
};
/* Whom the viewer follows, then those here, then by followers. */
enum err account_terms_find(struct db *db, struct arena *mem, const struct account_find *f, struct ids *out) MUST_CHECK;
enum err search_accounts_after(struct db *db, struct arena *mem, int64_t id, int64_t limit, struct ids *out) MUST_CHECK;
