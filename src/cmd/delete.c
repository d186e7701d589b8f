/* dassie account delete: for good. */
#include <stdio.h>

#include "cmd/who.h"
#include "core/account.h"

struct delete_flags {
	bool yes;
};
static const struct flag delete_flags[] = {
	ARG_SWITCH(delete_flags, yes, "yes", "does not ask"),
};

/* The name is to be typed again: nothing brings it back. */
static int sure(struct cmd *c, const struct account *a)
{
	str handle = strf(c->mem, "%.*s@%.*s", STR_F(a->username), STR_F(a->domain)), typed;

	if (((const struct delete_flags *)c->in)->yes)
		return 0;
	if (!cmd_asks())
		return cmd_fail(c, "this deletes @%.*s, all its posts, and its name for good; say --yes if that is meant",
		                STR_F(handle));
	printf("This deletes @%.*s and its %lld posts here and elsewhere. Its name is never given again.\n", STR_F(handle),
	       (long long)a->statuses_count);
	typed = str_trim(cmd_ask(c, "To go on, type the whole name", STR_NONE, false));
	str_skip(&typed, S("@"));
	return str_ieq(typed, handle) ? 0 : cmd_fail(c, "nothing was deleted");
}

static int delete_whom(struct cmd *c, struct who *s, const struct account *a)
{
	int code = sure(c, a);
	enum err e = code ? OK : account_delete(&s->cx, a);

	if (e)
		return who_said(c, s, e, "nothing was deleted");
	if (!code)
		printf("@%.*s@%.*s is gone; its posts go and other servers are told within minutes\n", STR_F(a->username),
		       STR_F(a->domain));
	return code;
}

static int delete_one(struct cmd *c)
{
	return who_with_account(c, delete_whom);
}

const struct command cmd_account_delete = {
	.name = "account delete",
	.words = "NAME[@DOMAIN]",
	.least = 1,
	.most = 1,
	.summary = "Deletes an account and all that is of it, here and elsewhere, for good",
	COMMAND_FLAGS(delete_flags, delete_flags),
	.run = delete_one,
};
