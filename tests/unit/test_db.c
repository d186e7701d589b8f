/* The contract of db/db.h, on both databases: statements, values and rows. What runs at once, breaks or is opened: test_dbs.c. */
#include "things.h"

#include "base/clock.h"

static const struct db_field poor_fields[] = { F_I64(thing, id) };
static const struct db_map poor_map = DB_MAP_OF(thing, poor_fields);

SQL(thing_get, "SELECT id, n, yes, words, bytes FROM things WHERE id = $1");
SQL(thing_last_first, "SELECT id, n FROM things WHERE n = $2 AND id > $1");
SQL(things_all, "SELECT id, n, words FROM things ORDER BY id");
SQL(things_in, "SELECT id FROM things WHERE id IN (SELECT value FROM json_each($1)) ORDER BY id");
SQL(things_named, "SELECT id FROM things WHERE words IN (SELECT value FROM json_texts($1)) ORDER BY id");
SQL(thing_up, "UPDATE things SET n = n + $2 WHERE id >= $1");
SQL(thing_drop, "DELETE FROM things WHERE id = $1 RETURNING id");
SQL(thing_maybe, "SELECT id FROM things WHERE (id < $1 OR $1::bigint IS NULL) ORDER BY id LIMIT $2");
SQL(words_as_number, "SELECT words FROM things WHERE id = $1");
static const struct db_sql broken = { "broken", "SELECT nothing FROM nowhere" };

static void values_come_back_as_they_went_in(struct world *w)
{
	static const int64_t numbers[] = { 0, 1, -1, INT32_MAX, -5000000000, 123456789012345 };
	struct thing t = { 0 };

	migrated(w);
	for (int i = 0; i < 6; i++) {
		char text[4] = { 'a', (char)('0' + i), 0 };

		must_put(w, (struct thing){ 100 + i, numbers[i], i & 1, str_of(text), str_n("\0\377\1", 3) });
		assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(100 + i), &thing_map, &w->mem, &t), OK);
		assert_int_equal(t.id, 100 + i);
		assert_true(t.n == numbers[i]);
		assert_int_equal(t.yes, i & 1);
		assert_str(t.words, str_of(text));
		assert_str(t.bytes, str_n("\0\377\1", 3));
	}
}

static enum err put_nulls(struct db *db, void *arg)
{
	int64_t none = 0;

	(void)arg;
	TRY(db_exec(db, &thing_put, ARGS(1, DB_ID(none), (struct db_val){ 0 }, STR_NONE, db_bytes(STR_NONE)), NULL));
	return db_exec(db, &thing_put, ARGS(2, 2, db_bool(true), S(""), db_bytes(S(""))), NULL);
}

static void null_is_zero_false_or_none_and_differs_from_empty(struct world *w)
{
	struct thing t;

	migrated(w);
	assert_int_equal(dbs_write(w->dbs, put_nulls, NULL), OK);
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(1), &thing_map, &w->mem, &t), OK);
	assert_true(t.n == 0 && !t.yes && str_none(t.words) && str_none(t.bytes));
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(2), &thing_map, &w->mem, &t), OK);
	assert_true(t.yes && !str_none(t.words) && !t.words.n && !str_none(t.bytes) && !t.bytes.n);
}

static void parameters_are_bound_by_number_not_by_first_appearance(struct world *w)
{
	struct thing t = { 0 };

	migrated(w);
	must_put(w, (struct thing){ 7, 70, true, S("x"), STR_NONE });
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_last_first, ARGS(6, 70), &thing_map, &w->mem, &t), OK);
	assert_int_equal(t.id, 7);
	assert_true(str_none(t.words));
}

static void nothing_found_leaves_the_record_alone(struct world *w)
{
	struct thing t = { .id = 5 };
	int64_t n = 5;

	migrated(w);
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(1), &thing_map, &w->mem, &t), ERR_NOT_FOUND);
	assert_int_equal(t.id, 5);
	assert_int_equal(db_number(dbs_reader(w->dbs), &words_as_number, ARGS(1), &n), ERR_NOT_FOUND);
	assert_int_equal(n, 5);
}

static void a_column_without_a_member_is_internal(struct world *w)
{
	struct thing t;

	migrated(w);
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(1), &poor_map, &w->mem, &t), ERR_INTERNAL);
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(1), &thing_map, &w->mem, &t), ERR_NOT_FOUND);
}

static void mistakes_are_internal(struct world *w)
{
	struct thing t;
	int64_t n;

	migrated(w);
	must_put(w, (struct thing){ 1, 1, true, S("word"), STR_NONE });
	assert_int_equal(db_number(dbs_reader(w->dbs), &broken, NO_ARGS, &n), ERR_INTERNAL);
	assert_int_equal(db_prepare(dbs_reader(w->dbs), &broken), ERR_INTERNAL);
	assert_int_equal(db_prepare(dbs_reader(w->dbs), &thing_get), OK);
	assert_int_equal(db_number(dbs_reader(w->dbs), &words_as_number, ARGS(1), &n), ERR_INTERNAL);
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, NO_ARGS, &thing_map, &w->mem, &t), ERR_INTERNAL);
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(1, 2), &thing_map, &w->mem, &t), ERR_INTERNAL);
	assert_int_equal(db_one(dbs_reader(w->dbs), &thing_get, ARGS(1), &thing_map, &w->mem, &t), OK);
}

static void unique_and_check_are_conflicts(struct world *w)
{
	struct thing same_words = { 2, 1, true, S("one"), STR_NONE }, same_id = { 1, 1, true, S("two"), STR_NONE };
	struct thing too_large = { 3, 1000000000000000, true, S("three"), STR_NONE };

	migrated(w);
	must_put(w, (struct thing){ 1, 1, true, S("one"), STR_NONE });
	assert_int_equal(dbs_write(w->dbs, put, &same_words), ERR_CONFLICT);
	assert_int_equal(dbs_write(w->dbs, put, &same_id), ERR_CONFLICT);
	assert_int_equal(dbs_write(w->dbs, put, &too_large), ERR_CONFLICT);
	assert_int_equal(number(w, &things_count), 1);
}

static enum err put_twice_and_say_ok(struct db *db, void *arg)
{
	int64_t n;

	(void)arg;
	TRY(db_exec(db, &counter_set, ARGS(77), NULL));
	TRY(db_exec(db, &thing_put, ARGS(1, 1, db_bool(true), S("a"), STR_NONE), NULL));
	assert_int_equal(db_exec(db, &thing_put, ARGS(1, 1, db_bool(true), S("b"), STR_NONE), NULL), ERR_CONFLICT);
	assert_int_equal(db_number(db, &counter_get, NO_ARGS, &n), ERR_CONFLICT);
	return OK;
}

static void a_failed_statement_dooms_the_whole_transaction(struct world *w)
{
	migrated(w);
	assert_int_equal(dbs_write(w->dbs, put_twice_and_say_ok, NULL), ERR_CONFLICT);
	assert_int_equal(number(w, &things_count), 0);
	assert_int_equal(number(w, &counter_get), 0);
	must_put(w, (struct thing){ 1, 1, true, S("one"), STR_NONE });
}

static enum err look_for_nothing(struct db *db, void *arg)
{
	int64_t n;

	assert_int_equal(db_number(db, &words_as_number, ARGS(1), &n), ERR_NOT_FOUND);
	return put(db, arg);
}

static void finding_nothing_dooms_nothing(struct world *w)
{
	struct thing t = { 1, 1, true, S("one"), STR_NONE };

	migrated(w);
	assert_int_equal(dbs_write(w->dbs, look_for_nothing, &t), OK);
	assert_int_equal(number(w, &things_count), 1);
}

static enum err count_changes(struct db *db, void *arg)
{
	int64_t *n = arg;

	TRY(db_exec(db, &thing_up, ARGS(2, 10), &n[0]));
	TRY(db_exec(db, &thing_up, ARGS(100, 10), &n[1]));
	TRY(db_exec(db, &things_count, NO_ARGS, &n[2]));
	return db_exec(db, &thing_drop, ARGS(3), &n[3]);
}

static void changes_are_counted(struct world *w)
{
	int64_t n[4] = { -1, -1, -1, -1 };

	migrated(w);
	must_put(w, (struct thing){ 1, 1, true, S("1"), STR_NONE });
	must_put(w, (struct thing){ 2, 1, true, S("2"), STR_NONE });
	must_put(w, (struct thing){ 3, 1, true, S("3"), STR_NONE });
	assert_int_equal(dbs_write(w->dbs, count_changes, n), OK);
	assert_int_equal(n[0], 2);
	assert_int_equal(n[1], 0);
	assert_int_equal(n[2], 0);
	assert_int_equal(n[3], 1);
	assert_int_equal(number(w, &things_sum), 12);
}

static void lists_come_in_order_and_go_in_as_json(struct world *w)
{
	int64_t some[] = { 5, 2, 99, -4 };
	str names[] = { S("w\"3\\"), S("w7\n"), S("none") };
	struct db_rows rows;
	struct ids ids;

	migrated(w);
	for (int i = 0; i < 20; i++)
		must_put(w, (struct thing){ i, i, true, i == 3 ? S("w\"3\\") : strf(&w->mem, "w%d%s", i, i == 7 ? "\n" : ""), STR_NONE });
	assert_int_equal(db_many(dbs_reader(w->dbs), &things_all, NO_ARGS, &thing_map, &w->mem, &rows), OK);
	assert_int_equal(rows.n, 20);
	assert_str(((struct thing *)rows.p)[19].words, S("w19"));
	assert_int_equal(db_ids(dbs_reader(w->dbs), &things_in, ARGS(db_id_list(&w->mem, (struct ids){ some, 4 })),
	                        &w->mem, &ids),
	                 OK);
	assert_int_equal(ids.n, 2);
	assert_true(ids.v[0] == 2 && ids.v[1] == 5);
	assert_int_equal(db_ids(dbs_reader(w->dbs), &things_named, ARGS(db_text_list(&w->mem, (struct strs){ names, 3 })),
	                        &w->mem, &ids),
	                 OK);
	assert_int_equal(ids.n, 2);
	assert_true(ids.v[0] == 3 && ids.v[1] == 7);
	assert_int_equal(db_ids(dbs_reader(w->dbs), &things_in, ARGS(db_id_list(&w->mem, (struct ids){ 0 })),
	                        &w->mem, &ids),
	                 OK);
	assert_int_equal(ids.n, 0);
	assert_int_equal(db_ids(dbs_reader(w->dbs), &thing_maybe, ARGS((struct db_val){ 0 }, 3), &w->mem, &ids), OK);
	assert_int_equal(ids.n, 3);
	assert_int_equal(db_ids(dbs_reader(w->dbs), &thing_maybe, ARGS(2, 3), &w->mem, &ids), OK);
	assert_int_equal(ids.n, 2);
}

struct walk {
	struct db *db;
	int64_t sum;
	int rows;
};

static enum err walk_row(void *arg, const void *one)
{
	struct walk *k = arg;
	const struct thing *t = one;
	int64_t n;

	assert_int_equal(db_number(k->db, &things_count, NO_ARGS, &n), ERR_INTERNAL);
	k->sum += t->n;
	return ++k->rows == 5 ? ERR_LIMIT : OK;
}

static void each_row_is_shown_until_one_says_stop(struct world *w)
{
	struct walk k = { .db = dbs_reader(w->dbs) };

	migrated(w);
	for (int i = 1; i <= 9; i++)
		must_put(w, (struct thing){ i, i, true, strf(&w->mem, "%d", i), STR_NONE });
	assert_int_equal(db_each(k.db, &things_all, NO_ARGS, &thing_map, walk_row, &k), ERR_LIMIT);
	assert_int_equal(k.rows, 5);
	assert_int_equal(k.sum, 15);
	k.rows = 6;
	assert_int_equal(db_each(k.db, &things_all, NO_ARGS, &thing_map, walk_row, &k), OK);
	assert_int_equal(k.rows, 15);
	assert_int_equal(number(w, &things_count), 9);
}

static void without_a_connection_all_is_busy(struct world *w)
{
	struct thing t;
	int64_t n;

	(void)w;
	assert_int_equal(db_number(NULL, &things_count, NO_ARGS, &n), ERR_BUSY);
	assert_int_equal(db_one(NULL, &thing_get, ARGS(1), &thing_map, &w->mem, &t), ERR_BUSY);
	assert_int_equal(db_exec(NULL, &counter_set, ARGS(1), NULL), ERR_BUSY);
	assert_int_equal(db_prepare(NULL, &thing_get), ERR_BUSY);
}

static void a_statement_ends_at_its_deadline(struct world *w)
{
	struct db *db = dbs_reader(w->dbs);
	int64_t n = 0, began = clock_mono();

	db_deadline(db, began + 20);
	assert_int_equal(db_number(db, &count_to, ARGS(1, 4000000000000), &n), ERR_BUSY);
	assert_true(clock_mono() >= began + 20);
	assert_int_equal(db_number(db, &count_to, ARGS(1, 2), &n), ERR_BUSY); /* nor does another begin */
	db_deadline(db, clock_mono() + MINUTE);
	assert_int_equal(db_number(db, &count_to, ARGS(1, 1000), &n), OK);
	assert_int_equal(n, 1000);
	db_deadline(db, 0);
	assert_int_equal(db_number(db, &count_to, ARGS(1, 2000), &n), OK);
	assert_int_equal(n, 2000);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(values_come_back_as_they_went_in),
		T(null_is_zero_false_or_none_and_differs_from_empty),
		T(parameters_are_bound_by_number_not_by_first_appearance),
		T(nothing_found_leaves_the_record_alone),
		T(a_column_without_a_member_is_internal),
		T(mistakes_are_internal),
		T(unique_and_check_are_conflicts),
		T(a_failed_statement_dooms_the_whole_transaction),
		T(finding_nothing_dooms_nothing),
		T(changes_are_counted),
		T(lists_come_in_order_and_go_in_as_json),
		T(each_row_is_shown_until_one_says_stop),
		T(without_a_connection_all_is_busy),
		T(a_statement_ends_at_its_deadline),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
