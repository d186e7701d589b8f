/* Every statement of the store is understood by both databases, on the schema that the migrations make. */
#include "base/buf.h"
#include "databases.h"

static struct dbs *world_cache(struct world *w)
{
	struct dbs *s = NULL;
	str why = STR_NONE;

	if (dbs_open_cache(w->where, cache_migrations, cache_migrations_n, &w->mem, &s, &why))
		fail_msg("%.*s", STR_F(why));
	return s;
}

static void every_statement_is_understood(struct world *w)
{
	long n = __stop_db_sql - __start_db_sql;
	int done = 0, bad = 0;
	struct dbs *cache;

	assert_int_equal(migrate_run(w->dbs, &done), OK);
	assert_int_equal(done, migrations_n);
	cache = world_cache(w);
	for (long i = 0; i < n; i++) {
		if (!db_prepare(dbs_reader(w->dbs), &__start_db_sql[i]) || !db_prepare(dbs_reader(cache), &__start_db_sql[i]))
			continue;
		print_error("not understood: %s: %s\n", __start_db_sql[i].name, __start_db_sql[i].text);
		bad++;
	}
	assert_int_equal(bad, 0);
	dbs_close(cache);
}

/* db_prepare() is worth something only if names are unique: logs and counters go by them. */
static void every_statement_has_a_name_of_its_own(struct world *w)
{
	(void)w;
	for (const struct db_sql *a = __start_db_sql; a < __stop_db_sql; a++)
		for (const struct db_sql *b = a + 1; b < __stop_db_sql; b++)
			if (!strcmp(a->name, b->name))
				fail_msg("two statements are called %s", a->name);
}

/* Both databases list the same tables, columns and nullability. */
struct column {
	str name;
	bool required;
};
static const struct db_field column_fields[] = { F_STR(column, name), F_BOOL(column, required) };
static const struct db_map column_map = DB_MAP_OF(column, column_fields);
static const struct db_sql columns_of[] = {
	{ "columns_sqlite",
	  "SELECT t.name || '.' || c.name AS name, c.\"notnull\" OR c.pk > 0 AS required FROM sqlite_schema t, pragma_table_info(t.name) c"
	  " WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	  " AND NOT EXISTS (SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND t.name LIKE v.name || '\\_%' ESCAPE '\\')"
	  " ORDER BY name" },
	{ "columns_postgres",
	  "SELECT table_name || '.' || column_name AS name, is_nullable = 'NO' AS required FROM information_schema.columns"
	  " WHERE table_schema = current_schema() AND table_name <> 'search_posts' ORDER BY (table_name || '.' || column_name) COLLATE \"C\"" },
};

static void list_columns(struct world *w, bool cache, struct db_rows *rows)
{
	struct dbs *s = cache ? world_cache(w) : w->dbs;
	int done;

	assert_int_equal(migrate_run(s, &done), OK);
	assert_int_equal(db_many(dbs_reader(s), &columns_of[w->postgres], NO_ARGS, &column_map, &w->mem, rows), OK);
	if (cache)
		dbs_close(s);
}

static void compare_columns(struct world *w, bool cache)
{
	struct world other = { .postgres = false };
	struct db_rows mine, theirs;

	world_begin(&other);
	list_columns(w, cache, &mine);
	list_columns(&other, cache, &theirs);
	for (size_t i = 0; i < mine.n && i < theirs.n; i++) {
		const struct column *a = (struct column *)mine.p + i, *b = (struct column *)theirs.p + i;

		if (!str_eq(a->name, b->name) || a->required != b->required)
			fail_msg("PostgreSQL has %.*s%s where SQLite has %.*s%s", STR_F(a->name), a->required ? " NOT NULL" : "",
			         STR_F(b->name), b->required ? " NOT NULL" : "");
	}
	assert_int_equal(mine.n, theirs.n);
	world_end(&other);
}

static void the_schema_is_the_one_of_sqlite(struct world *w)
{
	compare_columns(w, false);
	compare_columns(w, true);
}

struct plan_line {
	int64_t id, parent, notused;
	str detail;
};
static const struct db_field plan_fields[] = {
	F_I64(plan_line, id),
	F_I64(plan_line, parent),
	F_I64(plan_line, notused),
	F_STR(plan_line, detail),
};
static const struct db_map plan_map = DB_MAP_OF(plan_line, plan_fields);

/* With a number for each parameter. */
static const char *explained(struct arena *mem, const char *text)
{
	struct buf b = buf_new(mem, 1 << 16);

	buf_add(&b, S("EXPLAIN QUERY PLAN "));
	for (; *text; text++) {
		buf_byte(&b, *text == '$' ? '1' : *text);
		text += *text == '$';
	}
	return cstr(mem, buf_str(&b));
}

/* Pruning asks of each post who has a part in it: a table read whole for that would cost hours. */
static void pruning_reads_no_table_whole(struct world *w)
{
	int done, seen = 0;

	assert_int_equal(migrate_run(w->dbs, &done), OK);
	for (const struct db_sql *q = __start_db_sql; q < __stop_db_sql; q++) {
		struct db_sql explain = { "plan", explained(&w->mem, q->text) };
		struct db_rows rows;

		if (!str_starts(str_of(q->name), S("old_")) || str_eq(str_of(q->name), S("old_post_scheduled")))
			continue;
		assert_int_equal(db_many(dbs_reader(w->dbs), &explain, NO_ARGS, &plan_map, &w->mem, &rows), OK);
		for (size_t i = 0; i < rows.n; i++) {
			str plan = ((const struct plan_line *)rows.p)[i].detail;

			if (str_starts(plan, S("SCAN")) && str_find(plan, S("VIRTUAL TABLE")) < 0)
				fail_msg("%s: %.*s", q->name, STR_F(plan));
		}
		seen++;
	}
	assert_true(seen > 20);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(every_statement_is_understood),
		{ "every_statement_has_a_name_of_its_own", every_statement_has_a_name_of_its_own, ON_SQLITE },
		{ "pruning_reads_no_table_whole", pruning_reads_no_table_whole, ON_SQLITE },
		{ "the_schema_is_the_one_of_sqlite", the_schema_is_the_one_of_sqlite, ON_POSTGRES },
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
