/* The contract of db/db.h, on both databases: opening, migrating, writers and readers at once, connections that break. */
#include "things.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "base/clock.h"

SQL(thing_up_one, "UPDATE things SET n = n + $2 WHERE id = $1");
SQL(counter_add, "INSERT INTO counters (id, n) VALUES (2, $1)");
SQL(version_set, "UPDATE schema SET version = $1");
static const struct db_sql my_pid = { "my_pid", "SELECT pg_backend_pid()" };
static const struct db_sql terminate = { "terminate", "SELECT CASE WHEN pg_terminate_backend($1) THEN 1 ELSE 0 END" };

enum { THREADS = 8,
       TIMES = 200 };

static enum err increment(struct db *db, void *arg)
{
	int64_t n;

	(void)arg;
	TRY(db_number(db, &counter_get, NO_ARGS, &n));
	return db_exec(db, &counter_set, ARGS(n + 1), NULL);
}

static void *incrementer(void *arg)
{
	struct dbs *s = arg;

	for (int done = 0; done < TIMES;) {
		enum err e = dbs_write(s, increment, NULL);

		if (e && e != ERR_BUSY)
			return "failed";
		done += !e;
	}
	return NULL;
}

static void eight_threads_add_exactly(struct world *w)
{
	pthread_t t[THREADS];
	uint64_t before;
	void *said;

	migrated(w);
	before = dbs_version(w->dbs);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, incrementer, w->dbs), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], &said);
		assert_null(said);
	}
	assert_int_equal(number(w, &counter_get), THREADS * TIMES);
	assert_true(dbs_version(w->dbs) > before);
}

static _Atomic int gate;

struct visit {
	struct dbs *s;
	int i;
	enum err answer;
};

/* Even ones are well, odd ones fail in three ways, each after having written. */
static enum err visit(struct db *db, void *arg)
{
	const struct visit *v = arg;
	char text[16];

	while (v->i == 0 && atomic_load(&gate) < THREADS)
		usleep(1000);
	snprintf(text, sizeof(text), "v%d", v->i);
	TRY(db_exec(db, &thing_put, ARGS(v->i + 1, v->i, db_bool(true), str_of(text), STR_NONE), NULL));
	if (v->i == 1)
		return ERR_LIMIT;
	if (v->i == 3)
		return db_exec(db, &counter_add, ARGS((struct db_val){ 0 }), NULL);
	if (v->i == 5)
		return db_exec(db, &thing_put, ARGS(v->i + 1, v->i, db_bool(true), S("w"), STR_NONE), NULL);
	return v->i % 2 ? ERR_DENIED : OK;
}

static void *visitor(void *arg)
{
	struct visit *v = arg;

	if (v->i)
		atomic_fetch_add(&gate, 1);
	v->answer = dbs_write(v->s, visit, v);
	return NULL;
}

static void one_that_fails_leaves_the_others_of_its_batch(struct world *w)
{
	static const enum err want[THREADS] = { OK, ERR_LIMIT, OK, ERR_INTERNAL, OK, ERR_CONFLICT, OK, ERR_DENIED };
	struct visit v[THREADS];
	pthread_t t[THREADS];

	migrated(w);
	atomic_store(&gate, 0);
	for (int i = 0; i < THREADS; i++) {
		v[i] = (struct visit){ w->dbs, i, OK };
		assert_int_equal(pthread_create(&t[i], NULL, visitor, &v[i]), 0);
		usleep(20000);
	}
	atomic_fetch_add(&gate, 1);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(v[i].answer, want[i]);
	}
	assert_int_equal(number(w, &things_count), 4);
	assert_int_equal(number(w, &things_sum), 0 + 2 + 4 + 6);
}

struct started {
	struct db_write w;
	struct visit v;
	_Atomic int told;
};

static void tell(struct db_write *w)
{
	atomic_fetch_add(&((struct started *)(void *)w)->told, 1);
}

static void writes_that_nobody_waits_for_are_each_told_once_what_became_of_them(struct world *w)
{
	static const enum err want[] = { OK, ERR_LIMIT, OK, ERR_INTERNAL };
	struct started s[4];

	migrated(w);
	atomic_store(&gate, THREADS);
	for (int i = 0; i < 4; i++) {
		s[i] = (struct started){ .w = { .fn = visit, .arg = &s[i].v, .done = tell }, .v = { w->dbs, i, OK } };
		dbs_write_start(w->dbs, &s[i].w);
		if (dbs_is_postgres(w->dbs))
			assert_int_equal(atomic_load(&s[i].told), 1);
	}
	/* who waits is told after them, for they came before */
	must_put(w, (struct thing){ 100, 100, true, S("last"), STR_NONE });
	for (int i = 0; i < 4; i++) {
		assert_int_equal(atomic_load(&s[i].told), 1);
		assert_int_equal(s[i].w.answer, want[i]);
		assert_false(s[i].w.full);
	}
	assert_int_equal(number(w, &things_count), 3);
}

static void the_version_goes_up_with_each_commit_only(struct world *w)
{
	struct thing t = { 1, 1, true, S("one"), STR_NONE };
	uint64_t v;

	migrated(w);
	v = dbs_version(w->dbs);
	must_put(w, t);
	assert_true(dbs_version(w->dbs) > v);
}

static void what_one_thread_wrote_another_reads(struct world *w)
{
	struct dbs *other = world_open(w);
	int64_t n = 0;

	migrated(w);
	assert_int_equal(db_number(dbs_reader(other), &things_count, NO_ARGS, &n), OK);
	must_put(w, (struct thing){ 1, 1, true, S("one"), STR_NONE });
	assert_int_equal(db_number(dbs_reader(other), &things_count, NO_ARGS, &n), OK);
	assert_int_equal(n, 1);
	dbs_close(other);
}

static void migrations_run_in_order_and_once(struct world *w)
{
	int version = -1, done = -1;

	assert_int_equal(migrate_version(w->dbs, &version), OK);
	assert_int_equal(version, 0);
	migrated(w);
	assert_int_equal(migrate_version(w->dbs, &version), OK);
	assert_int_equal(version, 2);
	assert_int_equal(migrate_run(w->dbs, &done), OK);
	assert_int_equal(done, 0);
}

static enum err set_version(struct db *db, void *arg)
{
	return db_exec(db, &version_set, ARGS(*(int *)arg), NULL);
}

static void a_newer_database_is_refused(struct world *w)
{
	int done, version = 99;

	migrated(w);
	assert_int_equal(dbs_write(w->dbs, set_version, &version), OK);
	assert_int_equal(migrate_run(w->dbs, &done), ERR_INVALID);
	assert_int_equal(done, 0);
}

struct migrator {
	struct dbs *s;
	enum err answer;
	int done;
};

static void *migrator(void *arg)
{
	struct migrator *m = arg;

	m->answer = migrate_run(m->s, &m->done);
	return NULL;
}

static void two_migrate_at_once(struct world *w)
{
	for (int round = 0; round < 4; round++) {
		struct migrator m[2] = { { .s = world_open(w) }, { .s = world_open(w) } };
		pthread_t t[2];
		int version;

		for (int i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&t[i], NULL, migrator, &m[i]), 0);
		for (int i = 0; i < 2; i++)
			pthread_join(t[i], NULL);
		assert_int_equal(m[0].answer, OK);
		assert_int_equal(m[1].answer, OK);
		assert_int_equal(m[0].done + m[1].done, 2);
		assert_int_equal(migrate_version(m[0].s, &version), OK);
		assert_int_equal(version, 2);
		dbs_close(m[0].s);
		dbs_close(m[1].s);
		world_end(w);
		world_begin(w);
	}
}

static void an_unknown_kind_of_database_is_refused_with_a_sentence(struct world *w)
{
	struct dbs *s;
	str why = STR_NONE;

	assert_int_equal(dbs_open("mysql:x", NULL, &w->mem, &s, &why), ERR_INVALID);
	assert_true(why.n);
	why = STR_NONE;
	assert_int_not_equal(dbs_open(w->postgres ? "postgres:host=/nowhere" : "sqlite:/nowhere/main.db", NULL, &w->mem, &s,
	                              &why),
	                     OK);
	assert_true(why.n);
}

static void read_only_refuses_to_write(struct world *w)
{
	struct thing t = { 1, 1, true, S("one"), STR_NONE };
	struct dbs *s = NULL;
	int64_t n;
	str why;

	migrated(w);
	assert_int_equal(dbs_open(w->where, &(struct dbs_options){ .read_only = true }, &w->mem, &s, &why), OK);
	assert_int_equal(dbs_write(s, put, &t), ERR_INTERNAL);
	assert_int_equal(db_number(dbs_reader(s), &things_count, NO_ARGS, &n), OK);
	dbs_close(s);
}

/* SQLite alone */

static void a_second_server_on_the_file_is_refused(struct world *w)
{
	struct dbs *other = world_open(w);
	str why = STR_NONE;

	assert_int_equal(dbs_lock(w->dbs, &why), OK);
	assert_int_equal(dbs_lock(w->dbs, &why), OK);
	assert_int_equal(dbs_lock(other, &why), ERR_CONFLICT);
	assert_true(str_find(why, S("another server is running")) >= 0);
	dbs_close(w->dbs);
	assert_int_equal(dbs_lock(other, &why), OK);
	w->dbs = other;
}

static void the_file_is_for_its_owner_alone(struct world *w)
{
	const char *path = w->where + strlen("sqlite:");
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	dbs_close(w->dbs);
	assert_int_equal(chmod(path, 0644), 0);
	w->dbs = world_open(w);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	migrated(w);
	assert_int_equal(stat(cstr(&w->mem, strf(&w->mem, "%s-wal", path)), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_reader_cannot_write_nor_attach(struct world *w)
{
	static const struct db_sql attach = { "attach", "ATTACH '/tmp/other.db' AS other" };
	static const struct db_sql master = { "master", "UPDATE sqlite_master SET sql = ''" };
	static const struct db_sql load = { "load", "SELECT load_extension('x')" };

	migrated(w);
	assert_int_equal(db_exec(dbs_reader(w->dbs), &counter_set, ARGS(1), NULL), ERR_INTERNAL);
	assert_int_equal(db_exec(dbs_reader(w->dbs), &attach, NO_ARGS, NULL), ERR_INTERNAL);
	assert_int_equal(db_exec(dbs_reader(w->dbs), &master, NO_ARGS, NULL), ERR_INTERNAL);
	assert_int_equal(db_exec(dbs_reader(w->dbs), &load, NO_ARGS, NULL), ERR_INTERNAL);
}

static enum err other_wants_it(struct db *db, void *arg)
{
	struct world *w = arg;
	struct dbs *other = NULL;
	struct visit v = { .i = 2 };
	pthread_t t;
	str why;

	(void)db;
	assert_int_equal(dbs_open(w->where, &(struct dbs_options){ .busy_ms = 50 }, &w->mem, &other, &why), OK);
	v.s = other;
	assert_int_equal(pthread_create(&t, NULL, visitor, &v), 0);
	pthread_join(t, NULL);
	dbs_close(other);
	return v.answer;
}

static void a_locked_file_is_busy_and_later_works(struct world *w)
{
	migrated(w);
	assert_int_equal(dbs_write(w->dbs, other_wants_it, w), ERR_BUSY);
	must_put(w, (struct thing){ 1, 1, true, S("one"), STR_NONE });
}

struct look {
	struct world *w;
	_Atomic bool begun, over;
};

static void *look_long(void *arg)
{
	struct look *l = arg;
	struct db *db = dbs_reader(l->w->dbs);
	int64_t n;

	db_deadline(db, clock_mono() + 200);
	atomic_store(&l->begun, true);
	assert_int_equal(db_number(db, &count_to, ARGS(1, 4000000000000), &n), ERR_BUSY);
	atomic_store(&l->over, true);
	return NULL;
}

/* On a machine so busy that it loses 200 ms, another try shows it. */
static void who_writes_does_not_wait_for_who_reads_long(struct world *w)
{
	bool waited = true;

	migrated(w);
	for (int i = 0; i < 20 && waited; i++) {
		struct look l = { .w = w };
		pthread_t t;

		assert_int_equal(pthread_create(&t, NULL, look_long, &l), 0);
		while (!atomic_load(&l.begun))
			sched_yield();
		must_put(w, (struct thing){ .id = i + 1 });
		waited = atomic_load(&l.over);
		pthread_join(t, NULL);
	}
	assert_false(waited);
}

/* PostgreSQL alone */

struct disturbed {
	struct world *w;
	struct dbs *other;
	int runs, disturb;
};

static enum err disturbed(struct db *db, void *arg)
{
	struct disturbed *d = arg;
	int64_t n;

	TRY(db_number(db, &counter_get, NO_ARGS, &n));
	if (d->runs++ < d->disturb)
		assert_int_equal(dbs_write(d->other, increment, NULL), OK);
	return db_exec(db, &counter_set, ARGS(n + 100), NULL);
}

static void a_serialization_failure_runs_the_closure_again(struct world *w)
{
	struct disturbed d = { w, world_open(w), 0, 2 };

	migrated(w);
	assert_int_equal(dbs_write(w->dbs, disturbed, &d), OK);
	assert_int_equal(d.runs, 3);
	assert_int_equal(number(w, &counter_get), 102);
	d = (struct disturbed){ w, d.other, 0, 99 };
	assert_int_equal(dbs_write(w->dbs, disturbed, &d), ERR_BUSY);
	assert_int_equal(d.runs, 6);
	assert_int_equal(number(w, &counter_get), 108);
	dbs_close(d.other);
}

static void kill_connection(struct db *victim, struct dbs *by)
{
	int64_t pid = 0, done = 0;

	assert_int_equal(db_number(victim, &my_pid, NO_ARGS, &pid), OK);
	assert_int_equal(db_number(dbs_reader(by), &terminate, ARGS(pid), &done), OK);
	assert_int_equal(done, 1);
	usleep(50000);
}

static enum err killed(struct db *db, void *arg)
{
	struct disturbed *d = arg;

	TRY(increment(db, NULL));
	if (d->runs++ < d->disturb)
		kill_connection(db, d->other);
	return increment(db, NULL);
}

static void a_lost_connection_is_busy_and_comes_back(struct world *w)
{
	struct disturbed d = { w, world_open(w), 0, 1 };
	struct db *db = dbs_reader(w->dbs);
	int64_t n;

	migrated(w);
	db = dbs_reader(w->dbs);
	kill_connection(db, d.other);
	assert_int_equal(db_number(db, &counter_get, NO_ARGS, &n), ERR_BUSY);
	assert_int_equal(db_number(db, &counter_get, NO_ARGS, &n), ERR_BUSY);
	assert_int_equal(number(w, &counter_get), 0);
	kill_connection(dbs_reader(w->dbs), d.other);
	assert_int_equal(number(w, &counter_get), 0);
	kill_connection(dbs_reader(w->dbs), d.other);
	assert_int_equal(dbs_write(w->dbs, increment, NULL), OK);
	assert_int_equal(dbs_write(w->dbs, killed, &d), OK);
	assert_ptr_equal(dbs_reader(w->dbs), db);
	assert_int_equal(d.runs, 2);
	assert_int_equal(number(w, &counter_get), 3);
	dbs_close(d.other);
}

struct pair {
	struct dbs *s;
	int64_t first;
	enum err answer;
};
static _Atomic int met;

static enum err lock_both(struct db *db, void *arg)
{
	struct pair *p = arg;

	TRY(db_exec(db, &thing_up_one, ARGS(p->first, 1), NULL));
	atomic_fetch_add(&met, 1);
	for (int i = 0; i < 100 && atomic_load(&met) < 2; i++)
		usleep(10000);
	return db_exec(db, &thing_up_one, ARGS(3 - p->first, 1), NULL);
}

static void *lock_thread(void *arg)
{
	struct pair *p = arg;

	p->answer = dbs_write(p->s, lock_both, p);
	return NULL;
}

static void a_deadlock_is_resolved_and_both_are_done(struct world *w)
{
	struct pair p[2] = { { w->dbs, 1, OK }, { w->dbs, 2, OK } };
	pthread_t t[2];

	migrated(w);
	must_put(w, (struct thing){ 1, 0, true, S("1"), STR_NONE });
	must_put(w, (struct thing){ 2, 0, true, S("2"), STR_NONE });
	atomic_store(&met, 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, lock_thread, &p[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(p[i].answer, OK);
	}
	assert_int_equal(number(w, &things_sum), 4);
}

static void a_server_that_is_full_is_busy_and_later_works(struct world *w)
{
	char conninfo[700], text[300];
	struct dbs *s[3];
	str why = STR_NONE;

	migrated(w);
	snprintf(text, sizeof(text), "CREATE ROLE few_%s LOGIN CONNECTION LIMIT 2", w->schema);
	on_postgres(getenv("TEST_POSTGRES"), text);
	snprintf(conninfo, sizeof(conninfo), "%s user=few_%s", w->where, w->schema);
	assert_int_equal(dbs_open(conninfo, NULL, &w->mem, &s[0], &why), OK);
	assert_int_equal(dbs_open(conninfo, NULL, &w->mem, &s[1], &why), OK);
	assert_int_equal(dbs_open(conninfo, NULL, &w->mem, &s[2], &why), ERR_BUSY);
	assert_true(str_find(why, S("too many connections")) >= 0);
	dbs_close(s[1]);
	for (int i = 0; i < 50 && dbs_open(conninfo, NULL, &w->mem, &s[1], &why); i++)
		usleep(20000);
	assert_non_null(dbs_reader(s[1]));
	dbs_close(s[0]);
	dbs_close(s[1]);
	snprintf(text, sizeof(text), "DROP ROLE few_%s", w->schema);
	on_postgres(getenv("TEST_POSTGRES"), text);
}

/* A cluster of its own, so that it can be killed. */
static str cluster(struct world *w, const char *dir, const char *what)
{
	const char *src = getenv("SRC");
	char *said = arena_alloc(&w->mem, 300, 1);
	FILE *p = popen(cstr(&w->mem, strf(&w->mem, "%s/tests/pg.sh %s %s 2>/dev/null", src ? src : "..", what, dir)), "r");
	size_t n;

	assert_non_null(p);
	n = fread(said, 1, 299, p);
	return pclose(p) ? STR_NONE : str_trim(str_n(said, n));
}

static void kill_cluster(struct world *w, const char *dir)
{
	const char *path = cstr(&w->mem, strf(&w->mem, "%s/data/postmaster.pid", dir));
	FILE *f = fopen(path, "r");
	int pid = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	assert_true(pid > 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	/* Nobody may have waited for it yet, and a zombie looks alive to the next one. */
	assert_int_equal(unlink(path), 0);
}

static _Atomic int acknowledged, stop_adding;

static void *adder(void *arg)
{
	while (!atomic_load(&stop_adding)) {
		enum err e = dbs_write(arg, increment, NULL);

		if (e && e != ERR_BUSY)
			return "failed";
		atomic_fetch_add(&acknowledged, !e);
		if (e)
			usleep(20000);
	}
	return NULL;
}

enum { ADDERS = 4 };

static void a_killed_server_loses_nothing_acknowledged(struct world *w)
{
	const char *dir = cstr(&w->mem, strf(&w->mem, "/tmp/test_db_pg.%d", (int)getpid()));
	str conninfo = cluster(w, dir, "start"), again, why;
	struct world other = { .postgres = true };
	pthread_t t[ADDERS];
	void *said;
	int64_t n;
	int done;

	assert_false(str_none(conninfo));
	snprintf(other.where, sizeof(other.where), "postgres:%.*s", STR_F(conninfo));
	assert_int_equal(dbs_open(other.where, NULL, &other.mem, &other.dbs, &why), OK);
	assert_int_equal(migrate_run(other.dbs, &done), OK);
	for (int i = 0; i < ADDERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, adder, other.dbs), 0);
	for (int round = 0; round < 2; round++) {
		usleep(200000);
		kill_cluster(w, dir);
		again = STR_NONE;
		for (int i = 0; i < 50 && str_none(again); i++) {
			usleep(100000);
			again = cluster(w, dir, "start");
		}
		assert_false(str_none(again));
		for (int i = 0, before = atomic_load(&acknowledged); i < 1000 && atomic_load(&acknowledged) < before + 10; i++)
			usleep(10000);
	}
	atomic_store(&stop_adding, 1);
	for (int i = 0; i < ADDERS; i++) {
		pthread_join(t[i], &said);
		assert_null(said);
	}
	n = number(&other, &counter_get);
	assert_true(n >= atomic_load(&acknowledged));
	assert_true(n <= atomic_load(&acknowledged) + 2 * ADDERS);
	dbs_close(other.dbs);
	arena_free(&other.mem);
	(void)cluster(w, dir, "stop");
}

int main(void)
{
	static const struct db_test tests[] = {
		T(eight_threads_add_exactly),
		T(the_version_goes_up_with_each_commit_only),
		T(what_one_thread_wrote_another_reads),
		T(migrations_run_in_order_and_once),
		T(a_newer_database_is_refused),
		T(two_migrate_at_once),
		T(an_unknown_kind_of_database_is_refused_with_a_sentence),
		T(read_only_refuses_to_write),
		T(who_writes_does_not_wait_for_who_reads_long),
		T(writes_that_nobody_waits_for_are_each_told_once_what_became_of_them),
		{ "one_that_fails_leaves_the_others_of_its_batch", one_that_fails_leaves_the_others_of_its_batch, ON_SQLITE },
		{ "a_second_server_on_the_file_is_refused", a_second_server_on_the_file_is_refused, ON_SQLITE },
		{ "the_file_is_for_its_owner_alone", the_file_is_for_its_owner_alone, ON_SQLITE },
		{ "a_reader_cannot_write_nor_attach", a_reader_cannot_write_nor_attach, ON_SQLITE },
		{ "a_locked_file_is_busy_and_later_works", a_locked_file_is_busy_and_later_works, ON_SQLITE },
		{ "a_serialization_failure_runs_the_closure_again", a_serialization_failure_runs_the_closure_again, ON_POSTGRES },
		{ "a_killed_server_loses_nothing_acknowledged", a_killed_server_loses_nothing_acknowledged, ON_POSTGRES },
		{ "a_deadlock_is_resolved_and_both_are_done", a_deadlock_is_resolved_and_both_are_done, ON_POSTGRES },
		{ "a_server_that_is_full_is_busy_and_later_works", a_server_that_is_full_is_busy_and_later_works, ON_POSTGRES },
		{ "a_lost_connection_is_busy_and_comes_back", a_lost_connection_is_busy_and_comes_back, ON_POSTGRES },
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
