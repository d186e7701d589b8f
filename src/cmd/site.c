/* dassie site add, site list: the domains that this server hosts. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "core/site.h"

struct site_flags {
	str host, title;
};
static const struct flag site_flags[] = {
	ARG_TEXT(site_flags, host, "host", "HOST", "where its pages and API are, if not at the domain itself"),
	ARG_TEXT(site_flags, title, "title", "TEXT", "its name; otherwise the domain"),
};

static int add(struct cmd *c)
{
	const struct site_flags *in = c->in;
	struct site_in what = { c->words.v[0], in->host, in->title };
	const struct site *made = NULL;
	struct app app;
	struct ctx cx;
	enum err e;

	if (!cmd_open(c, &app, false))
		return 1;
	ctx_init(&cx, &app, c->mem);
	e = site_add(&cx, &what, &made);
	if (!e)
		printf("site      %.*s\naddress   %.*s/\n", STR_F(made->domain), STR_F(made->base));
	else
		cmd_fail(c, "no site was added: %.*s", STR_F(str_or(cx.said, str_of(err_name(e)))));
	cmd_close(&app);
	return e ? 1 : 0;
}

const struct command cmd_site_add = {
	.name = "site add",
	.words = "DOMAIN",
	.least = 1,
	.most = 1,
	.summary = "Hosts one more domain; a running server notices by itself",
	COMMAND_FLAGS(site_flags, site_flags),
	.run = add,
};

static int list(struct cmd *c)
{
	struct db_rows rows = { 0 };
	const struct site *sites;
	struct app app;
	struct ctx cx;
	enum err e;

	if (!cmd_open(c, &app, false))
		return 1;
	ctx_init(&cx, &app, c->mem);
	e = site_list(&cx, &rows);
	sites = rows.p;
	for (size_t i = 0; !e && i < rows.n; i++)
		printf("%.*s\t%.*s\t%.*s\n", STR_F(sites[i].domain), STR_F(sites[i].host), STR_F(sites[i].title));
	cmd_close(&app);
	return e ? cmd_fail(c, "the sites cannot be read (%s)", err_name(e)) : 0;
}

const struct command cmd_site_list = {
	.name = "site list",
	.summary = "Lists the sites: domain, host, title",
	.run = list,
};
