#pragma once
/* Statements on SQLite or PostgreSQL, one text for both. The only folder that sees sqlite3.h and libpq-fe.h. */
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Values going in: the kind follows the C type. */
enum db_kind { DB_NULL, DB_I64, DB_BOOL, DB_STR, DB_BYTES };
struct db_val {
	enum db_kind kind;
	union {
		int64_t i;
		str s;
	};
};
static inline struct db_val db_i64(int64_t v) { return (struct db_val){ .kind = DB_I64, .i = v }; }
static inline struct db_val db_bool(bool v) { return (struct db_val){ .kind = DB_BOOL, .i = v }; }
static inline struct db_val db_str(str v) { return (struct db_val){ .kind = v.p ? DB_STR : DB_NULL, .s = v }; }
static inline struct db_val db_bytes(str v) { return (struct db_val){ .kind = v.p ? DB_BYTES : DB_NULL, .s = v }; }
static inline struct db_val db_same(struct db_val v) { return v; }
/* 0 means "none" */
#define DB_ID(x) ((x) ? db_i64(x) : (struct db_val){ .kind = DB_NULL })
#define DB_V(x) _Generic((x), bool: db_bool, int: db_i64, unsigned: db_i64, long: db_i64, \
	unsigned long: db_i64, long long: db_i64, str: db_str, struct db_val: db_same)(x)

struct db_args {
	const struct db_val *v;
	int n;
};
#include "db/map_macro.h"
/* ARGS(a, b, c): up to 52 values. In C17 `false` and `a && b` are int: write db_bool(...) for them. */
#define ARGS(...) ((struct db_args){ (const struct db_val[]){ DB_MAP(DB_V, __VA_ARGS__) }, DB_COUNT(__VA_ARGS__) })
#define NO_ARGS ((struct db_args){ NULL, 0 })

/* Rows coming out: columns find their member by name, when the statement is first prepared. A column without a member
 * is ERR_INTERNAL at once; a member without a column stays zero. SQL NULL is 0, false or STR_NONE. */
struct db_field {
	const char *name;
	enum db_kind kind;
	size_t at;
};
struct db_map {
	const struct db_field *f;
	int n;
	size_t size;
};
/* Does not compile where the member has not the size its kind writes. */
#define F_ANY(t, m, kind, as) \
	{ #m, kind, offsetof(struct t, m) + 0 * sizeof(char[sizeof(((struct t *)0)->m) == sizeof(as) ? 1 : -1]) }
#define F_I64(t, m) F_ANY(t, m, DB_I64, int64_t)
#define F_BOOL(t, m) F_ANY(t, m, DB_BOOL, bool)
#define F_STR(t, m) F_ANY(t, m, DB_STR, str)
#define F_BYTES(t, m) F_ANY(t, m, DB_BYTES, str)
#define DB_MAP_OF(t, fields) { fields, (int)(sizeof(fields) / sizeof((fields)[0])), sizeof(struct t) }

/* Result of db_many(): n records of the map's size, in the arena. */
struct db_rows {
	void *p;
	size_t n;
};

/* One statement. All of them are in one section, so that they can be counted, prepared by a test, cached by number.
 * PostgreSQL takes a parameter's type from its first use: (id < $1 OR $1 IS NULL), not the other way round.
 * Two things are done to a text for SQLite's sake: json_texts( becomes json_each(, and $1::bigint binds as $1. */
struct db_sql {
	const char *name, *text;
};
#if defined(__clang__)
#define DB_NO_REDZONE __attribute__((no_sanitize("address")))
#else
#define DB_NO_REDZONE
#endif
#define SQL(id, ...) \
	static const struct db_sql id __attribute__((section("db_sql"), used, aligned(8))) DB_NO_REDZONE = { #id, (__VA_ARGS__) }
extern const struct db_sql __start_db_sql[] __attribute__((weak)), __stop_db_sql[] __attribute__((weak));

struct db; /* one connection; one thread at a time */

/* Each: OK, ERR_BUSY (locked, connection lost, serialisation failure, disk full), ERR_CONFLICT (a UNIQUE or CHECK said
 * no), ERR_INTERNAL (anything else, logged with the statement's name). Within dbs_write() any of these dooms the whole
 * transaction, as PostgreSQL does it: later statements answer the same and nothing remains. What may conflict and go on
 * says ON CONFLICT. changed may be NULL. */
enum err db_exec(struct db *db, const struct db_sql *sql, struct db_args a, int64_t *changed) MUST_CHECK;
enum err db_many(struct db *db, const struct db_sql *sql, struct db_args a, const struct db_map *map, struct arena *mem,
                 struct db_rows *out) MUST_CHECK;
/* One record, or ERR_NOT_FOUND (and *one untouched). */
enum err db_one(struct db *db, const struct db_sql *sql, struct db_args a, const struct db_map *map, struct arena *mem,
                void *one) MUST_CHECK;
/* The first column of the first row as a number; ERR_NOT_FOUND without a row. NULL is 0. */
enum err db_number(struct db *db, const struct db_sql *sql, struct db_args a, int64_t *number) MUST_CHECK;
/* The first column of every row. */
enum err db_ids(struct db *db, const struct db_sql *sql, struct db_args a, struct arena *mem, struct ids *out) MUST_CHECK;
/* Row by row, for exports and migrations; stops at the first code that is not OK and returns it. row must not use the
 * same connection, and what it is given dies when it returns. */
enum err db_each(struct db *db, const struct db_sql *sql, struct db_args a, const struct db_map *map,
                 enum err (*row)(void *arg, const void *one), void *arg) MUST_CHECK;
/* What a thread reads between the two is of one moment on SQLite, and costs a fifth less; elsewhere, and within a
 * transaction, they do nothing. They nest. No write and no waiting in between: an old snapshot keeps the log growing. */
void db_read_begin(struct db *db);
void db_read_end(struct db *db);
/* For what strangers word: what the connection runs from now on ends with ERR_BUSY at that time (clock_mono()); 0: no more
 * such limit. Not within a transaction. db may be NULL. */
void db_deadline(struct db *db, int64_t until);
/* Only checks that the database understands the statement. */
enum err db_prepare(struct db *db, const struct db_sql *sql) MUST_CHECK;
bool db_is_postgres(const struct db *db);
/* "[1,2,3]", for: id IN (SELECT value FROM json_each($1)) */
str db_id_list(struct arena *mem, struct ids ids);
/* Back again, also from json_group_array(), which both databases have for numbers; what is no number is left out. */
struct ids db_ids_of(struct arena *mem, str list);
/* ["a","b"], for: x IN (SELECT value FROM json_each($1)) does not work on PostgreSQL, whose json_each() here yields
 * bigint; use json_texts($1), which both have: x IN (SELECT value FROM json_texts($1)). */
str db_text_list(struct arena *mem, struct strs list);

/* A whole database. where: "sqlite:PATH" or "postgres:CONNINFO" (libpq's). */
struct dbs;
struct dbs_options {
	int busy_ms;    /* SQLite: how long to wait for another process' lock; 0 is 5 s */
	bool read_only; /* refuse to write, do not create */
};
/* Opens and checks; does not migrate. On failure *why is one sentence in mem. */
enum err dbs_open(const char *where, const struct dbs_options *o, struct arena *mem, struct dbs **out, str *why) MUST_CHECK;
void dbs_close(struct dbs *s); /* no thread may still use it */
/* The cache of a database: what can be had again, with tables and migrations of its own, ready for use. A file beside
 * main.db that may be deleted while nobody serves; what a crash costs is at most the newest of it, and a file that is
 * broken or of a newer program is begun anew. On PostgreSQL: unlogged tables in the schema NAME_cache. */
struct migration;
enum err dbs_open_cache(const char *where_main, const struct migration *list, int n, struct arena *mem, struct dbs **out,
                        str *why) MUST_CHECK;
/* Where something broken was met in a cache since, all of it is begun anew; else nothing happens. */
enum err dbs_mend(struct dbs *cache) MUST_CHECK;
bool dbs_is_postgres(const struct dbs *s);
/* SQLite: one server process a file; ERR_CONFLICT and a sentence where another one holds PATH.lock. Held until
 * dbs_close(). Short commands do without: they write under SQLite's own locks. PostgreSQL: always OK. */
enum err dbs_lock(struct dbs *s, str *why) MUST_CHECK;
/* What servers on one PostgreSQL tell each other. SQLite has one server only: there it is said to nobody, and *fd is -1. At
 * most DB_TELL_MAX bytes, and not within a transaction. */
enum { DB_TELL_MAX = 7900 };
enum err db_tell(struct db *db, const char *channel, str what) MUST_CHECK;
/* Listens from now on, if this connection does not yet; *fd is readable when there may be something. */
enum err db_listen(struct db *db, const char *channel, int *fd) MUST_CHECK;
/* The next thing heard, also by this server itself; false: nothing more. */
bool db_heard(struct db *db, struct arena *mem, str *what);

/* The calling thread's own connection for reading, opened on first use, closed when the thread ends.
 * NULL where the database cannot be reached just now; db_* then answer ERR_BUSY, as on a connection that was lost. Calling
 * it again mends a lost one, and what it returned before stays valid. */
struct db *dbs_reader(struct dbs *s);
/* Runs fn in a transaction and comes back when it is on disk. Where fn does not answer OK nothing of it remains, and its
 * code is the answer. On SQLite all of it runs on the writer's thread, many closures in one commit (group commit), each
 * in its own savepoint; on PostgreSQL on the caller's thread. fn may be run more than once (serialisation failures), so
 * it must be repeatable, and it must neither wait nor do any I/O but db_*, nor call dbs_write() (a bug, ends the program).
 * PostgreSQL: isolation is serializable, as on SQLite. ERR_BUSY if the database stays locked, is lost or full. A failed
 * write or fsync of a commit ends the program: nobody knows then what is on disk but the next start. */
typedef enum err (*db_work)(struct db *db, void *arg);
enum err dbs_write(struct dbs *s, db_work fn, void *arg) MUST_CHECK;
/* The same, but nobody waits: done(w) is called once, when it is on disk or has failed, by the thread that wrote. It must not
 * wait, nor use the database. *w stays until then. On PostgreSQL all of that happens before this comes back. */
struct db_write {
	db_work fn;
	void *arg;
	void (*done)(struct db_write *w);
	enum err answer;
	bool full; /* ERR_BUSY since the disk is full */
	/* its own: */
	int64_t held_ms;
	struct db_write *next;
	_Atomic int over;
};
void dbs_write_start(struct dbs *s, struct db_write *w);
/* Goes up by one with each commit of this process; for caches. */
uint64_t dbs_version(const struct dbs *s);
/* The last dbs_write() of this thread that answered ERR_BUSY did so because the disk is full. */
bool dbs_was_full(void);
/* What is in SQLite's log is copied to the file when it is about so much. */
enum { DB_LOG_BYTES = 4 << 20 };
/* In dbs_write(): this is one of many small transactions in a row that nobody waits for. On SQLite the log is then emptied more
 * often, so that doing it takes no longer than they do. */
void db_slice(struct db *db);
/* How long nobody else could write for the transaction of this thread's last dbs_write(), with what others did in it, until it
 * was on disk. PostgreSQL: 0. */
int64_t dbs_held_ms(void);
/* Bytes of the tables with all that belongs to them, and of the files that hold them (without the log). */
enum err db_space(struct db *db, int64_t *used, int64_t *all) MUST_CHECK;
/* Holds so many bytes of its disk, if it can, so that they can be given back (0) when there are no others. One thread. */
void dbs_reserve(struct dbs *s, int64_t bytes);
/* What its files with the log take of the disk, as du(1) counts; -1: not known (PostgreSQL). */
int64_t dbs_files(const struct dbs *s);
/* Bytes that may still be written to the disk that holds it; -1: not known (PostgreSQL). Any thread. */
int64_t dbs_disk_free(const struct dbs *s);
/* Gives up to `pages` free pages back to the file system; *left is how many are still free. In dbs_write(); SQLite only,
 * PostgreSQL does this by itself. 500 pages take a few ms. */
enum err db_give_back(struct db *db, int pages, int64_t *left) MUST_CHECK;

/* Migrations: files store/schema/NNNN_name.sql, embedded at build time, run in order, each in one transaction.
 * Words that differ are replaced: @ID, @BYTES; lines between "-- sqlite:" / "-- postgres:" and "-- both:" count for one only. */
struct migration {
	int number;
	const char *name, *text;
};
extern const struct migration migrations[], cache_migrations[];
extern const int migrations_n, cache_migrations_n;
/* The number stored, 0 for an empty database. */
enum err migrate_version(struct dbs *s, int *version) MUST_CHECK;
/* Brings it up to date; ERR_INVALID where the database is newer than this program. *done is how many were run here;
 * several processes may try at once. */
enum err migrate_run(struct dbs *s, int *done) MUST_CHECK;
