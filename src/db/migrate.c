/* Brings the schema up to date: one transaction a migration, the number of the last one in table `schema`. Each step
 * reads the number again within its transaction, so several processes may try at once. */
#include <stdio.h>

#include "base/buf.h"
#include "base/log.h"
#include "db/driver.h"

enum { LOCK = 420842 }; /* PostgreSQL: whoever migrates holds this advisory lock */

/* Not in the section of all statements: each is understood by one database only, or before there is a schema. */
static const struct db_sql has_schema[] = {
	{ "has_schema", "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema'" },
	{ "has_schema", "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema'" },
};
static const struct db_sql read_version = { "read_version", "SELECT version FROM schema WHERE id = 1" };
static const struct db_sql put_version = {
	"put_version",
	"INSERT INTO schema (id, version) VALUES (1, $1)"
	" ON CONFLICT (id) DO UPDATE SET version = excluded.version",
};

static enum err version_of(struct db *db, int *version)
{
	int64_t n = 0;
	enum err e;

	*version = 0;
	TRY(db_number(db, &has_schema[db_is_postgres(db)], NO_ARGS, &n));
	if (!n)
		return OK;
	e = db_number(db, &read_version, NO_ARGS, &n);
	*version = (int)n;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err migrate_version(struct dbs *s, int *version)
{
	struct db *db = dbs_reader(s);

	return db ? version_of(db, version) : ERR_BUSY;
}

static void add_line(struct buf *b, str line, bool postgres)
{
	while (line.n) {
		str word = STR_NONE, becomes = STR_NONE;
		long at = str_chr(line, '@');

		if (at < 0)
			break;
		buf_add(b, str_to(line, (size_t)at));
		line = str_from(line, (size_t)at);
		if (str_starts(line, S("@ID")))
			word = S("@ID"), becomes = postgres ? S("BIGINT PRIMARY KEY") : S("INTEGER PRIMARY KEY");
		else if (str_starts(line, S("@BYTES")))
			word = S("@BYTES"), becomes = postgres ? S("BYTEA") : S("BLOB");
		else
			word = becomes = S("@");
		buf_add(b, becomes);
		line = str_from(line, word.n);
	}
	buf_add(b, line);
	buf_byte(b, '\n');
}

/* The text for one database. */
static const char *words(struct arena *mem, const char *text, bool postgres)
{
	str rest = str_of(text), line;
	struct buf b = buf_new(mem, rest.n * 8 + 16);
	bool counts = true;

	while (str_cut(&rest, '\n', &line)) {
		str mark = str_trim(line);

		if (str_eq(mark, S("-- sqlite:")))
			counts = !postgres;
		else if (str_eq(mark, S("-- postgres:")))
			counts = postgres;
		else if (str_eq(mark, S("-- both:")))
			counts = true;
		else if (counts)
			add_line(&b, line, postgres);
	}
	return cstr(mem, buf_str(&b));
}

struct step {
	int version; /* before */
	const struct migration *ran;
};

static const struct migration *after(const struct dbs *s, int version)
{
	const struct migration *m = NULL;

	for (int i = 0; i < s->migrations_n; i++)
		if (s->migrations[i].number > version && (!m || s->migrations[i].number < m->number))
			m = &s->migrations[i];
	return m;
}

static int newest(const struct dbs *s)
{
	int n = 0;

	for (int i = 0; i < s->migrations_n; i++)
		n = s->migrations[i].number > n ? s->migrations[i].number : n;
	return n;
}

/* One migration, if there is one left. */
static enum err step(struct db *db, void *arg)
{
	struct arena mem ARENA_SCOPE;
	struct step *st = arg;
	bool postgres = db_is_postgres(db);

	TRY(version_of(db, &st->version));
	st->ran = after(db->of, st->version);
	if (!st->ran)
		return OK;
	TRY(db->driver->script(db, "schema", "CREATE TABLE IF NOT EXISTS schema (id BIGINT PRIMARY KEY,"
	                                     " version BIGINT NOT NULL)"));
	TRY(db->driver->script(db, st->ran->name, words(&mem, st->ran->text, postgres)));
	return db_exec(db, &put_version, ARGS(st->ran->number), NULL);
}

/* Only one process at a time, however long it takes; SQLite's own lock does for SQLite. */
static enum err hold(struct dbs *s, bool on)
{
	static const char lock[] = "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock(%d)";
	static const char unlock[] = "SELECT pg_advisory_unlock(%d);" POSTGRES_LIMITS;
	char text[200];
	struct db *db;

	if (!dbs_is_postgres(s))
		return OK;
	db = dbs_reader(s);
	if (!db)
		return ERR_BUSY;
	snprintf(text, sizeof(text), on ? lock : unlock, LOCK);
	return db->driver->script(db, on ? "lock" : "unlock", text);
}

enum err migrate_here(struct db *db)
{
	struct step st;

	do {
		enum err e = db->driver->tx(db, TX_BEGIN);

		if (!e) {
			e = step(db, &st);
			e = e ? e : db->driver->tx(db, TX_COMMIT);
		}
		if (e) {
			(void)db->driver->tx(db, TX_ROLLBACK);
			return e;
		}
	} while (st.ran);
	return OK;
}

enum err migrate_run(struct dbs *s, int *done)
{
	struct step st;
	enum err e;

	*done = 0;
	TRY(hold(s, true));
	do {
		e = dbs_write(s, step, &st);
		if (!e && st.ran) {
			++*done;
			LOG(LOG_INFO, "db", LS("what", S("migrated")), LS("migration", str_of(st.ran->name)));
		}
	} while (!e && st.ran);
	if (!e && st.version > newest(s)) {
		LOG(s->cache ? LOG_INFO : LOG_ERROR, "db", LS("what", S("the database is newer than this program")),
		    LI("version", st.version));
		e = ERR_INVALID;
	}
	if (hold(s, false))
		LOG(LOG_WARN, "db", LS("what", S("the lock of migrations was not given back")));
	return e;
}
