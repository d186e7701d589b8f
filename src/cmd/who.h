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
/* The user that holds it, and the account itself; said why if there is none. */
int who_user(struct cmd *c, struct who *s, struct user *u);
int who_account(struct cmd *c, struct who *s, struct account *a);
