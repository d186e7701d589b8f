#pragma once
/* Files by their content: written once, found by their sha256, read in pieces, checked as they are read. Own files are in
 * the main database; what can be had again is in the cache (app->cache), with the same calls.
 *
 *   struct blob_writer w;
 *   blob_begin(&w, cx, cx->app->dbs, "media");            or cx->app->cache
 *   while (...) TRY(blob_add(&w, bytes));                 never whole in memory: a chunk of 256 KiB
 *   blob_end(&w, S("image/jpeg"));                        now w.b.hash, w.b.size are known
 *   within the transaction that makes the row which refers to w.b.hash:
 *           TRY(blob_keep(cx->db, &w));
 *
 * Until blob_keep() is committed nobody sees it, and it is swept an hour later; so there is no row without its bytes. A
 * file whose last reference went stays until blob_drop(): the main database by blob_sweep() of core/media.h, the cache by who
 * evicts. The kind says what it counts as in blobs_sums(): media preview avatar header emoji card upload. */
#include "core/ctx.h"
#include "store/blobs.h"

/* Lives no longer than the arena of the context it was begun with; the context itself may go before. */
struct blob_writer {
	struct arena *mem;
	struct dbs *to;
	struct codec_digest *digest;
	struct blob b;  /* id 0: nothing is written yet */
	int64_t chunks; /* written */
	char *chunk;    /* of the arena; what is not written yet */
	size_t n;
	bool full;      /* the last ERR_BUSY was for want of room: for cx->full */
};
void blob_begin(struct blob_writer *w, struct ctx *cx, struct dbs *to, str kind);
/* Each full chunk is on disk when this returns. Not inside a transaction. */
enum err blob_add(struct blob_writer *w, str bytes) MUST_CHECK;
void blob_end(struct blob_writer *w, str mime);
/* In a transaction of its database; repeatable. Where the same bytes are there already, those are kept. */
enum err blob_keep(struct db *db, struct blob_writer *w) MUST_CHECK;
/* Instead of blob_keep(), also before blob_end(): what was written goes with the next sweep. */
void blob_abort(struct blob_writer *w);
/* All of a file from its beginning, up to blob_end(). */
enum err blob_from_fd(struct blob_writer *w, int fd, str mime) MUST_CHECK;

/* Reading. */
struct blob_file {
	struct app *app;
	struct dbs *in; /* the main database or the cache */
	struct blob b;
};
/* In the main database, else in the cache; its first chunk has been read and is right. ERR_NOT_FOUND: it is nowhere.
 * ERR_INTERNAL: the bytes are not what they were, which the log says; from the cache it is gone then. */
enum err blob_open(struct ctx *cx, str hash, struct blob_file *f) MUST_CHECK;
/* Up to n bytes at a place within the file; -1 where they cannot be had. Any thread. */
long blob_read(const struct blob_file *f, int64_t at, char *to, size_t n);
/* To a file, from where that stands. */
enum err blob_to_fd(const struct blob_file *f, int fd) MUST_CHECK;

/* A small file (one chunk at most) held in memory without copying; NULL where too much is held already, or it is larger. */
struct blob_chunk_held;
struct blob_chunk_held *blob_hold(const struct blob_file *f, str *bytes);
void blob_release(void *held);

/* It is wanted again: for the cache, whose least recently used go first. At most once a minute a file is written. In a
 * transaction. */
enum err blob_touch(struct db *db, str hash, int64_t now) MUST_CHECK;
/* Nobody refers to it any more: gone for readers, and its bytes leave with blob_sweep_some(). In a transaction of its
 * database; readers may get it for a minute more. */
enum err blob_drop(struct app *app, struct db *db, str hash) MUST_CHECK;
/* Frees some of what was dropped or never finished (since an hour): 4 MiB at most, so that nobody waits long; *more: call
 * it again. */
enum err blob_sweep_some(struct ctx *cx, struct dbs *in, bool *more) MUST_CHECK;

/* The chunks read last, shared by all threads: bounded, whoever reads however slowly. */
struct blob_cache *blob_cache_new(void);
void blob_cache_free(struct blob_cache *c);
