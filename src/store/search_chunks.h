#pragma once
/* Chunks of the index of posts (schema/0068_search_chunks.sql). */
#include "db/db.h"

struct search_chunk {
	int64_t first_id; /* its posts have this id or a greater one, up to where the next chunk begins */
	str prefix;       /* store/search.h; "": posts as they were indexed before there were chunks */
	int64_t posts;    /* search_chunks_counted() only */
};
/* Those that may have posts below max and above low, newest first. */
enum err search_chunks(struct db *db, struct arena *mem, int64_t max, int64_t low, struct db_rows *out) MUST_CHECK;
/* All, newest first, with how many posts they have; from `most` on counting ends. */
enum err search_chunks_counted(struct db *db, struct arena *mem, int64_t most, struct db_rows *out) MUST_CHECK;
/* The greatest prefix; one that was used once stays so while a later one is there. */
enum err search_chunks_last(struct db *db, struct arena *mem, str *prefix) MUST_CHECK;
enum err search_chunk_add(struct db *db, int64_t first_id, str prefix) MUST_CHECK;
enum err search_chunk_begin_at(struct db *db, int64_t first_id, int64_t now_first_id) MUST_CHECK;
/* Its posts belong to the one before it. */
enum err search_chunk_remove(struct db *db, int64_t first_id) MUST_CHECK;
/* Posts (no boosts) from low on, below high: the first ones or the last ones. */
enum err search_posts_from(struct db *db, struct arena *mem, int64_t low, int64_t high, int64_t limit,
                           struct ids *out) MUST_CHECK;
enum err search_posts_below(struct db *db, struct arena *mem, int64_t low, int64_t high, int64_t limit,
                            struct ids *out) MUST_CHECK;
