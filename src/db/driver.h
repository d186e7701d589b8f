#pragma once
/* What the generic part of db/ and its two drivers share. Nobody outside db/ includes it. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "db/db.h"

/* A prepared statement; drivers put their own things behind it. */
struct db_stmt {
	uint64_t used; /* db->clock when last run */
	int params;    /* highest $n */
	int columns;
	const struct db_map *map;       /* the one `fields` was made for */
	const struct db_field **fields; /* per column; owned */
};

/* Where rows go. The driver asks for a place, fills it, and reports it filled. */
struct db_sink {
	const struct db_map *map; /* NULL: a place is an int64_t and takes the first column */
	struct arena *mem;        /* for text and bytes */
	void *(*place)(struct db_sink *k);
	enum err (*filled)(struct db_sink *k);
	enum err stopped; /* what filled() said last */
	bool first;       /* one row is enough */
	bool stream;      /* there may be very many: do not hold them all */
};

enum db_tx {
	TX_BEGIN,
	TX_READ, /* SQLite only: one snapshot for several statements */
	TX_SAVE,
	TX_KEEP,
	TX_BACK,
	TX_COMMIT,
	TX_ROLLBACK,
	TX_N,
};

/* One connection; drivers put their own things behind it. Used by one thread at a time. */
struct db {
	const struct db_driver *driver;
	struct dbs *of;
	struct db *next, *prev; /* in of->readers */
	struct db_stmt **stmts; /* by statement number; owned */
	int stmts_n;
	uint64_t clock;  /* statements run */
	enum err failed; /* within a transaction: what doomed it */
	bool in_tx;
	int reading; /* how deep in db_read_begin() */
	int64_t until; /* db_deadline(); 0: none */
	bool running;  /* a statement is giving rows */
	bool lost;     /* PostgreSQL: needs a new connection */
	bool again;    /* the last ERR_BUSY may pass by running the transaction again */
	bool poisoned; /* SQLite: a write to disk failed, nobody knows what is there */
	bool full;     /* the last ERR_BUSY was for want of room */
	bool slice;    /* the transaction said db_slice() */
	bool writes;
};

struct db_driver {
	const char *name;
	int stmts_max; /* a connection that reads keeps no more; 0: all */
	/* why NULL: log what is wrong instead */
	enum err (*open)(struct dbs *s, bool writes, struct db **out, struct arena *mem, str *why);
	void (*close)(struct db *db); /* after all statements are gone */
	enum err (*prepare)(struct db *db, const struct db_sql *sql, int number, struct db_stmt **out);
	void (*forget)(struct db *db, struct db_stmt *st);
	const char *(*column)(const struct db_stmt *st, int i);
	enum err (*run)(struct db *db, struct db_stmt *st, const struct db_sql *sql, struct db_args a,
	                struct db_sink *k, int64_t *changed);
	enum err (*tx)(struct db *db, enum db_tx what);
	bool (*in_tx)(struct db *db);
	enum err (*script)(struct db *db, const char *name, const char *text); /* many statements, no rows */
	bool (*alive)(struct db *db);                                          /* false: lost */
	enum err (*space)(struct db *db, int64_t *used, int64_t *all);
	enum err (*give_back)(struct db *db, int pages, int64_t *left);
	void (*watch)(struct db *db);        /* db->until has changed; NULL: run() heeds it */
	/* A new connection in the same place, since somebody may hold the pointer; statements are forgotten before. */
	enum err (*reopen)(struct db *db);
	/* Between servers; NULL where there is but one. */
	enum err (*tell)(struct db *db, const char *channel, str what);
	enum err (*listen)(struct db *db, const char *channel, int *fd);
	bool (*heard)(struct db *db, struct arena *mem, str *what);
};
extern const struct db_driver sqlite_driver, postgres_driver;

struct writer;
struct dbs {
	const struct db_driver *driver;
	const char *where; /* path or conninfo */
	bool cache;        /* dbs_open_cache(): speed counts for more than its newest content */
	_Atomic bool broken; /* a cache: somebody met a page that is not what it was */
	const struct migration *migrations;
	int migrations_n;
	struct dbs_options o;
	struct arena mem;
	pthread_key_t key;    /* each thread's reader */
	pthread_mutex_t lock; /* of readers, writer, wait */
	struct db *readers;
	struct db *one; /* SQLite: the connection that writes; used by the writer's thread once there is one */
	struct writer *writer;
	_Atomic uint64_t version;
	pthread_rwlock_t turn; /* PostgreSQL: transactions share it, one that failed by others takes it alone */
	int64_t next_try;      /* PostgreSQL: no new connection before, monotonic */
	int wait_ms;
	bool marked; /* PATH.lock says that a server is at work */
	int lock_fd; /* -1: not held */
	int reserve_fd;            /* dbs_reserve() */
};

/* SQLite only: what must be done before the first connection, and after commits. */
enum err sqlite_file(struct dbs *s, struct arena *mem, str *why);
void sqlite_checkpoint(struct db *db);
/* Something is in the log since that was called last. */
bool sqlite_logged(const struct db *db);
/* Empties a cache that is broken, on the connection that writes, between transactions; others may have it open. */
enum err sqlite_begin_anew(struct db *db);
/* All that is missing to the newest, on a connection that writes and is in no transaction. */
enum err migrate_here(struct db *db);
/* A cache that is broken, or of a newer program: away with its files. */
void sqlite_remove(const char *path);
/* Text of the last trouble, rate-limited to one line in 10 s a kind. */
void db_complain(_Atomic int64_t *last, enum log_level level, const char *what, const char *detail);

void db_forget_all(struct db *db); /* statements */
void db_free(struct db *db);       /* statements and connection */
/* PATH.lock: says aloud that a log has gone missing; notes a first commit; notes that all is taken in. */
void owner_look(struct dbs *s);
void owner_mark(struct dbs *s);
void owner_ends(struct dbs *s);
void writer_stop(struct writer *w);
/* For dbs_was_full(). */
void note_full(bool full);
/* For dbs_held_ms(). */
void note_held(int64_t ms);
/* Nothing here takes long but migrations. */
#define POSTGRES_LIMITS "SET statement_timeout = '30s'; SET lock_timeout = '5s'"
enum err postgres_write(struct dbs *s, db_work fn, void *arg);
