/* The context: sentences for the client, transactions, what follows a commit. On SQLite in a file of its own. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "core/ctx.h"

SQL(make_t, "CREATE TABLE t (x BIGINT NOT NULL)");
SQL(put_t, "INSERT INTO t (x) VALUES ($1)");
SQL(count_t, "SELECT count(*) FROM t");

struct world {
	struct arena mem;
	struct app app;
	struct ctx cx;
	char dir[40];
	int after, runs;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	str why = STR_NONE;
	char where[80];

	strcpy(w->dir, "/tmp/dassie_ctx_XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(where, sizeof(where), "sqlite:%s/t.db", w->dir);
	assert_int_equal(dbs_open(where, &(struct dbs_options){ 0 }, &w->mem, &w->app.dbs, &why), OK);
	ctx_init(&w->cx, &w->app, &w->mem);
	*state = w;
	log_set_level(LOG_NONE);
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	char command[80];

	dbs_close(w->app.dbs);
	arena_free(&w->mem);
	snprintf(command, sizeof(command), "rm -r %s", w->dir);
	assert_int_equal(system(command), 0);
	free(w);
	return 0;
}

static enum err make(struct ctx *cx, void *arg)
{
	(void)arg;
	return db_exec(cx->db, &make_t, NO_ARGS, NULL);
}

static void afterwards(struct ctx *cx, void *arg)
{
	struct world *w = arg;

	assert_false(cx->writing);
	w->after++;
}

static int64_t rows(struct world *w)
{
	int64_t n = -1;

	assert_int_equal(db_number(w->cx.db, &count_t, NO_ARGS, &n), OK);
	return n;
}

static enum err put(struct ctx *cx, void *arg)
{
	assert_true(cx->writing);
	after_commit(cx, afterwards, arg);
	return db_exec(cx->db, &put_t, ARGS((int64_t)1), NULL);
}

static enum err put_twice(struct ctx *cx, void *arg)
{
	TRY(put(cx, arg));
	return write_tx(cx, put, arg);
}

static enum err put_and_fail(struct ctx *cx, void *arg)
{
	TRY(put(cx, arg));
	return fail(cx, ERR_DENIED, "not %s", "allowed");
}

static void a_commit_is_followed_by_what_was_noted(void **state)
{
	struct world *w = *state;
	struct db *reader = w->cx.db;

	assert_int_equal(write_tx(&w->cx, make, NULL), OK);
	assert_int_equal(write_tx(&w->cx, put, w), OK);
	assert_int_equal(w->after, 1);
	assert_int_equal(rows(w), 1);
	assert_ptr_equal(w->cx.db, reader);
	assert_false(w->cx.writing);
}

static void nested_transactions_join_the_outer_one(void **state)
{
	struct world *w = *state;

	assert_int_equal(write_tx(&w->cx, put_twice, w), OK);
	assert_int_equal(w->after, 3);
	assert_int_equal(rows(w), 3);
}

static void a_failure_leaves_nothing_and_says_why(void **state)
{
	struct world *w = *state;

	assert_int_equal(write_tx(&w->cx, put_and_fail, w), ERR_DENIED);
	assert_int_equal(w->after, 3);
	assert_int_equal(rows(w), 3);
	assert_str(w->cx.said, S("not allowed"));
	assert_int_equal(write_tx(&w->cx, put, w), OK);
	assert_int_equal(w->after, 4);
}

static void outside_of_transactions_what_follows_is_run_at_once(void **state)
{
	struct world *w = *state;
	int before = w->after;

	after_commit(&w->cx, afterwards, w);
	assert_int_equal(w->after, before + 1);
}

static void faults_of_our_own_are_not_told_to_the_client(void **state)
{
	struct world *w = *state;

	w->cx.said = STR_NONE;
	assert_int_equal(fail(&w->cx, ERR_INTERNAL, "a secret"), ERR_INTERNAL);
	assert_int_equal(fail(&w->cx, ERR_BUSY, "a secret"), ERR_BUSY);
	assert_true(str_none(w->cx.said));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_commit_is_followed_by_what_was_noted),
		cmocka_unit_test(nested_transactions_join_the_outer_one),
		cmocka_unit_test(a_failure_leaves_nothing_and_says_why),
		cmocka_unit_test(outside_of_transactions_what_follows_is_run_at_once),
		cmocka_unit_test(faults_of_our_own_are_not_told_to_the_client),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
