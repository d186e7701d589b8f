#pragma once
/* A database of a few tables, for the tests of db/db.h. */
#include "databases.h"

const struct migration migrations[] = {
	{ 2, "0002_more", "CREATE TABLE more (id @ID, data @BYTES);\nINSERT INTO more (id) VALUES (1);\n" },
	{ 1, "0001_first",
	  "-- postgres:\n"
	  "CREATE FUNCTION json_each(list text) RETURNS TABLE(value bigint) LANGUAGE sql IMMUTABLE STRICT\n"
	  " AS $$ SELECT x::bigint FROM jsonb_array_elements_text(list::jsonb) x $$;\n"
	  "CREATE FUNCTION json_texts(list text) RETURNS TABLE(value text) LANGUAGE sql IMMUTABLE STRICT\n"
	  " AS $$ SELECT jsonb_array_elements_text(list::jsonb) $$;\n"
	  "-- sqlite:\n"
	  "CREATE TABLE only_sqlite (id @ID);\n"
	  "-- both:\n"
	  "CREATE TABLE things (id @ID, n BIGINT, yes BOOLEAN, words TEXT UNIQUE, bytes @BYTES,\n"
	  " CHECK (n < 1000000000000000));\n"
	  "CREATE TABLE counters (id @ID, n BIGINT NOT NULL);\n"
	  "INSERT INTO counters (id, n) VALUES (1, 0);\n" },
	{ 0 },
};
const int migrations_n = 2;

struct thing {
	int64_t id, n;
	bool yes;
	str words, bytes;
};
static const struct db_field thing_fields[] = {
	F_I64(thing, id),
	F_I64(thing, n),
	F_BOOL(thing, yes),
	F_STR(thing, words),
	F_BYTES(thing, bytes),
};
static const struct db_map thing_map = DB_MAP_OF(thing, thing_fields);

SQL(thing_put, "INSERT INTO things (id, n, yes, words, bytes) VALUES ($1, $2, $3, $4, $5)");
SQL(things_count, "SELECT COUNT(*) FROM things");
SQL(things_sum, "SELECT SUM(n) FROM things");
SQL(counter_get, "SELECT n FROM counters WHERE id = 1");
SQL(counter_set, "UPDATE counters SET n = $1 WHERE id = 1");
SQL(count_to, "WITH RECURSIVE c(n) AS (SELECT $1::bigint UNION ALL SELECT n + 1 FROM c WHERE n < $2::bigint) SELECT COUNT(*) FROM c");

static inline void migrated(struct world *w)
{
	int done = -1;

	assert_int_equal(migrate_run(w->dbs, &done), OK);
	assert_int_equal(done, 2);
}

static inline enum err put(struct db *db, void *arg)
{
	const struct thing *t = arg;

	return db_exec(db, &thing_put, ARGS(t->id, t->n, t->yes, t->words, db_bytes(t->bytes)), NULL);
}

static inline void must_put(struct world *w, struct thing t)
{
	assert_int_equal(dbs_write(w->dbs, put, &t), OK);
}

static inline int64_t number(struct world *w, const struct db_sql *sql)
{
	int64_t n = -1;

	assert_int_equal(db_number(dbs_reader(w->dbs), sql, NO_ARGS, &n), OK);
	return n;
}
