/* dassie help: the list of commands, or the reference of all settings. */
#include <stdio.h>

#include "cmd/cmd.h"

static int run(struct cmd *c)
{
	if (c->words.n && str_eq(c->words.v[0], S("settings"))) {
		printf("%.*s", STR_F(config_help(c->mem)));
		return 0;
	}
	if (c->words.n)
		return cmd_usage(c, "\"%.*s\" has no page; try dassie %.*s --help", STR_F(c->words.v[0]), STR_F(c->words.v[0]));
	return cmd_main(2, (const char *const[]){ "dassie", "--help" });
}

const struct command cmd_help = {
	.name = "help",
	.words = "[settings]",
	.most = 1,
	.summary = "Lists the commands; \"help settings\" explains every setting",
	.run = run,
};
