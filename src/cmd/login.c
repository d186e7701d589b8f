/* dassie account approve, reject, disable, enable, link, second-factor-off: who may log in, and back in. */
#include <stdio.h>

#include "cmd/who.h"
#include "core/second_factor.h"
#include "core/sign_up.h"
#include "core/site.h"
#include "core/user_link.h"

static enum err disable(struct ctx *cx, int64_t user_id)
{
	return user_set_disabled(cx, user_id, true);
}

static enum err enable(struct ctx *cx, int64_t user_id)
{
	return user_set_disabled(cx, user_id, false);
}

/* Those that need nothing but the user. */
#define ON_USER(name_, title, fn, otherwise, what)                                  \
	static int name_##_user(struct cmd *c, struct who *s, const struct user *u) \
	{                                                                           \
		enum err e = fn(&s->cx, u->id);                                     \
                                                                                    \
		return e ? who_said(c, s, e, otherwise) : 0;                        \
	}                                                                           \
	static int run_##name_(struct cmd *c)                                       \
	{                                                                           \
		return who_with_user(c, name_##_user);                              \
	}                                                                           \
	const struct command cmd_account_##name_ = {                                \
		.name = "account " title,                                           \
		.words = "NAME[@DOMAIN]",                                           \
		.least = 1,                                                         \
		.most = 1,                                                          \
		.summary = what,                                                    \
		.run = run_##name_,                                                 \
	}

ON_USER(approve, "approve", sign_up_approve, "nothing was approved", "Lets in somebody who waits for approval");
ON_USER(reject, "reject", sign_up_reject, "nobody was rejected", "Does not let in somebody who waits for approval");
ON_USER(disable, "disable", disable, "nothing was changed", "Ends all sessions of an account and lets nobody log in to it");
ON_USER(enable, "enable", enable, "nothing was changed", "Lets people log in again");
ON_USER(second_factor_off, "second-factor-off", second_factor_off, "nothing was changed",
        "Takes the second factor away from a login, for who has lost it");

static int print_link(struct cmd *c, struct who *s, const struct user *u)
{
	str kind = c->words.v[1], url;
	enum err e;

	if (str_eq(kind, S("confirm")) && !u->email.n)
		return cmd_fail(c, "that login has no e-mail address to confirm");
	e = user_link_make(&s->cx, u, cstr(c->mem, kind), u->email, &url);
	if (e)
		return who_said(c, s, e, "no link was made");
	printf("%.*s\n", STR_F(url));
	return 0;
}

static int link(struct cmd *c)
{
	str kind = c->words.v[1];

	if (!str_eq(kind, S("reset")) && !str_eq(kind, S("confirm")))
		return cmd_usage(c, "\"%.*s\" is no kind of link; say reset or confirm", STR_F(kind));
	return who_with_user(c, print_link);
}

const struct command cmd_account_link = {
	.name = "account link",
	.words = "NAME[@DOMAIN] reset|confirm",
	.least = 2,
	.most = 2,
	.summary = "Prints an address to open: to set a new password, or to confirm the e-mail address",
	.run = link,
};
