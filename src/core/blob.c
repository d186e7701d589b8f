/* Writing files by their content. A file of one chunk is written by blob_keep() alone, in the transaction of its row. */
#include "core/blob.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/codec.h"

enum { SWEEP_CHUNKS = 16, READ_AT_ONCE = 64 * 1024 };

void blob_begin(struct blob_writer *w, struct ctx *cx, struct dbs *to, str kind)
{
	*w = (struct blob_writer){ .mem = cx->mem, .to = to, .digest = codec_digest_new() };
	w->b.kind = kind;
	w->b.created_at = cx->now;
	w->chunk = NEWS(cx->mem, char, BLOB_CHUNK);
}

static enum err put_chunk(struct db *db, const struct blob_writer *w, int64_t id)
{
	unsigned char sum[SHA256_SIZE];
	str bytes = str_n(w->chunk, w->n);

	codec_sha256(bytes, sum);
	return blobs_add_chunk(db, id, w->chunks, str_n((char *)sum, sizeof(sum)), bytes);
}

static enum err write_chunk(struct db *db, void *arg)
{
	struct blob_writer *w = arg;

	if (!w->chunks)
		TRY(blobs_begin(db, w->b.id, w->b.kind, clock_now()));
	return put_chunk(db, w, w->b.id);
}

static enum err flush(struct blob_writer *w)
{
	enum err e;

	if (!w->b.id)
		w->b.id = id_new();
	e = dbs_write(w->to, write_chunk, w);
	w->full = e == ERR_BUSY && dbs_was_full();
	TRY(e);
	w->chunks++;
	w->n = 0;
	return OK;
}

enum err blob_add(struct blob_writer *w, str bytes)
{
	codec_digest_add(w->digest, bytes);
	w->b.size += (int64_t)bytes.n;
	while (bytes.n) {
		size_t n = BLOB_CHUNK - w->n;

		if (!n) {
			TRY(flush(w));
			continue;
		}
		n = bytes.n < n ? bytes.n : n;
		memcpy(w->chunk + w->n, bytes.p, n);
		w->n += n;
		bytes = str_from(bytes, n);
	}
	return OK;
}

void blob_end(struct blob_writer *w, str mime)
{
	unsigned char hash[SHA256_SIZE];

	codec_digest_end(w->digest, hash);
	w->digest = NULL;
	w->b.hash = codec_hex(w->mem, str_n((char *)hash, sizeof(hash)));
	w->b.mime = mime;
}

enum err blob_keep(struct db *db, struct blob_writer *w)
{
	struct blob there = { 0 }, b = w->b;
	enum err e = blobs_by_hash(db, w->mem, b.hash, &there);

	if (!e && w->chunks)
		TRY(blobs_give_up(db, b.id));
	if (e != ERR_NOT_FOUND)
		return e ? e : blobs_touch(db, b.hash, clock_now());
	if (!w->chunks) {
		b.id = id_new();
		TRY(blobs_begin(db, b.id, b.kind, clock_now()));
	}
	if (w->n)
		TRY(put_chunk(db, w, b.id));
	return blobs_finish(db, &b);
}

static enum err give_up(struct db *db, void *arg)
{
	return blobs_give_up(db, *(int64_t *)arg);
}

void blob_abort(struct blob_writer *w)
{
	unsigned char none[SHA256_SIZE];

	codec_digest_end(w->digest, none);
	w->digest = NULL;
	/* If that does not work either it is swept by its age. */
	if (w->b.id && dbs_write(w->to, give_up, &w->b.id))
		return;
}

enum err blob_from_fd(struct blob_writer *w, int fd, str mime)
{
	char *buf = NEWS(w->mem, char, READ_AT_ONCE);
	int64_t at = 0;

	for (;;) {
		ssize_t got = pread(fd, buf, READ_AT_ONCE, at);
		enum err e = got < 0 ? ERR_INTERNAL : OK;

		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0)
			e = blob_add(w, str_n(buf, (size_t)got));
		if (e) {
			blob_abort(w);
			return e;
		}
		if (!got)
			break;
		at += got;
	}
	blob_end(w, mime);
	return OK;
}

struct sweeping {
	int64_t before, gone;
};

static enum err sweep_some(struct db *db, void *arg)
{
	struct sweeping *s = arg;

	return blobs_sweep(db, s->before, SWEEP_CHUNKS, &s->gone);
}

enum err blob_sweep_some(struct ctx *cx, struct dbs *in, bool *more)
{
	struct sweeping s = { .before = cx->now - HOUR };
	enum err e = dbs_write(in, sweep_some, &s);

	*more = s.gone > 0;
	return e;
}
