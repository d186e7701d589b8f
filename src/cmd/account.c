/* dassie account create, list, password, role: people who log in, by their handle. */
#include <stdio.h>

#include "cmd/who.h"
#include "core/account.h"
#include "core/site.h"
#include "core/warning.h"

struct create_flags {
	str email, password_file, role, private_key;
};
static const struct flag create_flags[] = {
	ARG_TEXT(create_flags, email, "email", "ADDRESS", "for logging in and for messages to its owner"),
	ARG_TEXT(create_flags, password_file, "password-file", "FILE",
	         "its first line is the password; - is stdin; else one is made up"),
	ARG_TEXT(create_flags, role, "role", "ROLE", "owner, admin, moderator or user (the standard)"),
	ARG_TEXT(create_flags, private_key, "private-key", "FILE",
	         "the actor's RSA key from where it lived before, as PEM; else one is made"),
};

static int create(struct cmd *c)
{
	const struct create_flags *in = c->in;
	struct user_in what = { .email = in->email, .role = str_or(in->role, S("user")), .locale = S("en") };
	str made_up = STR_NONE;
	struct user made;
	struct who s;
	enum err e;
	int code;

	if (in->password_file.n && !cmd_line_of(c, in->password_file, &what.password))
		return 1;
	if (in->private_key.n && !cmd_text_of(c, in->private_key, &what.private_key))
		return 1;
	code = who_open(c, &s, c->words.v[0], STR_NONE);
	if (code)
		return code;
	what.username = s.name;
	e = user_create(&s.cx, &what, &made, &made_up, NULL, NULL);
	if (e)
		code = who_said(c, &s, e, "no account was made");
	else
		printf("account   @%.*s@%.*s\n", STR_F(s.name), STR_F(s.cx.site->domain));
	if (!e && !what.password.n)
		printf("password  %.*s\n", STR_F(made_up));
	who_close(&s);
	return code;
}

const struct command cmd_account_create = {
	.name = "account create",
	.words = "NAME[@DOMAIN]",
	.least = 1,
	.most = 1,
	.summary = "Makes an account; prints a password once, unless one is given",
	COMMAND_FLAGS(create_flags, create_flags),
	.run = create,
};

static int rotate_keys_of(struct cmd *c, struct who *s, const struct account *a)
{
	enum err e = account_rotate_keys(&s->cx, a);

	if (e)
		return who_said(c, s, e, "the keys stay as they are");
	printf("@%.*s@%.*s has new keys; other servers are told within a minute\n", STR_F(a->username), STR_F(a->domain));
	return 0;
}

static int rotate_keys(struct cmd *c)
{
	return who_with_account(c, rotate_keys_of);
}

const struct command cmd_account_rotate_keys = {
	.name = "account rotate-keys",
	.words = "NAME[@DOMAIN]",
	.least = 1,
	.most = 1,
	.summary = "Makes new signing keys for an account, and tells other servers",
	.run = rotate_keys,
};

struct list_flags {
	str site;
};
static const struct flag list_flags[] = {
	ARG_TEXT(list_flags, site, "site", "DOMAIN", "of which site; not needed where there is one"),
};

static const char *state_of(const struct user *u)
{
	if (u->disabled)
		return "\tdisabled";
	if (!u->approved_at)
		return "\twaits";
	return u->confirmed_at ? "" : "\tunconfirmed";
}

static int list(struct cmd *c)
{
	struct db_rows rows = { 0 };
	const struct user *u;
	struct who s;
	enum err e;
	int code = who_open(c, &s, STR_NONE, ((const struct list_flags *)c->in)->site);

	if (code)
		return code;
	e = user_list(&s.cx, &rows);
	u = rows.p;
	for (size_t i = 0; !e && i < rows.n; i++) {
		struct account a = { 0 };

		e = account_by_id(&s.cx, u[i].account_id, &a);
		printf("%.*s@%.*s\t%.*s\t%.*s%s\n", STR_F(a.username), STR_F(a.domain), STR_F(u[i].role),
		       STR_F(str_or(u[i].email, S("-"))), state_of(&u[i]));
	}
	if (e)
		code = who_said(c, &s, e, "the accounts cannot be read");
	who_close(&s);
	return code;
}

const struct command cmd_account_list = {
	.name = "account list",
	.summary = "Lists who can log in: account, role, e-mail",
	COMMAND_FLAGS(list_flags, list_flags),
	.run = list,
};

struct password_flags {
	str password_file;
};
static const struct flag password_flags[] = {
	ARG_TEXT(password_flags, password_file, "password-file", "FILE",
	         "its first line is the password; - is stdin; else one is made up"),
};

static int password_of(struct cmd *c, struct who *s, const struct user *u)
{
	const struct password_flags *in = c->in;
	str wanted = STR_NONE, made_up = STR_NONE;
	enum err e;

	if (in->password_file.n && !cmd_line_of(c, in->password_file, &wanted))
		return 1;
	e = user_password(&s->cx, u->id, wanted, &made_up);
	if (e)
		return who_said(c, s, e, "the password stays as it is");
	if (!wanted.n)
		printf("password  %.*s\n", STR_F(made_up));
	return 0;
}

static int password(struct cmd *c)
{
	return who_with_user(c, password_of);
}

const struct command cmd_account_password = {
	.name = "account password",
	.words = "NAME[@DOMAIN]",
	.least = 1,
	.most = 1,
	.summary = "Sets a new password and ends all sessions; prints one, unless it is given",
	COMMAND_FLAGS(password_flags, password_flags),
	.run = password,
};

struct warn_flags {
	str file;
};
static const struct flag warn_flags[] = {
	ARG_TEXT(warn_flags, file, "file", "FILE", "the text is in a file; - is stdin"),
};

static int warn_whom(struct cmd *c, struct who *s, const struct account *a)
{
	const struct warn_flags *in = c->in;
	str text = c->words.n > 1 ? c->words.v[1] : STR_NONE;
	enum err e;

	if (in->file.n && !cmd_text_of(c, in->file, &text))
		return 1;
	e = warning_add(&s->cx, a, text);
	return e ? who_said(c, s, e, "no warning was sent") : 0;
}

static int warn(struct cmd *c)
{
	if ((((const struct warn_flags *)c->in)->file.n > 0) == (c->words.n > 1))
		return cmd_usage(c, "say the text, or where it is with --file");
	return who_with_account(c, warn_whom);
}

const struct command cmd_account_warn = {
	.name = "account warn",
	.words = "NAME[@DOMAIN] [TEXT]",
	.least = 1,
	.most = 2,
	.summary = "Tells someone, in their notifications and by mail, what a moderator has to say",
	COMMAND_FLAGS(warn_flags, warn_flags),
	.run = warn,
};

static int role_of(struct cmd *c, struct who *s, const struct user *u)
{
	enum err e = user_role(&s->cx, u->id, c->words.v[1]);

	return e ? who_said(c, s, e, "the role stays as it is") : 0;
}

static int role(struct cmd *c)
{
	return who_with_user(c, role_of);
}

const struct command cmd_account_role = {
	.name = "account role",
	.words = "NAME[@DOMAIN] ROLE",
	.least = 2,
	.most = 2,
	.summary = "Makes someone owner, admin, moderator or user",
	.run = role,
};
