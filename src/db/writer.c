/* Group commit for SQLite: one thread takes all closures that wait, runs each in a savepoint, commits them together with
 * one fsync, and then answers all of them. So an answer always comes after its commit is on disk, and many writers
 * share one fsync. Closures cross threads by pointer: the caller sleeps meanwhile, or is told when they are done.
 *
 * The queue is a stack that callers push on and the writer takes whole; both sides sleep on futexes. */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/driver.h"

enum {
	BATCH_MAX = 256,
	BATCH_MS = 10,
};

struct writer {
	struct dbs *s;
	pthread_t thread;
	_Atomic(struct db_write *) waiting; /* newest first */
	_Atomic int asleep, stop;
	struct db_write *todo; /* taken, oldest first; the writer's own */
};

static _Thread_local bool am_writer;

static void futex_wait(_Atomic int *at, int while_is)
{
	syscall(SYS_futex, at, FUTEX_WAIT_PRIVATE, while_is, NULL, NULL, 0);
}

static void futex_wake(_Atomic int *at)
{
	syscall(SYS_futex, at, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void poisoned(const struct db *db)
{
	if (!db->poisoned)
		return;
	LOG(LOG_ERROR, "db", LS("what", S("a write to disk failed; the program ends, and recovers when started again")));
	abort();
}

/* Puts what waits behind what is to do. */
static void take(struct writer *w)
{
	struct db_write *j = atomic_exchange(&w->waiting, NULL), *oldest = NULL, **end = &w->todo;

	while (j) {
		struct db_write *next = j->next;

		j->next = oldest;
		oldest = j;
		j = next;
	}
	while (*end)
		end = &(*end)->next;
	*end = oldest;
}

/* Sleeps until there is something to do; false when the writer shall stop. */
static bool wait_for_work(struct writer *w)
{
	for (;;) {
		if (!w->todo)
			take(w);
		if (w->todo)
			return true;
		if (atomic_load(&w->stop))
			return false;
		atomic_store(&w->asleep, 1);
		if (!atomic_load(&w->waiting) && !atomic_load(&w->stop))
			futex_wait(&w->asleep, 1);
		atomic_store(&w->asleep, 0);
	}
}

static void answer(struct db_write *j)
{
	if (j->done) {
		j->done(j);
		return;
	}
	atomic_store_explicit(&j->over, 1, memory_order_release);
	futex_wake(&j->over); /* j may be gone by now: waking an address that nobody waits at is harmless */
}

/* ERR_* only where the whole transaction is gone. */
static enum err run_one(struct db *db, struct db_write *j)
{
	enum err e;

	db->full = false;
	e = db->driver->tx(db, TX_SAVE);
	db->failed = e;
	if (!e)
		j->answer = j->fn(db, j->arg);
	if (!j->answer)
		j->answer = db->failed;
	j->full = db->full;
	db->failed = OK;
	poisoned(db);
	if (!db->driver->in_tx(db))
		return j->answer ? j->answer : ERR_INTERNAL;
	if (j->answer)
		TRY(db->driver->tx(db, TX_BACK));
	return db->driver->tx(db, TX_KEEP);
}

/* Moves one job after the other from todo to done, running them, until it is time to commit. */
static enum err run_batch(struct writer *w, struct db *db, struct db_write **done)
{
	int64_t until = clock_mono() + BATCH_MS;

	for (int n = 0; n < BATCH_MAX; n++) {
		struct db_write *j = w->todo;
		enum err e;

		if (!j)
			take(w), j = w->todo;
		if (!j)
			break;
		w->todo = j->next;
		j->next = NULL;
		*done = j;
		done = &j->next;
		e = run_one(db, j);
		if (e)
			return e;
		if (clock_mono() >= until)
			break;
	}
	return OK;
}

/* Without a transaction nothing can run: all that wait are told. */
static void refuse(struct writer *w, enum err e, bool full)
{
	struct db_write *j = w->todo;

	w->todo = NULL;
	while (j) {
		struct db_write *next = j->next;

		j->answer = e;
		j->full = full;
		answer(j);
		j = next;
	}
}

static void committed(struct dbs *s, const struct db *db)
{
	atomic_fetch_add(&s->version, 1);
	if (!s->marked && s->lock_fd >= 0 && sqlite_logged(db))
		owner_mark(s);
}

static void batch(struct writer *w)
{
	struct db *db = w->s->one;
	struct db_write *done = NULL, *next;
	int64_t began = clock_mono(), held;
	enum err e;

	db->full = false;
	db->slice = false;
	e = atomic_load(&w->s->broken) ? sqlite_begin_anew(db) : OK;
	if (!e)
		e = db->driver->tx(db, TX_BEGIN);
	if (e) {
		refuse(w, e, db->full);
		return;
	}
	db->in_tx = true;
	e = run_batch(w, db, &done);
	if (!e)
		e = db->driver->tx(db, TX_COMMIT);
	db->in_tx = false;
	poisoned(db);
	if (e && db->driver->in_tx(db) && db->driver->tx(db, TX_ROLLBACK))
		BUG_IF(db->driver->in_tx(db));
	if (!e)
		committed(w->s, db);
	if (!e && db->slice)
		sqlite_checkpoint(db); /* before the answers: who works in slices shall know how long all of it takes */
	poisoned(db);
	held = clock_mono() - began;
	for (struct db_write *j = done; j; j = next) {
		next = j->next;
		j->held_ms = held;
		if (e && !j->answer) {
			j->answer = e;
			j->full = db->full;
		}
		answer(j);
	}
	sqlite_checkpoint(db);
	poisoned(db);
}

static void *work(void *arg)
{
	struct writer *w = arg;

	pthread_setname_np(pthread_self(), "writer");
	am_writer = true;
	while (wait_for_work(w))
		batch(w);
	return NULL;
}

static struct writer *writer_of(struct dbs *s)
{
	struct writer *w;

	pthread_mutex_lock(&s->lock);
	w = s->writer;
	if (!w) {
		w = calloc(1, sizeof(*w));
		BUG_IF(!w);
		w->s = s;
		BUG_IF(pthread_create(&w->thread, NULL, work, w));
		__atomic_store_n(&s->writer, w, __ATOMIC_RELEASE);
	}
	pthread_mutex_unlock(&s->lock);
	return w;
}

void writer_stop(struct writer *w)
{
	if (!w)
		return;
	atomic_store(&w->stop, 1);
	atomic_store(&w->asleep, 0);
	futex_wake(&w->asleep);
	pthread_join(w->thread, NULL);
	free(w);
}

static void push(struct dbs *s, struct db_write *j)
{
	struct writer *w = __atomic_load_n(&s->writer, __ATOMIC_ACQUIRE);

	if (!w)
		w = writer_of(s);
	j->next = atomic_load(&w->waiting);
	while (!atomic_compare_exchange_weak(&w->waiting, &j->next, j))
		;
	if (atomic_exchange(&w->asleep, 0))
		futex_wake(&w->asleep);
}

static enum err sqlite_write(struct dbs *s, db_work fn, void *arg)
{
	struct db_write j = { .fn = fn, .arg = arg };

	push(s, &j);
	while (!atomic_load_explicit(&j.over, memory_order_acquire))
		futex_wait(&j.over, 0);
	note_full(j.full);
	note_held(j.held_ms);
	return j.answer;
}

static bool may_write(const struct dbs *s)
{
	BUG_IF(am_writer);
	if (s->o.read_only)
		LOG(LOG_ERROR, "db", LS("what", S("a write to a database that is open for reading only")));
	return !s->o.read_only;
}

enum err dbs_write(struct dbs *s, db_work fn, void *arg)
{
	if (!may_write(s))
		return ERR_INTERNAL;
	return s->driver == &postgres_driver ? postgres_write(s, fn, arg) : sqlite_write(s, fn, arg);
}

void dbs_write_start(struct dbs *s, struct db_write *w)
{
	bool may = may_write(s);

	if (may && s->driver == &sqlite_driver) {
		push(s, w);
		return;
	}
	w->answer = may ? postgres_write(s, w->fn, w->arg) : ERR_INTERNAL;
	w->full = may && dbs_was_full();
	w->done(w);
}
