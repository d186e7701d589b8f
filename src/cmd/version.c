/* dassie version: this program's, and what it was built with and runs on. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "db/db.h"

static int run(struct cmd *c)
{
	(void)c;
	printf("dassie %s\ndatabase version %d\n", DASSIE_VERSION, migrations_n ? migrations[migrations_n - 1].number : 0);
	return 0;
}

const struct command cmd_version = {
	.name = "version",
	.summary = "Prints the version of this program and of its database",
	.run = run,
};
