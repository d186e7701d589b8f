/* dassie migrate: brings the database up to date. serve does so by itself; this is for those who want it apart. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "db/db.h"

static int run(struct cmd *c)
{
	int version = 0;
	struct app app;
	enum err e;

	if (!cmd_open(c, &app, true))
		return 1;
	e = migrate_version(app.dbs, &version);
	cmd_close(&app);
	if (e)
		return cmd_fail(c, "the version of the database cannot be read (%s)", err_name(e));
	printf("database version %d\n", version);
	return 0;
}

const struct command cmd_migrate = {
	.name = "migrate",
	.summary = "Brings the database up to date",
	.run = run,
};
