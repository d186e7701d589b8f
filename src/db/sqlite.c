/* SQLite: one connection that writes, one that reads for each thread, WAL between them. What a commit acknowledged is on
 * disk (synchronous=FULL). The file is ours alone, but what is in it may have been made by somebody else: DEFENSIVE,
 * no trusted schema, no extensions, no ATTACH. Must not know about threads: writer.c does. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/driver.h"

enum {
	BUSY_MS = 5000,
	STATEMENTS = 64, /* about 9 KiB each */
	ARGS_MAX = 52,
	PAGE = 4096,
	PAGES_CHECKPOINT = DB_LOG_BYTES / PAGE, /* in the log, before they are copied to the database */
	PAGES_SLICE = 200,       /* the same after a db_slice() */
	PAGES_RESTART = 16000,   /* then readers are waited for, so that the log starts over */
	LOOK_EACH = 20,          /* steps between looks at the clock; a page of the search index takes a few */
	ROOM_LEAST = 64 * 1024,
};

struct sq {
	struct db db;
	sqlite3 *h;
	sqlite3_stmt *tx[TX_N];
	int pages; /* in the log after the last commit */
	bool shrinks; /* the file does, with the next checkpoint */
};

struct sq_stmt {
	struct db_stmt st;
	sqlite3_stmt *s;
	int slots;
	short number[]; /* per slot of SQLite's the n of its $n */
};

static bool says_conflict(int rc)
{
	return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_CHECK ||
	       rc == SQLITE_CONSTRAINT_ROWID;
}

/* What the system said last of a file: the log is the one that is written to, the database in checkpoints. */
static int last_errno(const struct sq *c, int which)
{
	sqlite3_file *f = NULL;
	int no = 0;

	if (!sqlite3_file_control(c->h, "main", which, &f) && f && f->pMethods)
		f->pMethods->xFileControl(f, SQLITE_FCNTL_LAST_ERRNO, &no);
	return no;
}

static bool no_room(int no)
{
	return no == ENOSPC || no == EDQUOT || no == EFBIG;
}

/* The disk takes no more: for now, and nothing is broken. */
static bool says_full(const struct sq *c, int rc)
{
	if (rc != SQLITE_IOERR_WRITE)
		return rc == SQLITE_FULL;
	return no_room(last_errno(c, SQLITE_FCNTL_JOURNAL_POINTER)) || no_room(last_errno(c, SQLITE_FCNTL_FILE_POINTER));
}

/* Likewise: a file system that was made read-only since it was opened. */
static bool says_read_only(const struct sq *c, int rc)
{
	if (rc != SQLITE_IOERR_WRITE && rc != SQLITE_IOERR_TRUNCATE)
		return (rc & 0xff) == SQLITE_READONLY && c->db.writes;
	return last_errno(c, SQLITE_FCNTL_JOURNAL_POINTER) == EROFS || last_errno(c, SQLITE_FCNTL_FILE_POINTER) == EROFS;
}

static bool says_poisoned(int rc)
{
	return rc == SQLITE_IOERR_WRITE || rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC ||
	       rc == SQLITE_IOERR_TRUNCATE;
}

static enum err trouble(struct sq *c, const char *what, int rc)
{
	static _Atomic int64_t last_full, last_read_only, last_busy, last_late;
	const char *detail = sqlite3_errmsg(c->h);

	if (says_conflict(rc))
		return ERR_CONFLICT;
	if (rc == SQLITE_INTERRUPT) {
		db_complain(&last_late, LOG_WARN, "a statement ran out of its time", what);
		return ERR_BUSY;
	}
	if (says_full(c, rc)) {
		c->db.full = true;
		db_complain(&last_full, LOG_ERROR, "disk is full", detail);
		return ERR_BUSY;
	}
	if (says_read_only(c, rc)) {
		db_complain(&last_read_only, LOG_ERROR, "the file system is read-only", detail);
		return ERR_BUSY;
	}
	if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED) {
		db_complain(&last_busy, LOG_WARN, "database is locked", what);
		return ERR_BUSY;
	}
	if (c->db.of->cache && ((rc & 0xff) == SQLITE_CORRUPT || rc == SQLITE_NOTADB))
		atomic_store(&c->db.of->broken, true);
	if (c->db.writes && says_poisoned(rc))
		c->db.poisoned = true;
	LOG(LOG_ERROR, "db", LS("statement", str_of(what)), LI("code", rc), LS("detail", str_of(detail)));
	return ERR_INTERNAL;
}

/* PostgreSQL has a json_each() for numbers and a json_texts() for text; SQLite's json_each() does both. */
static const char *translated(struct arena *mem, const char *text)
{
	str rest = str_of(text), word = S("json_texts(");
	struct buf b;
	long at;

	if (str_find(rest, word) < 0)
		return text;
	b = buf_new(mem, rest.n + 1);
	while ((at = str_find(rest, word)) >= 0) {
		buf_add(&b, str_to(rest, (size_t)at));
		buf_add(&b, S("json_each("));
		rest = str_from(rest, (size_t)at + word.n);
	}
	buf_add(&b, rest);
	return cstr(mem, buf_str(&b));
}

/* SQLite takes $2 for a name and numbers names as they appear; "$1::bigint" is one name to it. */
static bool number_slots(struct sq_stmt *st)
{
	for (int i = 0; i < st->slots; i++) {
		const char *name = sqlite3_bind_parameter_name(st->s, i + 1);
		int n = name && name[0] == '$' ? atoi(name + 1) : 0;

		if (n < 1 || n > ARGS_MAX)
			return false;
		st->number[i] = (short)n;
		if (n > st->st.params)
			st->st.params = n;
	}
	return true;
}

static void sq_forget(struct db *db, struct db_stmt *st)
{
	(void)db;
	sqlite3_finalize(((struct sq_stmt *)st)->s);
	free(st);
}

static enum err sq_prepare(struct db *db, const struct db_sql *sql, int number, struct db_stmt **out)
{
	struct arena mem ARENA_SCOPE;
	struct sq *c = (struct sq *)db;
	unsigned flags = number < 0 ? 0 : SQLITE_PREPARE_PERSISTENT;
	sqlite3_stmt *s = NULL;
	struct sq_stmt *st;
	const char *tail = "";
	int rc = sqlite3_prepare_v3(c->h, translated(&mem, sql->text), -1, flags, &s, &tail), slots;

	if (rc)
		return trouble(c, sql->name, rc);
	slots = sqlite3_bind_parameter_count(s);
	st = calloc(1, sizeof(*st) + (size_t)slots * sizeof(st->number[0]));
	BUG_IF(!st || !s);
	st->s = s;
	st->slots = slots;
	st->st.columns = sqlite3_column_count(s);
	if (!number_slots(st) || *tail) {
		LOG(LOG_ERROR, "db", LS("statement", str_of(sql->name)), LS("what", S("not one statement with $1...")));
		sq_forget(db, &st->st);
		return ERR_INTERNAL;
	}
	*out = &st->st;
	return OK;
}

static const char *sq_column(const struct db_stmt *st, int i)
{
	return sqlite3_column_name(((const struct sq_stmt *)st)->s, i);
}

static int bind_one(sqlite3_stmt *s, int slot, const struct db_val *v)
{
	switch (v->kind) {
	case DB_NULL: return sqlite3_bind_null(s, slot);
	case DB_I64:
	case DB_BOOL: return sqlite3_bind_int64(s, slot, v->i);
	case DB_STR: return sqlite3_bind_text64(s, slot, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BYTES: return sqlite3_bind_blob64(s, slot, v->s.p, v->s.n, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static int bind_all(struct sq_stmt *st, struct db_args a)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < st->slots && !rc; i++)
		rc = bind_one(st->s, i + 1, &a.v[st->number[i] - 1]);
	return rc;
}

/* Text is taken as the bytes it is: the database is UTF-8, and nobody here wants a NUL behind it. */
static str taken(struct arena *mem, sqlite3_value *v)
{
	const void *p = sqlite3_value_blob(v);
	int n = sqlite3_value_bytes(v);

	return p && n ? str_dup(mem, str_n(p, (size_t)n)) : S("");
}

/* False: the value is not of the member's kind. Of one look at the value all is read; that is half the time of
 * sqlite3_column_*(), each of which looks anew. Allowed without copying since the library runs in multi-thread mode. */
static bool fill(sqlite3_value *v, enum db_kind kind, void *member, struct arena *mem)
{
	static const int want[] = {
		[DB_I64] = SQLITE_INTEGER,
		[DB_BOOL] = SQLITE_INTEGER,
		[DB_STR] = SQLITE_TEXT,
		[DB_BYTES] = SQLITE_BLOB,
	};
	int type = sqlite3_value_type(v);

	if (type == SQLITE_NULL)
		return true;
	if (type != want[kind])
		return false;
	switch (kind) {
	case DB_NULL: return false;
	case DB_I64: *(int64_t *)member = sqlite3_value_int64(v); break;
	case DB_BOOL: *(bool *)member = sqlite3_value_int64(v) != 0; break;
	case DB_STR:
	case DB_BYTES: *(str *)member = taken(mem, v); break;
	}
	return true;
}

static enum err take_row(struct sq_stmt *st, const struct db_sql *sql, struct db_sink *k)
{
	static const struct db_field number = { "number", DB_I64, 0 };
	char *place = k->place(k);
	int columns = k->map ? st->st.columns : 1;

	if (!k->map)
		*(int64_t *)place = 0;
	for (int c = 0; c < columns; c++) {
		const struct db_field *f = k->map ? st->st.fields[c] : &number;

		if (fill(sqlite3_column_value(st->s, c), f->kind, place + f->at, k->mem))
			continue;
		LOG(LOG_ERROR, "db", LS("statement", str_of(sql->name)), LS("what", S("column of another type")),
		    LS("column", str_of(sqlite3_column_name(st->s, c))));
		return ERR_INTERNAL;
	}
	k->stopped = k->filled(k);
	return OK;
}

static enum err sq_run(struct db *db, struct db_stmt *base, const struct db_sql *sql, struct db_args a,
                       struct db_sink *k, int64_t *changed)
{
	struct sq *c = (struct sq *)db;
	struct sq_stmt *st = (struct sq_stmt *)base;
	sqlite3_int64 before = sqlite3_total_changes64(c->h);
	int rc = bind_all(st, a);
	enum err e = OK;

	*changed = 0;
	if (rc) {
		e = trouble(c, sql->name, rc);
	} else {
		while ((rc = sqlite3_step(st->s)) == SQLITE_ROW) {
			if (k)
				e = take_row(st, sql, k);
			if (k && (e || k->stopped || k->first))
				break;
		}
		if (rc != SQLITE_ROW && rc != SQLITE_DONE)
			e = trouble(c, sql->name, rc);
		else if (!sqlite3_stmt_readonly(st->s) && sqlite3_total_changes64(c->h) != before)
			*changed = sqlite3_changes64(c->h);
	}
	sqlite3_reset(st->s);
	return e;
}

static enum err sq_script(struct db *db, const char *name, const char *text)
{
	struct sq *c = (struct sq *)db;
	int rc = sqlite3_exec(c->h, text, NULL, NULL, NULL);

	return rc ? trouble(c, name, rc) : OK;
}

static enum err sq_tx(struct db *db, enum db_tx what)
{
	static const char *const texts[TX_N] = {
		[TX_BEGIN] = "BEGIN IMMEDIATE",
		[TX_READ] = "BEGIN",
		[TX_SAVE] = "SAVEPOINT one",
		[TX_KEEP] = "RELEASE one",
		[TX_BACK] = "ROLLBACK TO one",
		[TX_COMMIT] = "COMMIT",
		[TX_ROLLBACK] = "ROLLBACK",
	};
	struct sq *c = (struct sq *)db;
	int rc = SQLITE_OK;

	if (!c->tx[what])
		rc = sqlite3_prepare_v3(c->h, texts[what], -1, SQLITE_PREPARE_PERSISTENT, &c->tx[what], NULL);
	if (!rc)
		rc = sqlite3_step(c->tx[what]);
	sqlite3_reset(c->tx[what]);
	return rc == SQLITE_DONE ? OK : trouble(c, texts[what], rc);
}

static bool sq_in_tx(struct db *db)
{
	return !sqlite3_get_autocommit(((struct sq *)db)->h);
}

/* Each step frees one page. */
static int step_all(sqlite3 *h, const char *text, int64_t *number)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(h, text, -1, &st, NULL);

	while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (number)
			*number = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static enum err sq_space(struct db *db, int64_t *used, int64_t *all)
{
	struct sq *c = (struct sq *)db;
	int64_t pages = 0, spare = 0, size = 0;
	int rc = step_all(c->h, "PRAGMA page_count", &pages);

	if (!rc)
		rc = step_all(c->h, "PRAGMA freelist_count", &spare);
	if (!rc)
		rc = step_all(c->h, "PRAGMA page_size", &size);
	*used = (pages - spare) * size;
	*all = pages * size;
	return rc ? trouble(c, "page_count", rc) : OK;
}

static enum err sq_give_back(struct db *db, int pages, int64_t *left)
{
	struct sq *c = (struct sq *)db;
	char text[60];
	int rc;

	*left = 0;
	snprintf(text, sizeof(text), "PRAGMA incremental_vacuum(%d)", pages);
	rc = step_all(c->h, "PRAGMA freelist_count", left);
	if (rc || !*left)
		return rc ? trouble(c, "freelist_count", rc) : OK;
	rc = step_all(c->h, text, NULL);
	if (!rc)
		rc = step_all(c->h, "PRAGMA freelist_count", left);
	c->shrinks = true;
	return rc ? trouble(c, "incremental_vacuum", rc) : OK;
}

void sqlite_remove(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	struct arena mem ARENA_SCOPE;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		(void)unlink(cstr(&mem, strf(&mem, "%s%s", path, ends[i])));
}

/* The file stays, since others have it open: SQLite's own way to empty one whatever is in it. */
enum err sqlite_begin_anew(struct db *db)
{
	struct sq *c = (struct sq *)db;
	int rc;

	db_forget_all(db);
	sqlite3_limit(c->h, SQLITE_LIMIT_ATTACHED, 1); /* VACUUM attaches one */
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
	rc = sqlite3_exec(c->h, "PRAGMA auto_vacuum=INCREMENTAL; VACUUM", NULL, NULL, NULL);
	sqlite3_db_config(c->h, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
	sqlite3_limit(c->h, SQLITE_LIMIT_ATTACHED, 0);
	if (rc)
		return trouble(c, "begin anew", rc);
	TRY(migrate_here(db));
	atomic_store(&db->of->broken, false);
	LOG(LOG_WARN, "db", LS("what", S("the cache was damaged, and is begun anew")), LS("file", str_of(db->of->where)));
	return OK;
}

static int too_late(void *arg)
{
	return clock_mono() >= ((struct db *)arg)->until;
}

static void sq_watch(struct db *db)
{
	sqlite3_progress_handler(((struct sq *)db)->h, db->until ? LOOK_EACH : 0, db->until ? too_late : NULL, db);
}

static bool sq_alive(struct db *db)
{
	(void)db;
	return true;
}

static int count_pages(void *arg, sqlite3 *h, const char *name, int pages)
{
	(void)h, (void)name;
	((struct sq *)arg)->pages = pages;
	return SQLITE_OK;
}

bool sqlite_logged(const struct db *db)
{
	return ((const struct sq *)db)->pages > 0;
}

void sqlite_checkpoint(struct db *db)
{
	struct sq *c = (struct sq *)db;
	bool far = c->pages >= PAGES_RESTART;
	int rc, how = far ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;

	if (c->pages < (db->slice ? PAGES_SLICE : PAGES_CHECKPOINT) && !c->shrinks)
		return;
	/* Who reads from a cache is through at once; there the log is given back as well. */
	if (c->shrinks && db->of->cache)
		how = SQLITE_CHECKPOINT_TRUNCATE;
	rc = sqlite3_wal_checkpoint_v2(c->h, NULL, how, NULL, NULL);
	if (rc && (rc & 0xff) != SQLITE_BUSY && (rc & 0xff) != SQLITE_LOCKED)
		(void)trouble(c, "checkpoint", rc);
	c->pages = 0;
	c->shrinks = false;
}

static void sq_close(struct db *db)
{
	struct sq *c = (struct sq *)db;

	for (int i = 0; i < TX_N; i++)
		sqlite3_finalize(c->tx[i]);
	sqlite3_close(c->h);
	free(c);
}

static void defend(sqlite3 *h)
{
	sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
}

static bool is_wal(sqlite3 *h)
{
	sqlite3_stmt *st = NULL;
	bool is = !sqlite3_prepare_v2(h, "PRAGMA journal_mode", -1, &st, NULL) && sqlite3_step(st) == SQLITE_ROW &&
	          !sqlite3_stricmp((const char *)sqlite3_column_text(st, 0), "wal");

	sqlite3_finalize(st);
	return is;
}

static int run_text(sqlite3 *h, const char *text)
{
	return sqlite3_exec(h, text, NULL, NULL, NULL);
}

/* The number that the file was made with, as the file itself has it, without the log. */
static uint32_t number_in_file(sqlite3 *h)
{
	sqlite3_file *f = NULL;
	unsigned char b[4] = { 0 };

	if (!sqlite3_file_control(h, "main", SQLITE_FCNTL_FILE_POINTER, &f) && f && f->pMethods)
		(void)f->pMethods->xRead(f, b, sizeof(b), 68);
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t number_with_log(sqlite3 *h)
{
	sqlite3_stmt *st = NULL;
	uint32_t n = 0;

	if (!sqlite3_prepare_v2(h, "PRAGMA application_id", -1, &st, NULL) && sqlite3_step(st) == SQLITE_ROW)
		n = (uint32_t)sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* A random number by which a log is known to belong to the file; others may be making the file at the same time. */
static int make_new(sqlite3 *h)
{
	struct arena mem ARENA_SCOPE;
	int32_t number = 0;
	int rc = run_text(h, "PRAGMA auto_vacuum=INCREMENTAL; BEGIN IMMEDIATE");

	sqlite3_randomness(sizeof(number), &number);
	if (!rc && !number_with_log(h))
		rc = run_text(h, cstr(&mem, strf(&mem, "PRAGMA application_id=%d", number | 1)));
	if (!rc)
		rc = run_text(h, "COMMIT; PRAGMA journal_mode=WAL");
	return rc;
}

/* Nobody maps the file: SQLite would map it anew after every commit, and a bad sector would be a signal and no error code.
 * What a file is made with is only said to a new one: it asks for the write lock. */
static int set_up(sqlite3 *h, bool writes, bool cache)
{
	int rc = run_text(h, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA synchronous=FULL");

	if (!rc && cache)
		rc = run_text(h, "PRAGMA synchronous=NORMAL"); /* fsync in checkpoints only */
	if (rc)
		return rc;
	if (!writes)
		return run_text(h, "PRAGMA query_only=ON; PRAGMA cache_size=-256");
	if (!is_wal(h))
		rc = make_new(h);
	if (!rc)
		rc = run_text(h, "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-2048; PRAGMA secure_delete=FAST;"
		                 "PRAGMA journal_size_limit=67108864; SELECT COUNT(*) FROM sqlite_schema");
	if (!rc && !is_wal(h))
		rc = SQLITE_CANTOPEN;
	return rc;
}

/* A log that was put beside the wrong file would be mixed into it. */
static bool log_is_ours(sqlite3 *h)
{
	if (number_in_file(h) == number_with_log(h))
		return true;
	sqlite3_db_config(h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return false;
}

/* SQLite says "disk I/O error" where it cannot make the files beside. */
static bool no_room_left(const struct dbs *s)
{
	int64_t free = dbs_disk_free(s);

	return free >= 0 && free < ROOM_LEAST;
}

static enum err sq_open(struct dbs *s, bool writes, struct db **out, struct arena *mem, str *why)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
	            (s->o.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	struct sq *c = calloc(1, sizeof(*c));
	enum err e;
	int rc;

	BUG_IF(!c);
	c->db.driver = &sqlite_driver;
	c->db.of = s;
	c->db.writes = writes;
	rc = sqlite3_open_v2(s->where, &c->h, flags, NULL);
	if (!rc) {
		sqlite3_busy_timeout(c->h, s->o.busy_ms ? s->o.busy_ms : BUSY_MS);
		defend(c->h);
		rc = set_up(c->h, writes, s->cache);
	}
	if (rc) {
		if (why)
			*why = strf(mem, "cannot open %s: %s", s->where,
			            no_room_left(s) ? "the disk is full" : sqlite3_errmsg(c->h));
		e = (rc & 0xff) == SQLITE_BUSY ? ERR_BUSY : why ? ERR_INTERNAL
		                                                : trouble(c, "open", rc);
		sq_close(&c->db);
		return e;
	}
	if (writes && !log_is_ours(c->h)) {
		*why = strf(mem, "%s-wal belongs to another database; put back the right one, or move it away to go on with"
		                 " an older state",
		            s->where);
		sq_close(&c->db);
		return ERR_INVALID;
	}
	if (writes)
		sqlite3_wal_hook(c->h, count_pages, c);
	*out = &c->db;
	return OK;
}

static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0); /* no pages before they are needed */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 512, 32);
}

/* New files are for their owner alone, and old ones become so; SQLite gives the log the same mode. An existing file is
 * not opened here: closing it would drop the locks that this process has on it. */
enum err sqlite_file(struct dbs *s, struct arena *mem, str *why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct stat st;
	int fd;

	pthread_once(&once, configure);
	if (!s->o.read_only) {
		fd = open(s->where, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0)
			close(fd);
		else if (errno != EEXIST) {
			*why = strf(mem, "cannot create %s: %s", s->where, strerror(errno));
			return ERR_INTERNAL;
		}
	}
	if (stat(s->where, &st)) {
		*why = strf(mem, "cannot open %s: %s", s->where, strerror(errno));
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL;
	}
	if ((st.st_mode & 077) && chmod(s->where, 0600))
		LOG(LOG_WARN, "db", LS("what", S("others may read the database file")), LS("file", str_of(s->where)));
	return OK;
}

const struct db_driver sqlite_driver = {
	.name = "sqlite",
	.stmts_max = STATEMENTS,
	.open = sq_open,
	.close = sq_close,
	.prepare = sq_prepare,
	.forget = sq_forget,
	.column = sq_column,
	.run = sq_run,
	.tx = sq_tx,
	.in_tx = sq_in_tx,
	.script = sq_script,
	.alive = sq_alive,
	.space = sq_space,
	.give_back = sq_give_back,
	.watch = sq_watch,
};
