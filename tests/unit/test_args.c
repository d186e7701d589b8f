/* The command line: words, flags and help as cmd/args.h promises. */
#include "check.h"

#include "base/arena.h"
#include "cmd/args.h"

struct in {
	str name;
	struct strs set;
	bool yes;
};
static const struct flag flags[] = {
	ARG_TEXT(in, name, "name", "WORD", "a word"),
	ARG_MANY(in, set, "set", "WORD", "words"),
	ARG_SWITCH(in, yes, "yes", "a switch"),
};
static const struct command site_add = { .name = "site add", .words = "DOMAIN", .summary = "Adds one", COMMAND_FLAGS(in, flags) };
static const struct command site_list = { .name = "site list", .summary = "Lists them" };
static const struct command serve = { .name = "serve", .summary = "Serves" };
static const struct command *const all[] = { &site_add, &site_list, &serve };

static bool read_args(struct arena *mem, const char *const *v, int n, struct in *in, struct args *a, str *why)
{
	struct flag_set set = { flags, 3, in };

	*in = (struct in){ 0 };
	*why = STR_NONE;
	return args_read(mem, v, n, &set, 1, a, why);
}

static void flags_stand_anywhere_and_take_their_value_either_way(void **state)
{
	const char *v[] = { "one", "--name", "x", "--set=a=b", "two", "--yes", "--set", "c", "--", "--name" };
	struct arena mem ARENA_SCOPE;
	struct args a;
	struct in in;
	str why;

	(void)state;
	assert_true(read_args(&mem, v, 10, &in, &a, &why));
	assert_str(in.name, S("x"));
	assert_int_equal(in.set.n, 2);
	assert_str(in.set.v[0], S("a=b"));
	assert_true(in.yes);
	assert_int_equal(a.words.n, 3);
	assert_str(a.words.v[2], S("--name"));
	assert_false(a.help);
}

static void a_wrong_flag_is_named_in_the_sentence(void **state)
{
	static const struct {
		const char *v[2];
		const char *why;
	} cases[] = {
		{ { "--nam", "x" }, "there is no flag --nam" },
		{ { "one", "-n" }, "there is no flag -n" },
		{ { "one", "--name" }, "the flag --name needs a value" },
		{ { "one", "--yes=1" }, "the flag --yes takes no value" },
		{ { "one", "\xff" }, "word 2 of the command line is not UTF-8" },
	};
	struct arena mem ARENA_SCOPE;
	struct args a;
	struct in in;
	str why;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(read_args(&mem, cases[i].v, 2, &in, &a, &why));
		assert_str(why, str_of(cases[i].why));
	}
}

static void commands_of_two_words_are_found_whole(void **state)
{
	const char *v[] = { "site", "list", "--help" };
	int taken;

	(void)state;
	assert_ptr_equal(command_find(all, 3, v, 3, &taken), &site_list);
	assert_int_equal(taken, 2);
	assert_null(command_find(all, 3, v, 1, &taken));
	v[0] = "serve";
	assert_ptr_equal(command_find(all, 3, v, 3, &taken), &serve);
	assert_int_equal(taken, 1);
	assert_null(command_find(all, 3, v, 0, &taken));
}

static void help_shows_every_flag(void **state)
{
	struct arena mem ARENA_SCOPE;
	str page;

	(void)state;
	page = command_help(&mem, &site_add, NULL, 0);
	assert_true(str_find(page, S("usage: dassie site add DOMAIN")) >= 0);
	assert_true(str_find(page, S("--name WORD")) >= 0);
	assert_true(str_find(page, S("--yes")) >= 0);
	page = commands_help(&mem, all, 3, S("site"));
	assert_true(str_find(page, S("site add DOMAIN")) >= 0);
	assert_true(str_find(page, S("serve")) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_stand_anywhere_and_take_their_value_either_way),
		cmocka_unit_test(a_wrong_flag_is_named_in_the_sentence),
		cmocka_unit_test(commands_of_two_words_are_found_whole),
		cmocka_unit_test(help_shows_every_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
