#pragma once
/* Runs the same tests on both databases. PostgreSQL is where TEST_POSTGRES (libpq's conninfo) says; without it that half
 * is reported as skipped. Each test has a file or a schema of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "db/db.h"

struct world {
	bool postgres;
	char where[600];
	char dir[64];
	char schema[64];
	struct dbs *dbs;
	struct arena mem;
	void (*test)(struct world *w);
};

/* Of SQLite's files; /tmp may be memory. */
static const char *world_place = "/tmp";

static inline struct dbs *world_open(struct world *w)
{
	struct dbs *s = NULL;
	str why = STR_NONE;

	if (dbs_open(w->where, NULL, &w->mem, &s, &why))
		fail_msg("%.*s", STR_F(why));
	return s;
}

static inline void on_postgres(const char *conninfo, const char *text)
{
	struct db_sql sql = { "test", text };
	struct arena mem ARENA_SCOPE;
	struct dbs *s = NULL;
	str why = STR_NONE;

	if (dbs_open(cstr(&mem, strf(&mem, "postgres:%s", conninfo)), NULL, &mem, &s, &why))
		fail_msg("%.*s", STR_F(why));
	assert_int_equal(db_exec(dbs_reader(s), &sql, NO_ARGS, NULL), OK);
	dbs_close(s);
}

static inline void world_begin(struct world *w)
{
	static int number;
	const char *conninfo = getenv("TEST_POSTGRES");
	char text[200];

	if (!w->postgres) {
		snprintf(w->dir, sizeof(w->dir), "%s/test_db.XXXXXX", world_place);
		assert_non_null(mkdtemp(w->dir));
		snprintf(w->where, sizeof(w->where), "sqlite:%s/main.db", w->dir);
	} else {
		snprintf(w->schema, sizeof(w->schema), "t%d_%d", (int)getpid(), ++number);
		snprintf(text, sizeof(text), "CREATE SCHEMA %s", w->schema);
		on_postgres(conninfo, text);
		snprintf(w->where, sizeof(w->where), "postgres:%s options='-c search_path=%s'", conninfo, w->schema);
	}
	w->dbs = world_open(w);
}

static inline void world_end(struct world *w)
{
	char text[200];

	dbs_close(w->dbs);
	if (w->postgres) {
		snprintf(text, sizeof(text), "DROP SCHEMA IF EXISTS %s_cache CASCADE", w->schema);
		on_postgres(getenv("TEST_POSTGRES"), text);
		snprintf(text, sizeof(text), "DROP SCHEMA %s CASCADE", w->schema);
		on_postgres(getenv("TEST_POSTGRES"), text);
	} else {
		snprintf(text, sizeof(text), "rm -rf %s", w->dir);
		assert_int_equal(system(text), 0);
	}
	arena_free(&w->mem);
}

static inline bool skipped(bool postgres)
{
	return postgres && !getenv("TEST_POSTGRES");
}

static inline void world_run(void **state)
{
	struct world *w = *state;

	if (skipped(w->postgres))
		return;
	world_begin(w);
	w->test(w);
	world_end(w);
}

enum {
	ON_BOTH,
	ON_SQLITE,
	ON_POSTGRES,
};
struct db_test {
	const char *name;
	void (*test)(struct world *w);
	int on;
};
#define T(f)                   \
	{                      \
#f, f, ON_BOTH \
	}

static inline int on_databases(const struct db_test *tests, int n)
{
	struct CMUnitTest *all = calloc((size_t)n * 2, sizeof(*all));
	struct world *worlds = calloc((size_t)n * 2, sizeof(*worlds));
	char(*names)[100] = calloc((size_t)n * 2, sizeof(*names));
	int used = 0, failed;

	for (int i = 0; i < n * 2; i++) {
		const struct db_test *t = &tests[i % n];
		bool postgres = i >= n;

		if (t->on == (postgres ? ON_SQLITE : ON_POSTGRES))
			continue;
		/* cmocka's skip() writes "not ok ... # SKIP", which counts as a failure; a name that ends so does not. */
		snprintf(names[used], sizeof(names[0]), "%s: %s%s", postgres ? "postgres" : "sqlite", t->name,
		         skipped(postgres) ? " # SKIP TEST_POSTGRES is not set" : "");
		worlds[used] = (struct world){ .postgres = postgres, .test = t->test };
		all[used] = (struct CMUnitTest){ names[used], world_run, NULL, NULL, &worlds[used] };
		used++;
	}
	failed = _cmocka_run_group_tests("databases", all, (size_t)used, NULL, NULL);
	free(all);
	free(worlds);
	free(names);
	return failed;
}
