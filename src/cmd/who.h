#pragma once
/* Commands about one account: the database, the site of the handle (or the only one), the name without its domain. */
#include "cmd/cmd.h"
#include "core/user.h"

struct account;

struct who {
	struct app app;
	struct ctx cx;
	str name;
};
/* handle: "name", "name@domain" with or without "@" before it, or empty where only the site counts. The exit code. */
int who_open(struct cmd *c, struct who *s, str handle, str site);
void who_close(struct who *s);
/* "what: why", from what was said of e; returns 1. */
int who_said(struct cmd *c, struct who *s, enum err e, const char *what);
/* Opens by the handle that is the command's first word, does the work with the user that holds it or the account itself, and
 * closes; says why if there is none. The exit code. */
int who_with_user(struct cmd *c, int (*work)(struct cmd *c, struct who *s, const struct user *u));
int who_with_account(struct cmd *c, int (*work)(struct cmd *c, struct who *s, const struct account *a));
