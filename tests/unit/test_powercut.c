/* Simulated power cuts. What SQLite writes, truncates, removes and syncs is recorded while closures are committed. Then, for
 * many moments of the record, the disk is rebuilt as it might be after a cut: what was synced is there; of the rest each
 * sector of 512 bytes is there or not, at random. Every such disk must open, be whole, and hold all that was acknowledged.
 * POWER_CUTS says how many moments (300 by default), POWER_SEED which ones. */
#include "databases.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/log.h"

enum {
	SECTOR = 512,
	FILES = 3,
	COMMITS = 260,
	TEXT = 16000,
	CUTS = 300,
};

const struct migration migrations[] = {
	{ 1, "0001_first", "CREATE TABLE things (id @ID, text TEXT NOT NULL);\nCREATE TABLE counters (id @ID, n BIGINT);\n"
	                   "CREATE INDEX things_text ON things (text);\nINSERT INTO counters (id, n) VALUES (1, 0);\n" },
};
const int migrations_n = 1;

SQL(thing_put, "INSERT INTO things (id, text) VALUES ($1, $2)");
SQL(thing_drop, "DELETE FROM things WHERE id = $1");
SQL(counter_up, "UPDATE counters SET n = n + 1 WHERE id = 1");
SQL(counter_get, "SELECT n FROM counters WHERE id = 1");
SQL(things_newest, "SELECT COALESCE(MAX(id), 0) FROM things");
static const struct db_sql check = { "check", "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'" };

enum what { WRITE,
	    TRUNCATE,
	    REMOVE,
	    SYNC,
	    ACK };
struct op {
	enum what what;
	int file;
	size_t at, n; /* ACK: n is what was acknowledged in all */
	char *bytes;
};
static struct op *ops;
static size_t ops_n, ops_room;
static bool recording;
static char base[600];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *const suffixes[FILES] = { "", "-wal", "-journal" };

static void record(enum what what, int file, size_t at, size_t n, const void *bytes)
{
	char *copy = NULL;

	if (!recording || file < 0)
		return;
	if (bytes) {
		copy = malloc(n);
		memcpy(copy, bytes, n);
	}
	pthread_mutex_lock(&lock);
	if (ops_n == ops_room) {
		ops_room = ops_room ? ops_room * 2 : 1024;
		ops = realloc(ops, ops_room * sizeof(*ops));
	}
	ops[ops_n++] = (struct op){ what, file, at, n, copy };
	pthread_mutex_unlock(&lock);
}

static int file_of_path(const char *path)
{
	size_t n = strlen(base);

	for (int i = 0; i < FILES; i++)
		if (!strncmp(path, base, n) && !strcmp(path + n, suffixes[i]))
			return i;
	return -1;
}

static int file_of(int fd)
{
	char link[40], path[600];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = 0;
	return file_of_path(path);
}

static ssize_t our_pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t done = syscall(SYS_pwrite64, fd, p, n, at);

	if (done > 0)
		record(WRITE, file_of(fd), (size_t)at, (size_t)done, p);
	return done;
}

static int our_ftruncate(int fd, off_t n)
{
	record(TRUNCATE, file_of(fd), 0, (size_t)n, NULL);
	return (int)syscall(SYS_ftruncate, fd, n);
}

static int our_unlink(const char *path)
{
	record(REMOVE, file_of_path(path), 0, 0, NULL);
	return unlink(path);
}

/* SQLite calls it through the program. */
int fdatasync(int fd);
int fdatasync(int fd)
{
	int e = (int)syscall(SYS_fdatasync, fd);

	record(SYNC, file_of(fd), 0, 0, NULL);
	return e;
}

static void listen_in(bool on)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	vfs->xSetSystemCall(vfs, "pwrite", on ? (sqlite3_syscall_ptr)our_pwrite : NULL);
	vfs->xSetSystemCall(vfs, "pwrite64", on ? (sqlite3_syscall_ptr)our_pwrite : NULL);
	vfs->xSetSystemCall(vfs, "ftruncate", on ? (sqlite3_syscall_ptr)our_ftruncate : NULL);
	vfs->xSetSystemCall(vfs, "unlink", on ? (sqlite3_syscall_ptr)our_unlink : NULL);
	recording = on;
}

/* A file as it is for sure, and as it is while the power is on. */
struct disk {
	char *sure;
	size_t n, room;
	size_t pending[8192]; /* ops since the last sync */
	size_t pending_n;
};
static struct disk disks[FILES];

static void grow(struct disk *d, size_t n)
{
	if (n > d->room) {
		d->room = n * 2;
		d->sure = realloc(d->sure, d->room);
	}
	if (n > d->n)
		memset(d->sure + d->n, 0, n - d->n);
	d->n = n > d->n ? n : d->n;
}

static void apply(struct disk *d, const struct op *o, size_t from, size_t to)
{
	if (o->what == TRUNCATE) {
		grow(d, o->n);
		d->n = o->n;
		return;
	}
	grow(d, o->at + to);
	memcpy(d->sure + o->at + from, o->bytes + from, to - from);
}

/* Chance in 8 that a sector which was not synced has made it. */
static void apply_some(struct disk *d, const struct op *o, unsigned *seed, int chance)
{
	if (o->what == TRUNCATE) {
		if ((int)(rand_r(seed) % 8) < chance)
			apply(d, o, 0, 0);
		return;
	}
	for (size_t from = 0; from < o->n;) {
		size_t to = from + SECTOR - (o->at + from) % SECTOR;

		to = to < o->n ? to : o->n;
		if ((int)(rand_r(seed) % 8) < chance)
			apply(d, o, from, to);
		from = to;
	}
}

static void play(size_t i)
{
	struct disk *d = &disks[ops[i].file];

	switch (ops[i].what) {
	case WRITE:
	case TRUNCATE:
		assert_true(d->pending_n < 8192);
		d->pending[d->pending_n++] = i;
		break;
	case REMOVE:
		d->n = d->pending_n = 0;
		break;
	case SYNC:
		for (size_t p = 0; p < d->pending_n; p++)
			apply(d, &ops[d->pending[p]], 0, ops[d->pending[p]].n);
		d->pending_n = 0;
		break;
	case ACK: break;
	}
}

static void write_disk(const char *path, const struct disk *d, unsigned *seed, int chance)
{
	struct disk after = { .n = d->n, .room = d->n };
	int fd;

	after.sure = malloc(d->n + 1);
	memcpy(after.sure, d->sure ? d->sure : "", d->n);
	for (size_t p = 0; p < d->pending_n; p++)
		apply_some(&after, &ops[d->pending[p]], seed, chance);
	unlink(path);
	if (after.n) {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_true(write(fd, after.sure, after.n) == (ssize_t)after.n);
		close(fd);
	}
	free(after.sure);
}

static enum err add(struct db *db, void *arg)
{
	int64_t id = *(int64_t *)arg;
	char mine[TEXT];

	memset(mine, 'a' + (int)(id % 26), sizeof(mine));
	TRY(db_exec(db, &thing_put, ARGS(id, str_n(mine, (size_t)(id * 7919 % TEXT))), NULL));
	TRY(db_exec(db, &thing_drop, ARGS(id - 20), NULL));
	return db_exec(db, &counter_up, NO_ARGS, NULL);
}

static void record_all(struct world *w)
{
	int done;

	dbs_close(w->dbs);
	assert_int_equal(unlink(w->where + strlen("sqlite:")), 0);
	snprintf(base, sizeof(base), "%s", w->where + strlen("sqlite:"));
	listen_in(true);
	w->dbs = world_open(w);
	assert_int_equal(migrate_run(w->dbs, &done), OK);
	record(ACK, 0, 0, 0, NULL);
	for (int64_t i = 1; i <= COMMITS; i++) {
		assert_int_equal(dbs_write(w->dbs, add, &i), OK);
		record(ACK, 0, 0, (size_t)i, NULL);
	}
	dbs_close(w->dbs);
	listen_in(false);
	w->dbs = world_open(w);
}

static void verify(struct world *w, const char *path, int64_t acked, size_t at)
{
	struct arena mem ARENA_SCOPE;
	int64_t n = -1, newest = -1, whole = 0;
	struct dbs *s = NULL;
	int version = -1, done;
	str why = STR_NONE;

	(void)w;
	if (dbs_open(cstr(&mem, strf(&mem, "sqlite:%s", path)), NULL, &mem, &s, &why))
		fail_msg("cut at %zu: %.*s", at, STR_F(why));
	assert_int_equal(migrate_version(s, &version), OK);
	assert_true(version == 1 || acked < 0);
	assert_int_equal(migrate_run(s, &done), OK);
	assert_int_equal(db_number(dbs_reader(s), &check, NO_ARGS, &whole), OK);
	assert_int_equal(db_number(dbs_reader(s), &counter_get, NO_ARGS, &n), OK);
	assert_int_equal(db_number(dbs_reader(s), &things_newest, NO_ARGS, &newest), OK);
	if (!whole || n < acked || n > acked + 1 + (acked < 0) || newest != n)
		fail_msg("cut at %zu: acknowledged %lld, stored %lld, newest %lld, whole %lld", at, (long long)acked,
		         (long long)n, (long long)newest, (long long)whole);
	dbs_close(s);
}

static long setting(const char *name, long standard)
{
	const char *v = getenv(name);

	return v && *v ? atol(v) : standard;
}

static void cut(struct world *w, const char *path, size_t at, int64_t acked, unsigned *seed)
{
	static const int chances[] = { 0, 1, 4, 7, 8 };
	int chance = chances[rand_r(seed) % 5];
	char name[700];

	for (int f = 0; f < FILES; f++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[f]);
		write_disk(name, &disks[f], seed, chance);
	}
	snprintf(name, sizeof(name), "%s-shm", path);
	unlink(name);
	verify(w, path, acked, at);
}

static void what_was_acknowledged_survives_power_cuts(struct world *w)
{
	long cuts = setting("POWER_CUTS", CUTS), done = 0;
	unsigned seed = (unsigned)setting("POWER_SEED", 1);
	int64_t acked = -1;
	char path[600];

	record_all(w);
	log_set_level(LOG_NONE);
	snprintf(path, sizeof(path), "%s/cut.db", w->dir);
	for (size_t i = 0; i < ops_n; i++) {
		play(i);
		if (ops[i].what == ACK)
			acked = (int64_t)ops[i].n;
		for (; (size_t)done * ops_n < (i + 1) * (size_t)cuts; done++)
			cut(w, path, i, acked, &seed);
	}
	fprintf(stderr, "%ld power cuts in %zu operations, %lld acknowledged\n", done, ops_n, (long long)acked);
	assert_int_equal(acked, COMMITS);
	for (size_t i = 0; i < ops_n; i++)
		free(ops[i].bytes);
	free(ops);
	for (int f = 0; f < FILES; f++)
		free(disks[f].sure);
}

int main(void)
{
	static const struct db_test tests[] = {
		{ "what_was_acknowledged_survives_power_cuts", what_was_acknowledged_survives_power_cuts, ON_SQLITE },
	};

	return on_databases(tests, 1);
}
