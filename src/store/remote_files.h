#pragma once
/* Rows of remote_files, in the cache: what was fetched from where, or could not be. */
#include "db/db.h"

struct remote_file {
	str sum;           /* of what is wanted and the address, in hex */
	str first, second; /* HASH.EXTENSION, or STR_NONE */
	int64_t tries, next_at, at;
};
/* ERR_NOT_FOUND. */
enum err remote_files_get(struct db *db, struct arena *mem, str sum, struct remote_file *f) MUST_CHECK;
enum err remote_files_put(struct db *db, const struct remote_file *f) MUST_CHECK;
/* Those from before of which nothing is stored any more. */
enum err remote_files_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

/* Complete blobs of the cache, least recently used first; struct remote_blob. */
struct remote_blob {
	str hash;
	int64_t size, used_at;
};
enum err remote_files_oldest(struct db *db, struct arena *mem, int64_t limit, struct db_rows *out) MUST_CHECK;
