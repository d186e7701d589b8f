/* dassie version: this program's, and what it was built with and runs on. */
#include <stdio.h>

#include "cmd/cmd.h"

static int run(struct cmd *c)
{
	(void)c;
	printf("dassie %s\ndatabase version %d\n", DASSIE_VERSION, cmd_schema());
	return 0;
}

const struct command cmd_version = {
	.name = "version",
	.summary = "Prints the version of this program and of its database",
	.run = run,
};
