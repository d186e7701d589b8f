/* The part of statements that is the same for both databases: statements by number, columns to members, results.
 * Rows are filled by the driver in a place that a sink hands out; the sinks here are a growing array (db_many), one
 * record (db_one), one number, a list of numbers, and a callback (db_each). */
#include "db/db.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/driver.h"

static int sql_count(void)
{
	return (int)(__stop_db_sql - __start_db_sql);
}

/* -1 for a statement that is not in the section: it is prepared each time. */
static int sql_number(const struct db_sql *sql)
{
	return sql >= __start_db_sql && sql < __stop_db_sql ? (int)(sql - __start_db_sql) : -1;
}

static enum err internal(const struct db_sql *sql, const char *what, const char *detail)
{
	LOG(LOG_ERROR, "db", LS("statement", str_of(sql->name)), LS("what", str_of(what)), LS("detail", str_of(detail)));
	return ERR_INTERNAL;
}

void db_complain(_Atomic int64_t *last, enum log_level level, const char *what, const char *detail)
{
	int64_t now = clock_mono(), before = atomic_load(last);

	if ((before && now - before < 10 * SECOND) || !atomic_compare_exchange_strong(last, &before, now))
		return;
	LOG(level, "db", LS("what", str_of(what)), LS("detail", str_of(detail)));
}

static void forget(struct db *db, struct db_stmt *st)
{
	if (!st)
		return;
	free(st->fields);
	db->driver->forget(db, st);
}

void db_forget_all(struct db *db)
{
	for (int i = 0; db->stmts && i < sql_count(); i++)
		forget(db, db->stmts[i]);
	free(db->stmts);
	db->stmts = NULL;
	db->stmts_n = 0;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	db_forget_all(db);
	db->driver->close(db);
}

/* Statements cost memory, and there is a connection a thread: the one that was not run for longest goes. */
static void make_room(struct db *db)
{
	struct db_stmt **oldest = NULL;

	if (db->writes || !db->driver->stmts_max || db->stmts_n < db->driver->stmts_max)
		return;
	for (int i = 0; i < sql_count(); i++)
		if (db->stmts[i] && (!oldest || db->stmts[i]->used < (*oldest)->used))
			oldest = &db->stmts[i];
	forget(db, *oldest);
	*oldest = NULL;
	db->stmts_n--;
}

static enum err prepared(struct db *db, const struct db_sql *sql, struct db_stmt **out)
{
	int number = sql_number(sql);

	if (number < 0)
		return db->driver->prepare(db, sql, number, out);
	if (!db->stmts) {
		db->stmts = calloc((size_t)sql_count(), sizeof(*db->stmts));
		BUG_IF(!db->stmts);
	}
	if (!db->stmts[number]) {
		make_room(db);
		TRY(db->driver->prepare(db, sql, number, &db->stmts[number]));
		db->stmts_n++;
	}
	*out = db->stmts[number];
	(*out)->used = ++db->clock;
	return OK;
}

/* Finds the member of each column, once for a statement and a map. */
static enum err resolve(struct db *db, struct db_stmt *st, const struct db_sql *sql, const struct db_map *map)
{
	if (st->columns < 1)
		return internal(sql, "gives no columns", "");
	if (!map || st->map == map)
		return OK;
	free(st->fields);
	st->map = NULL;
	st->fields = calloc((size_t)st->columns, sizeof(*st->fields));
	BUG_IF(!st->fields);
	for (int c = 0; c < st->columns; c++) {
		const char *name = db->driver->column(st, c);

		for (int f = 0; f < map->n && !st->fields[c]; f++)
			if (!strcmp(map->f[f].name, name))
				st->fields[c] = &map->f[f];
		if (!st->fields[c])
			return internal(sql, "column without a member", name);
	}
	st->map = map;
	return OK;
}

static enum err run_prepared(struct db *db, struct db_stmt *st, const struct db_sql *sql, struct db_args a,
                             struct db_sink *k, int64_t *changed)
{
	enum err e;

	if (st->params != a.n)
		return internal(sql, "wrong number of arguments", "");
	if (k)
		TRY(resolve(db, st, sql, k->map));
	db->running = true;
	e = db->driver->run(db, st, sql, a, k, changed);
	db->running = false;
	return e;
}

static enum err run(struct db *db, const struct db_sql *sql, struct db_args a, struct db_sink *k, int64_t *changed)
{
	struct db_stmt *st = NULL;
	int64_t none;
	enum err e;

	if (!db || db->lost)
		return ERR_BUSY;
	if (db->failed)
		return db->failed;
	if (db->until && clock_mono() >= db->until)
		return ERR_BUSY;
	if (db->running)
		return internal(sql, "used within db_each() on the same connection", "");
	e = prepared(db, sql, &st);
	if (!e)
		e = run_prepared(db, st, sql, a, k, changed ? changed : &none);
	if (sql_number(sql) < 0)
		forget(db, st);
	if (e && db->in_tx)
		db->failed = e;
	return e ? e : k ? k->stopped
	                 : OK;
}

enum err db_exec(struct db *db, const struct db_sql *sql, struct db_args a, int64_t *changed)
{
	return run(db, sql, a, NULL, changed);
}

/* n records of a size in an arena, growing. */
struct list_sink {
	struct db_sink k;
	char *p;
	size_t n, room, size;
};

static void *list_place(struct db_sink *k)
{
	struct list_sink *l = (struct list_sink *)k;

	if (l->n == l->room) {
		size_t room = l->room ? l->room * 4 : 8; /* a usual page is 20 */
		char *p = arena_alloc(k->mem, arena_mul(room, l->size), _Alignof(max_align_t));

		if (l->n)
			memcpy(p, l->p, l->n * l->size);
		l->p = p;
		l->room = room;
	}
	return l->p + l->n * l->size;
}

static enum err list_filled(struct db_sink *k)
{
	((struct list_sink *)k)->n++;
	return OK;
}

enum err db_many(struct db *db, const struct db_sql *sql, struct db_args a, const struct db_map *map, struct arena *mem,
                 struct db_rows *out)
{
	struct list_sink l = { .k = { map, mem, list_place, list_filled }, .size = map->size };

	TRY(run(db, sql, a, &l.k, NULL));
	*out = (struct db_rows){ l.p, l.n };
	return OK;
}

enum err db_ids(struct db *db, const struct db_sql *sql, struct db_args a, struct arena *mem, struct ids *out)
{
	struct list_sink l = { .k = { NULL, mem, list_place, list_filled }, .size = sizeof(int64_t) };

	TRY(run(db, sql, a, &l.k, NULL));
	*out = (struct ids){ (int64_t *)l.p, l.n };
	return OK;
}

/* Where it cannot begin, the statements that follow are each of their own moment, as without it. */
void db_read_begin(struct db *db)
{
	if (db->in_tx || db->driver != &sqlite_driver || db->reading++)
		return;
	if (db->driver->tx(db, TX_READ))
		db->reading = 0;
}

void db_read_end(struct db *db)
{
	if (db->in_tx || !db->reading || --db->reading)
		return;
	if (db->driver->tx(db, TX_COMMIT) && db->driver->in_tx(db))
		BUG_IF(db->driver->tx(db, TX_ROLLBACK));
}

void db_deadline(struct db *db, int64_t until)
{
	if (!db)
		return;
	BUG_IF(db->in_tx);
	db->until = until;
	if (db->driver->watch)
		db->driver->watch(db);
}

struct one_sink {
	struct db_sink k;
	void *one;
	bool found;
};

static void *one_place(struct db_sink *k)
{
	struct one_sink *o = (struct one_sink *)k;

	memset(o->one, 0, k->map ? k->map->size : sizeof(int64_t));
	return o->one;
}

static enum err one_filled(struct db_sink *k)
{
	((struct one_sink *)k)->found = true;
	return OK;
}

static enum err one(struct db *db, const struct db_sql *sql, struct db_args a, const struct db_map *map,
                    struct arena *mem, void *out)
{
	struct one_sink o = { .k = { map, mem, one_place, one_filled, .first = true }, .one = out };

	TRY(run(db, sql, a, &o.k, NULL));
	return o.found ? OK : ERR_NOT_FOUND;
}

enum err db_one(struct db *db, const struct db_sql *sql, struct db_args a, const struct db_map *map, struct arena *mem,
                void *out)
{
	return one(db, sql, a, map, mem, out);
}

enum err db_number(struct db *db, const struct db_sql *sql, struct db_args a, int64_t *number)
{
	return one(db, sql, a, NULL, NULL, number);
}

struct each_sink {
	struct db_sink k;
	struct arena mem;
	struct arena_mark mark;
	void *one;
	enum err (*row)(void *arg, const void *one);
	void *arg;
};

static void *each_place(struct db_sink *k)
{
	struct each_sink *s = (struct each_sink *)k;

	arena_rewind(&s->mem, s->mark);
	memset(s->one, 0, k->map->size);
	return s->one;
}

static enum err each_filled(struct db_sink *k)
{
	struct each_sink *s = (struct each_sink *)k;

	return s->row(s->arg, s->one);
}

enum err db_each(struct db *db, const struct db_sql *sql, struct db_args a, const struct db_map *map,
                 enum err (*row)(void *arg, const void *one), void *arg)
{
	struct each_sink s = { .k = { map, NULL, each_place, each_filled, .stream = true }, .row = row, .arg = arg };
	enum err e;

	arena_init(&s.mem);
	s.k.mem = &s.mem;
	s.one = arena_alloc(&s.mem, map->size, _Alignof(max_align_t));
	s.mark = arena_mark(&s.mem);
	e = run(db, sql, a, &s.k, NULL);
	arena_free(&s.mem);
	return e;
}

enum err db_prepare(struct db *db, const struct db_sql *sql)
{
	struct db_stmt *st = NULL;

	if (!db || db->lost)
		return ERR_BUSY;
	TRY(prepared(db, sql, &st));
	if (sql_number(sql) < 0)
		forget(db, st);
	return OK;
}

enum err db_tell(struct db *db, const char *channel, str what)
{
	BUG_IF(db && (db->in_tx || what.n > DB_TELL_MAX));
	return !db ? ERR_BUSY : db->driver->tell ? db->driver->tell(db, channel, what)
	                                         : OK;
}

enum err db_listen(struct db *db, const char *channel, int *fd)
{
	*fd = -1;
	return !db ? ERR_BUSY : db->driver->listen ? db->driver->listen(db, channel, fd)
	                                           : OK;
}

bool db_heard(struct db *db, struct arena *mem, str *what)
{
	return db && db->driver->heard && db->driver->heard(db, mem, what);
}

bool db_is_postgres(const struct db *db)
{
	return db && db->driver == &postgres_driver;
}

str db_id_list(struct arena *mem, struct ids ids)
{
	struct buf b = buf_new(mem, 2 + ids.n * 21);

	buf_byte(&b, '[');
	for (size_t i = 0; i < ids.n; i++) {
		if (i)
			buf_byte(&b, ',');
		buf_int(&b, ids.v[i]);
	}
	buf_byte(&b, ']');
	return buf_str(&b);
}

struct ids db_ids_of(struct arena *mem, str list)
{
	struct ids ids = { NEWS(mem, int64_t, list.n / 2 + 1), 0 };
	str rest = list, part;
	int64_t id;

	str_skip(&rest, S("["));
	str_chop(&rest, S("]"));
	while (str_cut(&rest, ',', &part))
		if (str_int(str_trim(part), &id))
			ids.v[ids.n++] = id;
	return ids;
}

static void add_text(struct buf *b, str s)
{
	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ') {
			buf_addf(b, "\\u%04x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			buf_byte(b, '\\');
		buf_byte(b, (char)c);
	}
	buf_byte(b, '"');
}

str db_text_list(struct arena *mem, struct strs list)
{
	size_t most = 2;
	struct buf b;

	for (size_t i = 0; i < list.n; i++)
		most += list.v[i].n * 6 + 3;
	b = buf_new(mem, most);
	buf_byte(&b, '[');
	for (size_t i = 0; i < list.n; i++) {
		if (i)
			buf_byte(&b, ',');
		add_text(&b, list.v[i]);
	}
	buf_byte(&b, ']');
	return buf_str(&b);
}
