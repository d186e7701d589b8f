/* What the disk may do to SQLite: be full, fail, and when it is asked to sync. fdatasync() is ours here: SQLite calls it
 * through the program. */
#include "databases.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/log.h"

const struct migration migrations[] = {
	{ 1, "0001_first", "CREATE TABLE things (id @ID, text TEXT NOT NULL);\nCREATE TABLE counters (id @ID, n BIGINT);\n"
	                   "INSERT INTO counters (id, n) VALUES (1, 0);\n" },
};
const int migrations_n = 1;

SQL(thing_put, "INSERT INTO things (id, text) VALUES ($1, $2)");
SQL(things_count, "SELECT COUNT(*) FROM things");
SQL(counter_up, "UPDATE counters SET n = n + $1 WHERE id = 1");
SQL(counter_get, "SELECT n FROM counters WHERE id = 1");
static const struct db_sql check = { "check", "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'" };

static _Atomic int syncs, sync_fails;

int fdatasync(int fd);
int fdatasync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	if (atomic_load(&sync_fails)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static void migrated(struct world *w)
{
	int done;

	assert_int_equal(migrate_run(w->dbs, &done), OK);
}

static int64_t number(struct world *w, const struct db_sql *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(dbs_reader(w->dbs), sql, NO_ARGS, &n), OK);
	return n;
}

static enum err up(struct db *db, void *arg)
{
	return db_exec(db, &counter_up, ARGS(*(int *)arg), NULL);
}

static void an_answer_comes_after_its_sync(struct world *w)
{
	int by = 1, before;

	migrated(w);
	for (int i = 0; i < 20; i++) {
		before = atomic_load(&syncs);
		assert_int_equal(dbs_write(w->dbs, up, &by), OK);
		assert_true(atomic_load(&syncs) > before);
	}
	assert_int_equal(number(w, &counter_get), 20);
}

enum { THREADS = 16 };
static _Atomic int arrived;

/* The first one to run holds the writer until all the others wait behind it. */
static enum err held_up(struct db *db, void *arg)
{
	if (!atomic_exchange((_Atomic int *)arg, 1)) {
		while (atomic_load(&arrived) < THREADS)
			usleep(1000);
		usleep(50000);
	}
	return up(db, &(int){ 1 });
}

static _Atomic int held;

static void *one_of_many(void *arg)
{
	atomic_fetch_add(&arrived, 1);
	return dbs_write(arg, held_up, &held) ? "failed" : NULL;
}

static void many_that_wait_share_one_sync(struct world *w)
{
	pthread_t t[THREADS];
	void *said;
	int before;

	migrated(w);
	before = atomic_load(&syncs);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, one_of_many, w->dbs), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], &said);
		assert_null(said);
	}
	assert_int_equal(number(w, &counter_get), THREADS);
	assert_true(atomic_load(&syncs) - before <= 3);
}

struct flood {
	int64_t id;
	str text;
};

static enum err flood(struct db *db, void *arg)
{
	struct flood *f = arg;
	enum err e = OK;

	for (int i = 0; i < 50 && !e; i++)
		e = db_exec(db, &thing_put, ARGS(f->id + i, f->text), NULL);
	return e;
}

static void limit_files(rlim_t bytes)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

static void a_full_disk_is_busy_and_loses_nothing(struct world *w)
{
	char *text = arena_alloc(&w->mem, 20000, 1);
	struct flood f = { 1, { text, 20000 } };
	int64_t good = 0;
	enum err e = OK;
	int by = 1;

	memset(text, 'x', 20000);
	migrated(w);
	signal(SIGXFSZ, SIG_IGN);
	limit_files(3000000);
	for (int i = 0; i < 20; i++, f.id += 50) {
		e = dbs_write(w->dbs, flood, &f);
		assert_true(e == OK || e == ERR_BUSY);
		good += e ? 0 : 50;
		assert_int_equal(number(w, &things_count), good);
	}
	assert_int_equal(e, ERR_BUSY);
	limit_files(RLIM_INFINITY);
	assert_int_equal(dbs_write(w->dbs, flood, &f), OK);
	assert_int_equal(dbs_write(w->dbs, up, &by), OK);
	assert_int_equal(number(w, &things_count), good + 50);
	assert_int_equal(number(w, &check), 1);
}

static void die_of_a_failed_sync(const char *where, int report)
{
	struct rlimit none = { 0, 0 };
	struct arena mem = { 0 };
	struct dbs *s;
	int by = 1, acked = 0;
	str why;

	setrlimit(RLIMIT_CORE, &none);
	log_set_level(LOG_NONE);
	if (dbs_open(where, NULL, &mem, &s, &why))
		_exit(9);
	for (int i = 0; i < 10; i++) {
		acked += dbs_write(s, up, &by) == OK;
		if (write(report, &acked, sizeof(acked)) != sizeof(acked))
			_exit(9);
	}
	atomic_store(&sync_fails, 1);
	acked += dbs_write(s, up, &by) == OK;
	if (write(report, &acked, sizeof(acked)) != sizeof(acked))
		_exit(9);
	_exit(0);
}

static void a_failed_sync_ends_the_program_and_nothing_acknowledged_is_lost(struct world *w)
{
	int pipes[2], status, acked = 0, n;
	pid_t child;

	migrated(w);
	dbs_close(w->dbs);
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (!child)
		die_of_a_failed_sync(w->where, pipes[1]);
	close(pipes[1]);
	while (read(pipes[0], &n, sizeof(n)) == sizeof(n))
		acked = n;
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_int_equal(acked, 10);
	w->dbs = world_open(w);
	n = (int)number(w, &counter_get);
	assert_true(n == 10 || n == 11); /* the one in doubt was not acknowledged */
	assert_int_equal(number(w, &check), 1);
}

static void kept_after_kill(const char *where, int report)
{
	struct arena mem = { 0 };
	struct dbs *s;
	int by = 1, acked = 0;
	str why;

	log_set_level(LOG_NONE);
	if (dbs_open(where, NULL, &mem, &s, &why))
		_exit(9);
	for (;;) {
		if (dbs_write(s, up, &by))
			_exit(9);
		acked++;
		if (write(report, &acked, sizeof(acked)) != sizeof(acked))
			_exit(9);
	}
}

static void what_was_acknowledged_survives_kill_9(struct world *w)
{
	int total = 0;

	migrated(w);
	dbs_close(w->dbs);
	for (int round = 0; round < 30; round++) {
		int pipes[2], n, acked = 0, stored;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (!child)
			kept_after_kill(w->where, pipes[1]);
		close(pipes[1]);
		for (int i = 0; i <= round && read(pipes[0], &n, sizeof(n)) == sizeof(n); i++)
			acked = n;
		kill(child, SIGKILL);
		while (read(pipes[0], &n, sizeof(n)) == sizeof(n))
			acked = n;
		close(pipes[0]);
		waitpid(child, NULL, 0);
		w->dbs = world_open(w);
		stored = (int)number(w, &counter_get);
		assert_true(stored == total + acked || stored == total + acked + 1);
		total = stored;
		assert_int_equal(number(w, &check), 1);
		dbs_close(w->dbs);
	}
	w->dbs = world_open(w);
}

/* A server that is killed after its commits: the log is left beside the file. */
static void leave_a_log(const char *where, int times)
{
	struct arena mem = { 0 };
	struct dbs *s;
	int by = 1;
	str why;

	log_set_level(LOG_NONE);
	if (dbs_open(where, NULL, &mem, &s, &why) || dbs_lock(s, &why))
		_exit(9);
	for (int i = 0; i < times; i++)
		if (dbs_write(s, up, &by))
			_exit(9);
	kill(getpid(), SIGKILL);
}

static void killed_server(const char *where, int times)
{
	int status;
	pid_t child = fork();

	if (!child)
		leave_a_log(where, times);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static const char *beside(struct world *w, const char *end)
{
	return cstr(&w->mem, strf(&w->mem, "%s%s", w->where + strlen("sqlite:"), end));
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

/* What is said on stderr while the database is opened. */
static str said_on_open(struct world *w)
{
	const char *path = beside(w, ".said");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), old = dup(2);
	char *text = arena_alloc(&w->mem, 2000, 1);
	ssize_t n;

	dup2(fd, 2);
	w->dbs = world_open(w);
	dup2(old, 2);
	close(old);
	n = pread(fd, text, 2000, 0);
	close(fd);
	return str_n(text, n > 0 ? (size_t)n : 0);
}

static void a_log_that_disappears_is_told_aloud(struct world *w)
{
	migrated(w);
	dbs_close(w->dbs);
	killed_server(w->where, 5);
	assert_true(size_of(beside(w, "-wal")) > 0);
	assert_true(size_of(beside(w, ".lock")) > 0);
	assert_true(str_empty(said_on_open(w)));
	assert_int_equal(number(w, &counter_get), 5);
	dbs_close(w->dbs);
	assert_int_equal(size_of(beside(w, ".lock")), 0);
	assert_true(str_empty(said_on_open(w)));
	dbs_close(w->dbs);

	killed_server(w->where, 5);
	assert_int_equal(unlink(beside(w, "-wal")), 0);
	assert_true(str_find(said_on_open(w), S("its log is gone")) >= 0);
	assert_int_equal(number(w, &counter_get), 5);
	assert_int_equal(number(w, &check), 1);
	dbs_close(w->dbs);

	killed_server(w->where, 5);
	assert_int_equal(truncate(beside(w, "-wal"), 0), 0);
	assert_true(str_find(said_on_open(w), S("its log is gone")) >= 0);
	assert_int_equal(number(w, &counter_get), 5);
}

static void a_missing_index_of_the_log_is_made_again(struct world *w)
{
	migrated(w);
	dbs_close(w->dbs);
	killed_server(w->where, 5);
	assert_int_equal(unlink(beside(w, "-shm")), 0);
	w->dbs = world_open(w);
	assert_int_equal(number(w, &counter_get), 5);
	dbs_close(w->dbs);
	killed_server(w->where, 5);
	assert_int_equal(truncate(beside(w, "-shm"), 100), 0);
	w->dbs = world_open(w);
	assert_int_equal(number(w, &counter_get), 10);
}

static void the_log_of_another_database_is_refused(struct world *w)
{
	struct world other = { .postgres = false };
	struct dbs *s;
	str why = STR_NONE;

	migrated(w);
	dbs_close(w->dbs);
	w->dbs = NULL;
	world_begin(&other);
	dbs_close(other.dbs);
	other.dbs = NULL;
	{
		/* The other one's log holds its whole schema. */
		struct dbs *o = world_open(&other);
		int done, status;
		pid_t child;

		dbs_close(o);
		child = fork();
		if (!child) {
			log_set_level(LOG_NONE);
			o = world_open(&other);
			_exit(migrate_run(o, &done) ? 9 : 0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	assert_int_equal(rename(beside(&other, "-wal"), beside(w, "-wal")), 0);
	assert_int_equal(dbs_open(w->where, NULL, &w->mem, &s, &why), ERR_INVALID);
	assert_true(str_find(why, S("belongs to another database")) >= 0);
	assert_int_equal(dbs_open(w->where, NULL, &w->mem, &s, &why), ERR_INVALID);
	assert_int_equal(unlink(beside(w, "-wal")), 0);
	w->dbs = world_open(w);
	assert_int_equal(number(w, &check), 1);
	assert_int_equal(number(w, &counter_get), 0);
	world_end(&other);
}

int main(void)
{
	static const struct db_test tests[] = {
		{ "an_answer_comes_after_its_sync", an_answer_comes_after_its_sync, ON_SQLITE },
		{ "many_that_wait_share_one_sync", many_that_wait_share_one_sync, ON_SQLITE },
		{ "a_full_disk_is_busy_and_loses_nothing", a_full_disk_is_busy_and_loses_nothing, ON_SQLITE },
		{ "a_failed_sync_ends_the_program_and_nothing_acknowledged_is_lost",
		  a_failed_sync_ends_the_program_and_nothing_acknowledged_is_lost, ON_SQLITE },
		{ "a_log_that_disappears_is_told_aloud", a_log_that_disappears_is_told_aloud, ON_SQLITE },
		{ "a_missing_index_of_the_log_is_made_again", a_missing_index_of_the_log_is_made_again, ON_SQLITE },
		{ "the_log_of_another_database_is_refused", the_log_of_another_database_is_refused, ON_SQLITE },
		{ "what_was_acknowledged_survives_kill_9", what_was_acknowledged_survives_kill_9, ON_SQLITE },
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
