#pragma once
/* Rows of blobs and blob_chunks, in the main database and in the cache alike: `db` says in which. How to use them is in
 * core/blob.h. */
#include "db/db.h"

enum { BLOB_CHUNK = 256 * 1024 };

struct blob {
	int64_t id;
	str hash; /* sha256 in hex */
	str kind; /* media preview avatar header emoji card upload */
	str mime;
	int64_t size, created_at, used_at;
};

/* One that nobody can see yet. */
enum err blobs_begin(struct db *db, int64_t id, str kind, int64_t now) MUST_CHECK;
enum err blobs_add_chunk(struct db *db, int64_t id, int64_t place, str sum, str bytes) MUST_CHECK;
/* It is complete: hash, mime, size of *b. ERR_CONFLICT: another has the hash. */
enum err blobs_finish(struct db *db, const struct blob *b) MUST_CHECK;
/* Nobody wants it: the next sweep takes it. */
enum err blobs_give_up(struct db *db, int64_t id) MUST_CHECK;
/* Complete ones only; ERR_NOT_FOUND. */
enum err blobs_by_hash(struct db *db, struct arena *mem, str hash, struct blob *b) MUST_CHECK;
/* Complete ones, with their first chunk (nothing where there is none); ERR_NOT_FOUND. */
struct blob_first {
	int64_t id, size;
	str mime, sum, bytes;
};
enum err blobs_first(struct db *db, struct arena *mem, str hash, struct blob_first *first) MUST_CHECK;
enum err blobs_touch(struct db *db, str hash, int64_t now) MUST_CHECK;

struct blob_chunk {
	str sum, bytes;
};
enum err blobs_chunk(struct db *db, struct arena *mem, int64_t id, int64_t place, struct blob_chunk *c) MUST_CHECK;

/* Makes complete ones invisible, as blobs_give_up() does; their bytes go by blobs_sweep(). */
enum err blobs_hide(struct db *db, str hash) MUST_CHECK;
/* Removes up to `limit` chunks of those that are unfinished since before; *gone is how many, and the rows of those that have no
 * chunks left: 0 when there is nothing more. */
enum err blobs_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

/* No process is writing any: all unfinished ones are abandoned. */
enum err blobs_abandon(struct db *db) MUST_CHECK;

struct blob_sum {
	str kind;
	int64_t files, bytes;
};
/* What there is of each kind; struct blob_sum. */
enum err blobs_sums(struct db *db, struct arena *mem, struct db_rows *out) MUST_CHECK;
