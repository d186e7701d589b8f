#pragma once
/* What a move of an account touches: rows of moves, its redirect and aliases, and who has to do with it. */
#include "db/db.h"

/* When it last took part in a move; 0: never. */
enum err moves_at(struct db *db, int64_t account_id, int64_t *at) MUST_CHECK;
enum err moves_put(struct db *db, int64_t account_id, int64_t at) MUST_CHECK;
enum err moves_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
enum err moves_redirect(struct db *db, int64_t account_id, str uri, int64_t at) MUST_CHECK;
enum err moves_set_aliases(struct db *db, int64_t account_id, str aliases, int64_t at) MUST_CHECK;

/* Accepted follows by accounts of ours, from that id on; struct follow. */
enum err moves_followers(struct db *db, struct arena *mem, int64_t account_id, int64_t after, int64_t n,
                         struct db_rows *out) MUST_CHECK;
/* Accounts of ours above an id that block it, that mute it (now), or have a note on it. What they have of the new one,
 * old_note included, comes along. */
struct carried {
	int64_t account_id;
	bool blocks, mutes, notifications; /* of mutes: those too */
	int64_t mute_expires_at;
	bool follows_new, blocks_new, mutes_new;
	str note, note_new; /* STR_NONE: none */
};
enum err moves_carried(struct db *db, struct arena *mem, int64_t from, int64_t to, int64_t after, int64_t now, int64_t n,
                       struct db_rows *out) MUST_CHECK;
