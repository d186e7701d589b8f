/* Files by their content, in the main database and in the cache. */
#include "core/blob.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/codec.h"
#include "base/log.h"
#include "core_world.h"

SQL(test_blob_rows, "SELECT COUNT(*) FROM blobs");
SQL(test_blob_chunks, "SELECT COUNT(*) FROM blob_chunks");
SQL(test_blob_twist, "UPDATE blob_chunks SET bytes = $1 WHERE place = $2 AND length(bytes) < 6000");
static const struct db_sql vacuum_mode = { "vacuum_mode", "SELECT auto_vacuum FROM pragma_auto_vacuum" };
static const struct db_sql blobs_page = { "blobs_page", "SELECT rootpage FROM sqlite_schema WHERE name = 'blobs'" };
static const struct db_sql sync_mode = { "sync_mode", "SELECT synchronous FROM pragma_synchronous" };
static const struct db_sql durable = { "durable",
	"SELECT COUNT(*) FROM pg_class WHERE relnamespace = to_regnamespace(current_schema()::text) AND relname LIKE 'blob%'"
	" AND relkind = 'r' AND relpersistence <> 'u'" };

static void cache_open(struct server *s, struct world *w)
{
	str why = STR_NONE;

	if (dbs_open_cache(w->where, cache_migrations, cache_migrations_n, &w->mem, &s->app.cache, &why))
		fail_msg("%.*s", STR_F(why));
}

static void begin(struct server *s, struct world *w)
{
	server_open(s, w);
	cache_open(s, w);
	s->app.chunks = blob_cache_new();
}

static void end(struct server *s)
{
	blob_cache_free(s->app.chunks);
	dbs_close(s->app.cache);
	server_close(s);
}

static enum err keep(struct db *db, void *arg)
{
	return blob_keep(db, arg);
}

/* Bytes that compress badly and differ by seed. */
static str some_bytes(struct arena *mem, size_t n, unsigned seed)
{
	char *p = NEWS(mem, char, n + 1);

	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (char)(seed >> 24);
	}
	return str_n(p, n);
}

static str store(struct server *s, struct dbs *in, str bytes, size_t step)
{
	struct blob_writer w;

	blob_begin(&w, &s->cx, in, S("media"));
	for (str rest = bytes; rest.n; rest = str_from(rest, step))
		assert_int_equal(blob_add(&w, str_to(rest, step)), OK);
	blob_end(&w, S("image/png"));
	assert_int_equal(dbs_write(in, keep, &w), OK);
	return w.b.hash;
}

static int64_t count(struct dbs *in, const struct db_sql *what)
{
	int64_t n = -1;

	assert_int_equal(db_number(dbs_reader(in), what, NO_ARGS, &n), OK);
	return n;
}

static str read_all(struct server *s, const struct blob_file *f, size_t step)
{
	struct buf b = buf_new(s->cx.mem, (size_t)f->b.size + 1);
	char *piece = NEWS(s->cx.mem, char, step);

	while (b.n < (size_t)f->b.size) {
		long n = blob_read(f, (int64_t)b.n, piece, step);

		assert_true(n > 0);
		buf_add(&b, str_n(piece, (size_t)n));
	}
	assert_int_equal(blob_read(f, f->b.size, piece, step), -1);
	assert_int_equal(blob_read(f, -1, piece, step), -1);
	return buf_str(&b);
}

static void what_is_written_is_read_whatever_the_pieces(struct world *w)
{
	static const size_t sizes[] = { 0, 1, 20000, BLOB_CHUNK - 1, BLOB_CHUNK, BLOB_CHUNK + 1, 3 * BLOB_CHUNK, 3 * BLOB_CHUNK + 7 };
	struct server s;

	begin(&s, w);
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		str bytes = some_bytes(&w->mem, sizes[i], i + 1), hash = store(&s, i & 1 ? w->dbs : s.app.cache, bytes, 60000);
		unsigned char sum[SHA256_SIZE];
		struct blob_file f;

		codec_sha256(bytes, sum);
		assert_str(hash, codec_hex(&w->mem, str_n((char *)sum, sizeof(sum))));
		assert_int_equal(blob_open(&s.cx, hash, &f), OK);
		assert_true(f.b.size == (int64_t)sizes[i] && f.in == (i & 1 ? w->dbs : s.app.cache));
		assert_str(f.b.mime, S("image/png"));
		assert_str(read_all(&s, &f, 33333), bytes);
	}
	end(&s);
}

static void the_same_bytes_are_kept_once(struct world *w)
{
	struct server s;
	str bytes = some_bytes(&w->mem, 2 * BLOB_CHUNK + 5, 9);
	bool more = true;

	begin(&s, w);
	assert_str(store(&s, w->dbs, bytes, 1000000), store(&s, w->dbs, bytes, 777));
	assert_int_equal(count(w->dbs, &test_blob_rows), 2); /* the second one until the sweep */
	while (more)
		assert_int_equal(blob_sweep_some(&s.cx, w->dbs, &more), OK);
	assert_int_equal(count(w->dbs, &test_blob_rows), 1);
	assert_int_equal(count(w->dbs, &test_blob_chunks), 3);
	end(&s);
}

static void nobody_sees_what_is_unfinished_and_it_goes_after_an_hour(struct world *w)
{
	struct server s;
	struct blob_writer writer;
	struct blob_file f;
	bool more;

	begin(&s, w);
	blob_begin(&writer, &s.cx, w->dbs, S("media"));
	assert_int_equal(blob_add(&writer, some_bytes(&w->mem, 20 * BLOB_CHUNK + 1, 3)), OK);
	blob_end(&writer, S("video/mp4"));
	assert_int_equal(blob_open(&s.cx, writer.b.hash, &f), ERR_NOT_FOUND);
	assert_int_equal(blob_sweep_some(&s.cx, w->dbs, &more), OK);
	assert_false(more);
	assert_int_equal(count(w->dbs, &test_blob_chunks), 20);
	assert_int_equal(dbs_write(w->dbs, keep, &writer), OK);
	assert_int_equal(blob_open(&s.cx, writer.b.hash, &f), OK);
	blob_begin(&writer, &s.cx, w->dbs, S("media"));
	assert_int_equal(blob_add(&writer, some_bytes(&w->mem, 20 * BLOB_CHUNK + 1, 4)), OK);
	blob_abort(&writer);
	more = true;
	for (int i = 0; more; i++, assert_true(i < 10))
		assert_int_equal(blob_sweep_some(&s.cx, w->dbs, &more), OK);
	assert_int_equal(count(w->dbs, &test_blob_chunks), 21);
	assert_int_equal(count(w->dbs, &test_blob_rows), 1);
	end(&s);
}

static enum err twist(struct db *db, void *arg)
{
	struct blob_chunk *c = arg;
	int64_t changed;

	TRY(db_exec(db, &test_blob_twist, ARGS(db_bytes(c->bytes), (int64_t)c->sum.n), &changed));
	assert_int_equal(changed, 1);
	return OK;
}

/* DB-06 */
static void altered_bytes_are_never_given_out(struct world *w)
{
	struct server s;

	begin(&s, w);
	for (int cached = 0; cached < 2; cached++) {
		struct dbs *in = cached ? s.app.cache : w->dbs;
		str small = some_bytes(&w->mem, 5000, 1 + (unsigned)cached), large = some_bytes(&w->mem, BLOB_CHUNK + 5000, 7), hash;
		struct blob_file f;
		char piece[100];

		hash = store(&s, in, small, 5000);
		((char *)(uintptr_t)small.p)[77] ^= 1;
		assert_int_equal(dbs_write(in, twist, &(struct blob_chunk){ S(""), small }), OK);
		log_set_level(LOG_ERROR + 1);
		assert_int_equal(blob_open(&s.cx, hash, &f), ERR_INTERNAL);
		/* what can be had again is gone, so that it is fetched anew */
		assert_int_equal(blob_open(&s.cx, hash, &f), cached ? ERR_NOT_FOUND : ERR_INTERNAL);
		hash = store(&s, in, large, 50000);
		assert_int_equal(dbs_write(in, twist, &(struct blob_chunk){ S("x"), str_n(large.p + BLOB_CHUNK, 4999) }), OK);
		assert_int_equal(blob_open(&s.cx, hash, &f), OK);
		assert_int_equal(blob_read(&f, 10, piece, sizeof(piece)), 100);
		assert_int_equal(blob_read(&f, BLOB_CHUNK + 10, piece, sizeof(piece)), -1);
		log_set_level(LOG_ERROR);
	}
	end(&s);
}

/* So much is read that nothing else is held in memory any more. */
enum { MUCH = 9 << 20 };
static void read_much(struct server *s, str hash)
{
	struct blob_file f;
	char byte;

	assert_int_equal(blob_open(&s->cx, hash, &f), OK);
	for (int64_t at = 0; at < MUCH; at += BLOB_CHUNK)
		assert_int_equal(blob_read(&f, at, &byte, 1), 1);
}

static void what_was_right_once_is_looked_at_again(struct world *w)
{
	struct server s;

	begin(&s, w);
	for (int cached = 0; cached < 2; cached++) {
		struct dbs *in = cached ? s.app.cache : w->dbs;
		str small = some_bytes(&w->mem, 5003, 3 + (unsigned)cached), hash = store(&s, in, small, 5003);
		str much = store(&s, in, some_bytes(&w->mem, MUCH, 99), 1 << 20);
		struct blob_file f;

		for (int i = 0; i < 2; i++) {
			assert_int_equal(blob_open(&s.cx, hash, &f), OK);
			assert_ptr_equal(f.in, in);
			read_much(&s, much);
		}
		((char *)(uintptr_t)small.p)[cached ? 5001 : 7] ^= 0x40;
		assert_int_equal(dbs_write(in, twist, &(struct blob_chunk){ S(""), small }), OK);
		log_set_level(LOG_ERROR + 1);
		assert_int_equal(blob_open(&s.cx, hash, &f), ERR_INTERNAL);
		log_set_level(LOG_ERROR);
	}
	end(&s);
}

static enum err drop(struct ctx *cx, void *arg)
{
	return blob_drop(cx->app, cx->db, *(str *)arg);
}

static void dropped_ones_are_gone_and_their_room_is_given_back(struct world *w)
{
	struct server s;
	struct blob_file f;
	bool more = true;
	str hash;

	begin(&s, w);
	hash = store(&s, w->dbs, some_bytes(&w->mem, 20 * BLOB_CHUNK, 5), 1 << 20);
	assert_int_equal(blob_open(&s.cx, hash, &f), OK);
	assert_int_equal(write_tx(&s.cx, drop, &hash), OK);
	assert_int_equal(blob_open(&s.cx, hash, &f), ERR_NOT_FOUND);
	while (more)
		assert_int_equal(blob_sweep_some(&s.cx, w->dbs, &more), OK);
	assert_int_equal(count(w->dbs, &test_blob_chunks), 0);
	end(&s);
}

static enum err evict(struct db *db, void *hash)
{
	return blobs_hide(db, *(str *)hash);
}

static enum err give_back(struct db *db, void *left)
{
	return db_give_back(db, 500, left);
}

static void the_file_shrinks(struct world *w)
{
	struct server s;
	struct stat before, after;
	int64_t left = 1, last = INT64_MAX;
	bool more = true;
	str hash;
	char path[100];

	begin(&s, w);
	snprintf(path, sizeof(path), "%s/cache.db", w->dir);
	hash = store(&s, s.app.cache, some_bytes(&w->mem, 40 * BLOB_CHUNK, 5), 1 << 20);
	assert_int_equal(dbs_write(s.app.cache, give_back, &left), OK);
	assert_int_equal(left, 0);
	assert_int_equal(stat(path, &before), 0);
	assert_true(before.st_size > 5 << 20);
	assert_int_equal(dbs_write(s.app.cache, evict, &hash), OK);
	while (more)
		assert_int_equal(blob_sweep_some(&s.cx, s.app.cache, &more), OK);
	while (left || last == INT64_MAX) {
		assert_int_equal(dbs_write(s.app.cache, give_back, &left), OK);
		assert_true(left < last);
		last = left;
	}
	assert_int_equal(stat(path, &after), 0);
	assert_true(after.st_size < 1 << 20);
	end(&s);
}

static void main_is_durable_and_the_cache_is_cheap(struct world *w)
{
	struct server s;

	begin(&s, w);
	if (w->postgres) {
		assert_int_equal(count(w->dbs, &durable), 2);
		assert_int_equal(count(s.app.cache, &durable), 0);
	} else {
		assert_int_equal(count(w->dbs, &sync_mode), 2);
		assert_int_equal(count(s.app.cache, &sync_mode), 1);
		assert_int_equal(count(w->dbs, &vacuum_mode), 2);
		assert_int_equal(count(s.app.cache, &vacuum_mode), 2);
	}
	end(&s);
}

static void spoil(const char *path, const char *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0 && write(fd, bytes, strlen(bytes)) == (ssize_t)strlen(bytes));
	close(fd);
}

static void a_cache_that_is_gone_or_broken_is_begun_anew(struct world *w)
{
	struct server s;
	char path[100], log[110];
	str hash;
	struct blob_file f;

	begin(&s, w);
	snprintf(path, sizeof(path), "%s/cache.db", w->dir);
	snprintf(log, sizeof(log), "%s-wal", path);
	hash = store(&s, s.app.cache, S("something"), 10);
	for (int i = 0; i < 3; i++) {
		dbs_close(s.app.cache);
		if (i == 0)
			assert_int_equal(unlink(path), 0);
		else
			spoil(i == 1 ? path : log, "this is no database, and a long text at that, longer than a header ................");
		cache_open(&s, w);
		blob_cache_free(s.app.chunks);
		s.app.chunks = blob_cache_new();
		assert_int_equal(blob_open(&s.cx, hash, &f), i < 2 ? ERR_NOT_FOUND : OK);
		assert_str(store(&s, s.app.cache, S("something"), 10), hash);
	}
	end(&s);
}

/* In the middle, where the head says nothing of it, while it is open. */
static void a_cache_that_is_damaged_is_begun_anew(struct world *w)
{
	struct server s;
	char path[100], junk[4096];
	struct blob_file f;
	str hash = STR_NONE;
	int64_t root;
	int fd;

	begin(&s, w);
	snprintf(path, sizeof(path), "%s/cache.db", w->dir);
	for (unsigned i = 0; i < 40; i++)
		hash = store(&s, s.app.cache, some_bytes(&w->mem, 30000, i), 30000);
	root = count(s.app.cache, &blobs_page);
	dbs_close(s.app.cache);
	memset(junk, 0x5a, sizeof(junk));
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, junk, sizeof(junk), (root - 1) * 4096), sizeof(junk));
	close(fd);
	cache_open(&s, w);
	blob_cache_free(s.app.chunks);
	s.app.chunks = blob_cache_new();
	log_set_level(LOG_ERROR + 1);
	assert_int_equal(blob_open(&s.cx, hash, &f), ERR_INTERNAL);
	assert_int_equal(dbs_mend(s.app.cache), OK);
	log_set_level(LOG_ERROR);
	assert_int_equal(blob_open(&s.cx, hash, &f), ERR_NOT_FOUND);
	hash = store(&s, s.app.cache, S("something"), 10);
	assert_int_equal(blob_open(&s.cx, hash, &f), OK);
	assert_int_equal(count(s.app.cache, &vacuum_mode), 2);
	assert_int_equal(count(s.app.cache, &test_blob_rows), 1);
	dbs_close(s.app.cache);
	cache_open(&s, w);
	assert_int_equal(blob_open(&s.cx, hash, &f), OK);
	end(&s);
}

struct reader {
	struct server *s;
	const str *hashes;
	int bad;
};

static void *read_many(void *arg)
{
	struct reader *r = arg;
	struct arena mem ARENA_SCOPE;
	struct ctx cx;

	ctx_init(&cx, &r->s->app, &mem);
	for (int i = 0; i < 200; i++) {
		struct blob_file f;
		char piece[64];
		int64_t at = i % 5 * BLOB_CHUNK / 2;
		str held;
		struct blob_chunk_held *h;

		if (blob_open(&cx, r->hashes[i % 40], &f)) {
			r->bad++;
			continue;
		}
		if (at < f.b.size && blob_read(&f, at, piece, sizeof(piece)) <= 0)
			r->bad++;
		h = blob_hold(&f, &held);
		if (h) {
			r->bad += held.n != (size_t)f.b.size;
			blob_release(h);
		}
		if (i % 50 == 0)
			arena_free(&mem);
	}
	return NULL;
}

static void many_threads_read_more_than_is_held_in_memory(struct world *w)
{
	struct server s;
	pthread_t threads[4];
	struct reader readers[4];
	str hashes[40];

	begin(&s, w);
	for (unsigned i = 0; i < 40; i++)
		hashes[i] = store(&s, s.app.cache, some_bytes(&w->mem, i % 4 ? 200000 : 600000, i + 1), 200000);
	for (int i = 0; i < 4; i++) {
		readers[i] = (struct reader){ &s, hashes, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, read_many, &readers[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(readers[i].bad, 0);
	}
	end(&s);
}

static void files_come_and_go_by_descriptor(struct world *w)
{
	struct server s;
	struct blob_writer writer;
	struct blob_file f;
	int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
	str bytes = some_bytes(&w->mem, 2 * BLOB_CHUNK + 99, 8);
	char *back = NEWS(&w->mem, char, bytes.n + 1);

	begin(&s, w);
	assert_int_equal(write(in, bytes.p, bytes.n), bytes.n);
	blob_begin(&writer, &s.cx, w->dbs, S("media"));
	assert_int_equal(blob_from_fd(&writer, in, S("video/mp4")), OK);
	assert_int_equal(dbs_write(w->dbs, keep, &writer), OK);
	assert_int_equal(blob_open(&s.cx, writer.b.hash, &f), OK);
	assert_int_equal(blob_to_fd(&f, out), OK);
	assert_int_equal(pread(out, back, bytes.n + 1, 0), bytes.n);
	assert_str(str_n(back, bytes.n), bytes);
	close(in);
	close(out);
	end(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(what_is_written_is_read_whatever_the_pieces),
		T(the_same_bytes_are_kept_once),
		T(nobody_sees_what_is_unfinished_and_it_goes_after_an_hour),
		T(altered_bytes_are_never_given_out),
		T(what_was_right_once_is_looked_at_again),
		T(dropped_ones_are_gone_and_their_room_is_given_back),
		T(main_is_durable_and_the_cache_is_cheap),
		T(many_threads_read_more_than_is_held_in_memory),
		T(files_come_and_go_by_descriptor),
		{ "the_file_shrinks", the_file_shrinks, ON_SQLITE },
		{ "a_cache_that_is_damaged_is_begun_anew", a_cache_that_is_damaged_is_begun_anew, ON_SQLITE },
		{ "a_cache_that_is_gone_or_broken_is_begun_anew", a_cache_that_is_gone_or_broken_is_begun_anew, ON_SQLITE },
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
