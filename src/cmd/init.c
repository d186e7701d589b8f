/* dassie init: a database with its first site and the owner of it. Asks on a terminal, takes flags in scripts. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "core/site.h"
#include "core/user.h"

struct init_flags {
	str site, host, title, owner, email, password_file, private_key;
};
static const struct flag init_flags[] = {
	ARG_TEXT(init_flags, site, "site", "DOMAIN", "what handles end in: example.org"),
	ARG_TEXT(init_flags, host, "host", "HOST",
	         "where pages and API are, if not at the domain itself: social.example.org"),
	ARG_TEXT(init_flags, title, "title", "TEXT", "the site's name; otherwise the domain"),
	ARG_TEXT(init_flags, owner, "owner", "NAME", "the owner's account"),
	ARG_TEXT(init_flags, email, "email", "ADDRESS", "the owner's e-mail address"),
	ARG_TEXT(init_flags, password_file, "password-file", "FILE",
	         "its first line is the password; - is stdin; else one is made up"),
	ARG_TEXT(init_flags, private_key, "private-key", "FILE",
	         "the RSA key of the owner's actor from where it lived before, as PEM"),
};

/* Fills in what the flags left open; the exit code. */
static int ask_rest(struct cmd *c, struct init_flags *in, str *password)
{
	if (in->password_file.n && !cmd_line_of(c, in->password_file, password))
		return 1;
	if (in->site.n && in->owner.n)
		return 0;
	if (!cmd_asks())
		return cmd_usage(c, "--site and --owner are needed where nobody can be asked");
	if (!in->site.n)
		in->site = cmd_ask(c, "Domain in handles, such as example.org", STR_NONE, false);
	if (!in->host.n)
		in->host = cmd_ask(c, "Host of its pages and API", in->site, false);
	if (!in->owner.n)
		in->owner = cmd_ask(c, "Name of your account", STR_NONE, false);
	if (!in->email.n)
		in->email = cmd_ask(c, "Your e-mail address (may be empty)", STR_NONE, false);
	if (!password->n)
		*password = cmd_ask(c, "Password (empty: one is made up)", STR_NONE, true);
	if (!in->site.n || !in->owner.n)
		return cmd_fail(c, "a site needs a domain and an owner; nothing was made");
	return 0;
}

static enum err make(struct ctx *cx, const struct init_flags *in, str password, str key, str *made_up)
{
	struct site_in site = { in->site, in->host, in->title };
	struct user_in owner = {
		.username = in->owner, .email = in->email, .password = password, .role = S("owner"), .locale = S("en"),
		.private_key = key
	};
	struct user user;

	/* a first try that stopped half-way left the site without an owner: go on from there */
	cx->site = site_by_domain(cx->app, str_lower(cx->mem, in->site));
	if (!cx->site)
		TRY(site_add(cx, &site, &cx->site));
	return user_create(cx, &owner, &user, made_up, NULL, NULL);
}

static void tell(const struct ctx *cx, const struct init_flags *in, str made_up)
{
	printf("site      %.*s (%.*s/)\n", STR_F(cx->site->domain), STR_F(cx->site->base));
	printf("account   @%.*s@%.*s\n", STR_F(in->owner), STR_F(cx->site->domain));
	printf("login     %.*s\n", STR_F(str_or(in->email, in->owner)));
	if (made_up.n)
		printf("password  %.*s\n", STR_F(made_up));
}

static int run(struct cmd *c)
{
	struct init_flags *in = c->in;
	str password = STR_NONE, made_up = STR_NONE, key = STR_NONE;
	struct app app;
	struct ctx cx;
	enum err e;
	int code = ask_rest(c, in, &password);

	if (code)
		return code;
	if (in->private_key.n && !cmd_text_of(c, in->private_key, &key))
		return 1;
	if (!cmd_open(c, &app, true))
		return 1;
	ctx_init(&cx, &app, c->mem);
	e = make(&cx, in, password, key, &made_up);
	if (e)
		code = cmd_fail(c, "%.*s", STR_F(str_or(cx.said, str_of(err_name(e)))));
	else
		tell(&cx, in, password.n ? STR_NONE : made_up);
	cmd_close(&app);
	return code;
}

const struct command cmd_init = {
	.name = "init",
	.summary = "Makes the database, the first site and its owner; asks for what the flags leave open",
	COMMAND_FLAGS(init_flags, init_flags),
	.run = run,
};
