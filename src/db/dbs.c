/* A whole database: where it is, who may have it, and each thread's own connection for reading. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/driver.h"

/* A connection leaves the list and is closed when its thread ends. */
static void thread_ends(void *arg)
{
	struct db *db = arg;
	struct dbs *s = db->of;

	pthread_mutex_lock(&s->lock);
	*(db->prev ? &db->prev->next : &s->readers) = db->next;
	if (db->next)
		db->next->prev = db->prev;
	pthread_mutex_unlock(&s->lock);
	db_free(db);
}

static enum err reader_add(struct dbs *s, struct arena *mem, str *why, struct db **out)
{
	TRY(s->driver->open(s, s->driver == &postgres_driver, out, mem, why));
	pthread_mutex_lock(&s->lock);
	(*out)->next = s->readers;
	if (s->readers)
		s->readers->prev = *out;
	s->readers = *out;
	pthread_mutex_unlock(&s->lock);
	BUG_IF(pthread_setspecific(s->key, *out));
	return OK;
}

struct db *dbs_reader(struct dbs *s)
{
	struct db *db = pthread_getspecific(s->key);

	if (!db)
		return reader_add(s, NULL, NULL, &db) ? NULL : db;
	if (s->driver->alive(db))
		return db;
	db_forget_all(db);
	return s->driver->reopen(db) ? NULL : db;
}

static enum err open_first(struct dbs *s, struct arena *mem, str *why)
{
	struct db *db;

	if (s->driver == &postgres_driver)
		return reader_add(s, mem, why, &db);
	TRY(sqlite_file(s, mem, why));
	owner_look(s);
	if (s->o.read_only)
		return reader_add(s, mem, why, &db);
	return s->driver->open(s, true, &s->one, mem, why);
}

static bool pick(struct dbs *s, const char *where)
{
	str path = str_of(where);

	if (str_skip(&path, S("sqlite:")) && path.n)
		s->driver = &sqlite_driver;
	else if (str_skip(&path, S("postgres:")))
		s->driver = &postgres_driver;
	else
		return false;
	s->where = cstr(&s->mem, path);
	return true;
}

static enum err open_with(const char *where, const struct dbs_options *o, const struct dbs *like, struct arena *mem,
                          struct dbs **out, str *why)
{
	struct dbs *s = calloc(1, sizeof(*s));
	pthread_rwlockattr_t attr;
	enum err e;

	BUG_IF(!s);
	arena_init(&s->mem);
	s->o = o ? *o : (struct dbs_options){ 0 };
	s->cache = like->cache;
	s->migrations = like->migrations;
	s->migrations_n = like->migrations_n;
	s->lock_fd = s->reserve_fd = -1;
	if (!pick(s, where)) {
		*why = strf(mem, "a database is sqlite:PATH or postgres:CONNINFO, not \"%s\"", where);
		arena_free(&s->mem);
		free(s);
		return ERR_INVALID;
	}
	BUG_IF(pthread_key_create(&s->key, thread_ends));
	pthread_mutex_init(&s->lock, NULL);
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&s->turn, &attr);
	e = open_first(s, mem, why);
	if (e)
		dbs_close(s);
	else
		*out = s;
	return e;
}

enum err dbs_open(const char *where, const struct dbs_options *o, struct arena *mem, struct dbs **out, str *why)
{
	return open_with(where, o, &(struct dbs){ .migrations = migrations, .migrations_n = migrations_n }, mem, out, why);
}

/* Beside it: main.db has cache.db, any other NAME has NAME-cache. On PostgreSQL it is in the same place. */
static str cache_place(struct arena *mem, str main)
{
	if (!str_starts(main, S("sqlite:")))
		return main;
	if (str_ends(main, S("/main.db")) || str_eq(main, S("sqlite:main.db")))
		return str_cat(mem, str_to(main, main.n - 7), S("cache.db"));
	return str_cat(mem, main, S("-cache"));
}

static enum err open_migrated(const char *where, const struct dbs *like, struct arena *mem, struct dbs **out, str *why)
{
	int done = 0;
	enum err e;

	TRY(open_with(where, NULL, like, mem, out, why));
	e = migrate_run(*out, &done);
	if (!e)
		return OK;
	*why = strf(mem, "the cache %s could not be brought up to date (%s)", where, err_name(e));
	dbs_close(*out);
	*out = NULL;
	return e;
}

enum err dbs_open_cache(const char *where_main, const struct migration *list, int n, struct arena *mem, struct dbs **out,
                        str *why)
{
	struct dbs like = { .cache = true, .migrations = list, .migrations_n = n };
	str path = cache_place(mem, str_of(where_main));
	const char *where = cstr(mem, path);
	enum err e = open_migrated(where, &like, mem, out, why);

	if (!e || e == ERR_BUSY || !str_skip(&path, S("sqlite:")))
		return e;
	LOG(LOG_WARN, "db", LS("what", S("the cache is begun anew")), LS("file", path), LS("why", *why));
	sqlite_remove(cstr(mem, path));
	return open_migrated(where, &like, mem, out, why);
}

static enum err nothing(struct db *db, void *arg)
{
	(void)db, (void)arg;
	return OK;
}

/* The writer mends before it does anything else. */
enum err dbs_mend(struct dbs *cache)
{
	return atomic_load(&cache->broken) ? dbs_write(cache, nothing, NULL) : OK;
}

enum err db_space(struct db *db, int64_t *used, int64_t *all)
{
	return db->driver->space(db, used, all);
}

int64_t dbs_files(const struct dbs *s)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	struct arena mem ARENA_SCOPE;
	int64_t bytes = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && s->driver != &postgres_driver; i++) {
		struct stat st;

		if (!stat(cstr(&mem, strf(&mem, "%s%s", s->where, ends[i])), &st))
			bytes += (int64_t)st.st_blocks * 512;
	}
	return bytes ? bytes : -1;
}

/* A file without a name, so that nothing of it outlives the process. */
void dbs_reserve(struct dbs *s, int64_t bytes)
{
	struct arena mem ARENA_SCOPE;
	const char *slash = strrchr(s->where, '/');
	const char *dir = slash ? cstr(&mem, str_n(s->where, (size_t)(slash - s->where) + 1)) : ".";

	if (s->driver == &postgres_driver || (bytes > 0) == (s->reserve_fd >= 0))
		return;
	if (bytes)
		s->reserve_fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->reserve_fd < 0 || (bytes && !posix_fallocate(s->reserve_fd, 0, bytes)))
		return;
	close(s->reserve_fd);
	s->reserve_fd = -1;
}

int64_t dbs_disk_free(const struct dbs *s)
{
	struct statvfs fs;

	if (s->driver == &postgres_driver || statvfs(s->where, &fs))
		return -1;
	return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

enum err db_give_back(struct db *db, int pages, int64_t *left)
{
	return db->driver->give_back(db, pages, left);
}

static _Thread_local bool was_full;

void note_full(bool full)
{
	was_full = full;
}

bool dbs_was_full(void)
{
	return was_full;
}

void db_slice(struct db *db)
{
	db->slice = true;
}

static _Thread_local int64_t held_ms;

void note_held(int64_t ms)
{
	held_ms = ms;
}

int64_t dbs_held_ms(void)
{
	return held_ms;
}

void dbs_close(struct dbs *s)
{
	if (!s)
		return;
	writer_stop(s->writer);
	pthread_key_delete(s->key);
	for (struct db *db = s->readers, *next; db; db = next) {
		next = db->next;
		db_free(db);
	}
	db_free(s->one); /* last, so that it takes the log in */
	owner_ends(s);
	dbs_reserve(s, 0);
	pthread_rwlock_destroy(&s->turn);
	pthread_mutex_destroy(&s->lock);
	arena_free(&s->mem);
	free(s);
}

bool dbs_is_postgres(const struct dbs *s)
{
	return s->driver == &postgres_driver;
}

uint64_t dbs_version(const struct dbs *s)
{
	return atomic_load_explicit(&s->version, memory_order_acquire);
}
