/* Settings: defaults, the file, the environment, and what is said about mistakes. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "config.h"

static void without_a_file_the_defaults_hold(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct config c;
	str why = STR_NONE;

	(void)state;
	assert_true(config_load(&c, &mem, NULL, &why));
	assert_str(c.listen, S("127.0.0.1:8420"));
	assert_int_equal(c.max_characters, 5000);
	assert_false(c.dev);
}

static void lines_of_the_file_are_read(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct config c;
	str why = STR_NONE;

	(void)state;
	assert_true(config_load(&c, &mem, NULL, &why));
	assert_true(config_read(&c, &mem, S("x.conf"), S("# a comment\r\n"
	                                                 "listen = [::]:80 # all\r\n"
	                                                 "\n"
	                                                 "  max_characters=500\n"
	                                                 "ca_file = /a=b#c\n"
	                                                 "dev = yes"), &why));
	assert_str(c.listen, S("[::]:80"));
	assert_int_equal(c.max_characters, 500);
	assert_str(c.ca_file, S("/a=b#c"));
	assert_true(c.dev);
}

static void a_mistake_is_named_with_file_line_and_setting(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "\nmax_characters = 0", "x.conf:2: max_characters: must be a number from 1 to 100000" },
		{ "max_characters = 12x", "x.conf:1: max_characters: must be a number from 1 to 100000" },
		{ "max_characters =", "x.conf:1: max_characters: must be a number from 1 to 100000" },
		{ "dev = perhaps", "x.conf:1: dev: must be yes or no" },
		{ "sign_up = opened", "x.conf:1: sign_up: must be one of: closed invited approved open" },
		{ "listen", "x.conf:1: expected: name = value" },
		{ "dev = yes\ndev = no", "x.conf:2: dev: set twice" },
		{ "listn = 80", "x.conf:1: listn: there is no such setting; did you mean listen?" },
		{ "max_charcters = 80", "x.conf:1: max_charcters: there is no such setting; did you mean max_characters?" },
		{ "colour = red", "x.conf:1: colour: there is no such setting" },
		{ "ca_file = a\tb", "x.conf:1: ca_file: the value must be one line of text" },
		{ "ca_file = @/nowhere/at/all", "x.conf:1: ca_file: cannot read /nowhere/at/all: No such file or directory" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;
		struct config c;
		str why = STR_NONE;

		assert_true(config_load(&c, &mem, NULL, &why));
		assert_false(config_read(&c, &mem, S("x.conf"), str_of(cases[i].text), &why));
		assert_str(why, str_of(cases[i].why));
	}
}

static void the_environment_wins_and_its_mistakes_are_named(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct config c;
	str why = STR_NONE;

	(void)state;
	setenv("DASSIE_MAX_CHARACTERS", "77", 1);
	assert_true(config_load(&c, &mem, NULL, &why));
	assert_int_equal(c.max_characters, 77);
	setenv("DASSIE_MAX_CHARACTERS", "many", 1);
	assert_false(config_load(&c, &mem, NULL, &why));
	assert_str(why, S("DASSIE_MAX_CHARACTERS in the environment: max_characters: "
	                  "must be a number from 1 to 100000"));
	unsetenv("DASSIE_MAX_CHARACTERS");
}

static void a_missing_file_is_named(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct config c;
	str why = STR_NONE;

	(void)state;
	assert_false(config_load(&c, &mem, "/nowhere/dassie.conf", &why));
	assert_str(why, S("/nowhere/dassie.conf: No such file or directory"));
}

static void a_value_is_read_from_its_file_and_not_shown(void **state)
{
	struct arena mem ARENA_SCOPE;
	char path[] = "/tmp/dassie_config_XXXXXX";
	int fd = mkstemp(path);
	static const char secret[] = "postgres:host=db password=hush\n";
	struct config c;
	str why = STR_NONE, dump;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, secret, sizeof(secret) - 1), sizeof(secret) - 1);
	close(fd);
	assert_true(config_load(&c, &mem, NULL, &why));
	assert_true(config_set(&c, &mem, S("database"), strf(&mem, "@%s", path), &why));
	unlink(path);
	assert_str(c.database, S("postgres:host=db password=hush"));
	dump = config_dump(&c, &mem);
	assert_true(str_find(dump, S("hush")) < 0);
	assert_true(str_find(dump, S("database = (set)\n")) >= 0);
}

static void what_is_dumped_reads_back_the_same(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct config c, d;
	str why = STR_NONE;

	(void)state;
	assert_true(config_load(&c, &mem, NULL, &why));
	assert_true(config_load(&d, &mem, NULL, &why));
	assert_true(config_set(&c, &mem, S("max_characters"), S("41"), &why));
	assert_true(config_set(&c, &mem, S("dev"), S("on"), &why));
	assert_true(config_read(&d, &mem, S("dump"), config_dump(&c, &mem), &why));
	assert_str(config_dump(&d, &mem), config_dump(&c, &mem));
	assert_true(str_find(config_help(&mem), S("## max_characters\n")) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_file_the_defaults_hold),
		cmocka_unit_test(lines_of_the_file_are_read),
		cmocka_unit_test(a_mistake_is_named_with_file_line_and_setting),
		cmocka_unit_test(the_environment_wins_and_its_mistakes_are_named),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(a_value_is_read_from_its_file_and_not_shown),
		cmocka_unit_test(what_is_dumped_reads_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
