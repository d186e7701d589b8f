/* PostgreSQL: a connection a thread, statements prepared by name, values in binary. Types of parameters are what the
 * server inferred. A lost connection is ERR_BUSY and opened again on next use, not more often than a growing pause says.
 *
 * Transactions are serializable and run on the caller's thread. One that fails because of others (serialization failure,
 * deadlock) or whose connection is lost before COMMIT runs again, up to five times, then with no other of this process
 * beside it. A connection lost in COMMIT is not tried again: it may have been done. */
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/driver.h"
#include "db/postgres_value.h"

enum {
	ARGS_MAX = 52,
	TRIES = 6,
	WAIT_FIRST_MS = 100,
	WAIT_MOST_MS = 2000,
	DETAIL_MAX = 400,
};

struct pg {
	struct db db;
	PGconn *c;
	bool listens;
};

struct pg_stmt {
	struct db_stmt st;
	char name[16]; /* "" for one that is not kept */
	PGresult *about;
};

static void give(PGresult **r)
{
	PQclear(*r);
}
#define RESULT __attribute__((cleanup(give))) PGresult *

static bool starts(const char *state, const char *with)
{
	return !strncmp(state, with, strlen(with));
}

/* Serialization failure, deadlock, lock timeout: whoever tries again may be luckier. */
static bool says_again(const char *state)
{
	return starts(state, "40001") || starts(state, "40P01") || starts(state, "55P03");
}

/* Statement timeout, too many connections or disk full, shutting down, a standby. */
static bool says_busy(const char *state)
{
	return starts(state, "57") || starts(state, "53") || starts(state, "25006") || starts(state, "08");
}

static bool says_conflict(const char *state)
{
	return starts(state, "23505") || starts(state, "23514") || starts(state, "23P01");
}

static enum err trouble(struct pg *c, const char *what, const PGresult *r)
{
	static _Atomic int64_t last_lost, last_busy;
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *detail = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	c->db.again = c->db.full = false;
	/* An error without a code is libpq's own, about the connection; and the server says goodbye before it hangs up. */
	if (!state || PQstatus(c->c) != CONNECTION_OK || starts(state, "57P0")) {
		c->db.lost = true;
		c->db.again = true;
		db_complain(&last_lost, LOG_WARN, "connection lost", detail ? detail : PQerrorMessage(c->c));
		return ERR_BUSY;
	}
	if (says_conflict(state))
		return ERR_CONFLICT;
	if (says_again(state)) {
		c->db.again = true;
		return ERR_BUSY;
	}
	if (says_busy(state)) {
		c->db.full = starts(state, "53100");
		db_complain(&last_busy, LOG_WARN, what, detail ? detail : state);
		return ERR_BUSY;
	}
	LOG(LOG_ERROR, "db", LS("statement", str_of(what)), LS("code", str_of(state)),
	    LS("detail", str_of(detail ? detail : PQerrorMessage(c->c))));
	return ERR_INTERNAL;
}

static bool well(const PGresult *r)
{
	ExecStatusType t = PQresultStatus(r);

	return t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK || t == PGRES_SINGLE_TUPLE || t == PGRES_EMPTY_QUERY;
}

static void pg_forget(struct db *db, struct db_stmt *st)
{
	(void)db;
	PQclear(((struct pg_stmt *)st)->about);
	free(st);
}

static enum err pg_prepare(struct db *db, const struct db_sql *sql, int number, struct db_stmt **out)
{
	struct pg *c = (struct pg *)db;
	struct pg_stmt *st = calloc(1, sizeof(*st));
	RESULT made = NULL;
	enum err e;

	BUG_IF(!st);
	if (number >= 0)
		snprintf(st->name, sizeof(st->name), "s%d", number);
	made = PQprepare(c->c, st->name, sql->text, 0, NULL);
	if (well(made))
		st->about = PQdescribePrepared(c->c, st->name);
	if (!well(made) || !well(st->about)) {
		e = trouble(c, sql->name, well(made) ? st->about : made);
		pg_forget(db, &st->st);
		return e;
	}
	st->st.params = PQnparams(st->about);
	st->st.columns = PQnfields(st->about);
	if (st->st.params > ARGS_MAX) {
		pg_forget(db, &st->st);
		return ERR_INTERNAL;
	}
	*out = &st->st;
	return OK;
}

static const char *pg_column(const struct db_stmt *st, int i)
{
	return PQfname(((const struct pg_stmt *)st)->about, i);
}

static enum err take_row(struct pg_stmt *st, const struct db_sql *sql, const PGresult *r, int row, struct db_sink *k)
{
	static const struct db_field number = { "number", DB_I64, 0 };
	char *place = k->place(k);
	int columns = k->map ? st->st.columns : 1;

	if (!k->map)
		*(int64_t *)place = 0;
	for (int c = 0; c < columns; c++) {
		const struct db_field *f = k->map ? st->st.fields[c] : &number;
		str v = str_n(PQgetvalue(r, row, c), (size_t)PQgetlength(r, row, c));

		if (PQgetisnull(r, row, c) || postgres_read(PQftype(r, c), v, f->kind, place + f->at, k->mem))
			continue;
		LOG(LOG_ERROR, "db", LS("statement", str_of(sql->name)), LS("what", S("column of another type")),
		    LS("column", str_of(PQfname(r, c))), LI("type", PQftype(r, c)));
		return ERR_INTERNAL;
	}
	k->stopped = k->filled(k);
	return OK;
}

static enum err take_rows(struct pg_stmt *st, const struct db_sql *sql, const PGresult *r, struct db_sink *k)
{
	int rows = PQntuples(r);

	for (int i = 0; i < rows && !k->stopped; i++) {
		TRY(take_row(st, sql, r, i, k));
		if (k->first)
			break;
	}
	return OK;
}

static int64_t changed_by(PGresult *r)
{
	int64_t n = 0;

	if (starts(PQcmdStatus(r), "SELECT") || !str_int(str_of(PQcmdTuples(r)), &n))
		return 0;
	return n;
}

/* Waits for the answer to a statement; when the deadline comes first, asks the server to give it up. What it says then is the
 * answer: that it did, or the result that was already under way. A cancel that comes too late finds nobody at work. */
static void await(struct pg *c)
{
	char why[256];

	while (PQisBusy(c->c)) {
		struct pollfd p = { .fd = PQsocket(c->c), .events = POLLIN };
		int64_t left = c->db.until - clock_mono();
		PGcancel *cancel;

		if (left > 0) {
			if (poll(&p, 1, (int)left) > 0 && !PQconsumeInput(c->c))
				return;
			continue;
		}
		cancel = PQgetCancel(c->c);
		if (cancel)
			(void)PQcancel(cancel, why, sizeof(why));
		PQfreeCancel(cancel);
		return;
	}
}

/* Takes all that the server answers to one statement, whatever becomes of it: the connection is free only then. */
static enum err collect(struct pg *c, struct pg_stmt *st, const struct db_sql *sql, struct db_sink *k, int64_t *changed)
{
	enum err e = OK;

	for (;;) {
		RESULT r = PQgetResult(c->c);

		if (!r)
			return e;
		if (e)
			continue;
		if (!well(r))
			e = trouble(c, sql->name, r);
		else if (k && PQresultStatus(r) != PGRES_COMMAND_OK)
			e = take_rows(st, sql, r, k);
		if (!e && PQresultStatus(r) != PGRES_SINGLE_TUPLE)
			*changed = changed_by(r);
	}
}

static enum err pg_run(struct db *db, struct db_stmt *base, const struct db_sql *sql, struct db_args a,
                       struct db_sink *k, int64_t *changed)
{
	struct pg *c = (struct pg *)db;
	struct pg_stmt *st = (struct pg_stmt *)base;
	struct postgres_arg room[ARGS_MAX];
	const char *values[ARGS_MAX];
	int lengths[ARGS_MAX], formats[ARGS_MAX];

	*changed = 0;
	for (int i = 0; i < a.n; i++) {
		if (!postgres_write_arg(PQparamtype(st->about, i), &a.v[i], &room[i])) {
			LOG(LOG_ERROR, "db", LS("statement", str_of(sql->name)), LS("what", S("argument of another type")),
			    LI("number", i + 1), LI("type", PQparamtype(st->about, i)));
			return ERR_INTERNAL;
		}
		values[i] = room[i].p;
		lengths[i] = room[i].n;
		formats[i] = room[i].binary;
	}
	if (!PQsendQueryPrepared(c->c, st->name, a.n, values, lengths, formats, 1))
		return trouble(c, sql->name, NULL);
	if (k && k->stream)
		PQsetSingleRowMode(c->c);
	if (db->until)
		await(c);
	return collect(c, st, sql, k, changed);
}

static enum err pg_script(struct db *db, const char *name, const char *text)
{
	struct pg *c = (struct pg *)db;
	RESULT r = PQexec(c->c, text);

	return well(r) ? OK : trouble(c, name, r);
}

static enum err pg_tx(struct db *db, enum db_tx what)
{
	static const char *const texts[TX_N] = {
		[TX_BEGIN] = "BEGIN ISOLATION LEVEL SERIALIZABLE",
		[TX_COMMIT] = "COMMIT",
		[TX_ROLLBACK] = "ROLLBACK",
	};
	struct pg *c = (struct pg *)db;
	RESULT r = PQexec(c->c, texts[what]);

	if (!well(r))
		return trouble(c, texts[what], r);
	/* COMMIT of a failed transaction is no error to PostgreSQL, but tells that it was rolled back. */
	if (what == TX_COMMIT && strcmp(PQcmdStatus(r), "COMMIT"))
		return ERR_INTERNAL;
	return OK;
}

static enum err pg_space(struct db *db, int64_t *used, int64_t *all)
{
	static const struct db_sql pg_space_of = {
		"pg_space_of",
		"SELECT CAST(COALESCE(SUM(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM pg_class c"
		" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = current_schema()",
	};

	TRY(db_number(db, &pg_space_of, NO_ARGS, used));
	*all = *used;
	return OK;
}

/* autovacuum does it. */
static enum err pg_give_back(struct db *db, int pages, int64_t *left)
{
	(void)db;
	(void)pages;
	*left = 0;
	return OK;
}

static bool pg_in_tx(struct db *db)
{
	PGTransactionStatusType t = PQtransactionStatus(((struct pg *)db)->c);

	return t == PQTRANS_INTRANS || t == PQTRANS_INERROR;
}

/* Nothing is asked of it now: what it says is a goodbye, then the end. */
static bool hung_up(PGconn *c)
{
	struct pollfd p = { .fd = PQsocket(c), .events = POLLIN };

	for (int i = 0; i < 4 && poll(&p, 1, 0) > 0; i++)
		if (!PQconsumeInput(c))
			return true;
	return PQstatus(c) != CONNECTION_OK;
}

/* Costs one poll(). */
static bool pg_alive(struct db *db)
{
	if (db->in_tx || db->running)
		return true;
	if (!db->lost)
		db->lost = hung_up(((struct pg *)db)->c);
	return !db->lost;
}

static void pg_close(struct db *db)
{
	PQfinish(((struct pg *)db)->c);
	free(db);
}

/* Whether the pause after the last failure is over. */
static bool may_connect(struct dbs *s)
{
	bool may;

	pthread_mutex_lock(&s->lock);
	may = clock_mono() >= s->next_try;
	pthread_mutex_unlock(&s->lock);
	return may;
}

static void note_connect(struct dbs *s, bool ok)
{
	pthread_mutex_lock(&s->lock);
	if (!ok && clock_mono() < s->next_try) { /* others failed at the same time */
		pthread_mutex_unlock(&s->lock);
		return;
	}
	s->wait_ms = ok ? 0 : s->wait_ms ? s->wait_ms * 2
	                                 : WAIT_FIRST_MS;
	if (s->wait_ms > WAIT_MOST_MS)
		s->wait_ms = WAIT_MOST_MS;
	s->next_try = clock_mono() + s->wait_ms;
	pthread_mutex_unlock(&s->lock);
}

/* Instead of printing them. */
static void hear(void *arg, const char *message)
{
	(void)arg;
	LOG(LOG_DEBUG, "db", LS("what", S("notice")), LS("detail", str_of(message)));
}

/* Its tables are found first, and the functions of the main schema too. Others may be making it at the same time. */
#define CACHE_SCHEMA                                                                                    \
	"DO $$ DECLARE main text := current_schema(); mine text := current_schema() || '_cache'; BEGIN" \
	" IF to_regnamespace(quote_ident(mine)) IS NULL THEN"                                           \
	" BEGIN EXECUTE format('CREATE SCHEMA %I', mine);"                                              \
	" EXCEPTION WHEN duplicate_schema OR unique_violation THEN NULL; END; END IF;"                  \
	" EXECUTE format('SET search_path = %I, %I', mine, main); END $$"

static enum err connect_to(struct dbs *s, struct pg *c)
{
	static const char *const keys[] = { "connect_timeout", "keepalives_idle", "tcp_user_timeout",
		                            "fallback_application_name", "dbname", "client_encoding", NULL };
	const char *const values[] = { "5", "30", "10000", "dassie", s->where, "UTF8", NULL };
	enum err e;

	c->c = PQconnectdbParams(keys, values, 1);
	c->db.lost = false;
	c->listens = false;
	PQsetNoticeProcessor(c->c, hear, NULL);
	e = PQstatus(c->c) == CONNECTION_OK ? OK : ERR_BUSY;
	if (!e)
		e = pg_script(&c->db, "set up", "SET client_min_messages = warning; SET jit = off;"
		                                "SET idle_in_transaction_session_timeout = '60s';" POSTGRES_LIMITS);
	if (!e && s->cache)
		e = pg_script(&c->db, "set up", CACHE_SCHEMA);
	if (!e && s->o.read_only)
		e = pg_script(&c->db, "set up", "SET default_transaction_read_only = on");
	c->db.lost = e != OK;
	note_connect(s, !e);
	return e;
}

static enum err pg_open(struct dbs *s, bool writes, struct db **out, struct arena *mem, str *why)
{
	struct pg *c;
	enum err e;

	if (!why && !may_connect(s))
		return ERR_BUSY;
	c = calloc(1, sizeof(*c));
	BUG_IF(!c);
	c->db.driver = &postgres_driver;
	c->db.of = s;
	c->db.writes = writes;
	e = connect_to(s, c);
	if (!e) {
		*out = &c->db;
		return OK;
	}
	if (why)
		*why = strf(mem, "cannot reach PostgreSQL: %s", PQerrorMessage(c->c));
	else
		(void)trouble(c, "connect", NULL);
	pg_close(&c->db);
	return e;
}

static enum err pg_reopen(struct db *db)
{
	struct pg *c = (struct pg *)db;

	if (!may_connect(db->of))
		return ERR_BUSY;
	PQfinish(c->c);
	if (!connect_to(db->of, c))
		return OK;
	return trouble(c, "connect", NULL);
}

/* Until commit, or until it is clear that there is none; true where another try makes sense. */
static bool attempt(struct db *db, db_work fn, void *arg, enum err *e)
{
	db->again = false;
	*e = pg_tx(db, TX_BEGIN);
	if (*e)
		return db->again;
	db->in_tx = true;
	db->failed = OK;
	*e = fn(db, arg);
	if (!*e || (db->failed == ERR_BUSY && db->again))
		*e = db->failed;
	if (!*e) {
		*e = pg_tx(db, TX_COMMIT);
		if (db->lost)
			db->again = false;
	} else if (!db->lost && pg_tx(db, TX_ROLLBACK)) {
		db->lost = true;
	}
	db->in_tx = false;
	db->failed = OK;
	return *e == ERR_BUSY && db->again;
}

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L }, NULL);
}

enum err postgres_write(struct dbs *s, db_work fn, void *arg)
{
	static _Atomic int64_t last;
	enum err e = ERR_BUSY;
	bool more = true, full = false;

	for (int i = 0; i < TRIES && more; i++) {
		struct db *db = dbs_reader(s);

		if (i && !db)
			pause_ms(50 << i);
		if (!db)
			continue;
		BUG_IF(db->in_tx || db->running);
		if (i)
			pthread_rwlock_wrlock(&s->turn);
		else
			pthread_rwlock_rdlock(&s->turn);
		more = attempt(db, fn, arg, &e);
		full = e == ERR_BUSY && db->full;
		pthread_rwlock_unlock(&s->turn);
		if (more && i)
			pause_ms(5 << i);
	}
	note_full(full);
	if (!e)
		atomic_fetch_add(&s->version, 1);
	else if (more)
		db_complain(&last, LOG_WARN, "a transaction was given up", "tried often enough");
	return e;
}

/* Channels are of the whole database, and several of us may live in schemas of one. */
static enum err pg_tell(struct db *db, const char *channel, str what)
{
	struct pg *c = (struct pg *)db;
	const char *values[] = { channel, what.p };
	const int lengths[] = { (int)strlen(channel), (int)what.n }, formats[] = { 0, 1 };
	const Oid types[] = { 25, 25 }; /* text */
	RESULT r = PQexecParams(c->c, "SELECT pg_notify($1 || current_schema(), $2)", 2, types, values, lengths, formats, 1);

	return well(r) ? OK : trouble(c, "notify", r);
}

static enum err pg_listen(struct db *db, const char *channel, int *fd)
{
	struct pg *c = (struct pg *)db;
	char text[160];

	*fd = PQsocket(c->c);
	if (c->listens)
		return OK;
	snprintf(text, sizeof(text), "DO $$ BEGIN EXECUTE 'LISTEN ' || quote_ident('%s' || current_schema()); END $$", channel);
	TRY(pg_script(db, "listen", text));
	c->listens = true;
	return OK;
}

static bool pg_heard(struct db *db, struct arena *mem, str *what)
{
	struct pg *c = (struct pg *)db;
	PGnotify *n = PQnotifies(c->c);

	if (!n && PQconsumeInput(c->c))
		n = PQnotifies(c->c);
	if (!n)
		return false;
	*what = str_dup(mem, str_of(n->extra));
	PQfreemem(n);
	return true;
}

const struct db_driver postgres_driver = {
	.name = "postgres",
	.open = pg_open,
	.close = pg_close,
	.prepare = pg_prepare,
	.forget = pg_forget,
	.column = pg_column,
	.run = pg_run,
	.tx = pg_tx,
	.in_tx = pg_in_tx,
	.script = pg_script,
	.alive = pg_alive,
	.space = pg_space,
	.give_back = pg_give_back,
	.reopen = pg_reopen,
	.tell = pg_tell,
	.listen = pg_listen,
	.heard = pg_heard,
};
