/* dassie site add, list, set, show: the domains that this server hosts, and what they say of themselves. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "core/site.h"

const struct flag site_flag[1] = {
	ARG_TEXT(site_flag, site, "site", "DOMAIN", "which site; needed where there are several"),
};

static int no_site(struct cmd *c, str domain)
{
	if (domain.n)
		return cmd_fail(c, "there is no site %.*s here; see dassie site list", STR_F(domain));
	return cmd_fail(c, "which site? Say %s; dassie site list shows them", c->words.n ? "NAME@DOMAIN" : "--site DOMAIN");
}

str cmd_user_agent(const struct cmd *c, str host)
{
	return strf(c->mem, "dassie/" DASSIE_VERSION " (+%s://%.*s/)", c->config.dev ? "http" : "https", STR_F(host));
}

int cmd_pick_site(struct cmd *c, struct ctx *cx, str domain)
{
	struct db_rows rows = { 0 };
	enum err e;

	if (domain.n) {
		cx->site = site_ours(cx->app, str_lower(c->mem, domain));
		return cx->site ? 0 : no_site(c, domain);
	}
	e = site_list(cx, &rows);
	if (e)
		return cmd_fail(c, "the sites cannot be read (%s)", err_name(e));
	if (!rows.n)
		return cmd_fail(c, "there is no site yet; dassie init makes one");
	if (rows.n > 1)
		return no_site(c, STR_NONE);
	cx->site = site_by_id(cx->app, ((const struct site *)rows.p)[0].id);
	return cx->site ? 0 : no_site(c, STR_NONE);
}

int cmd_open_site(struct cmd *c, struct app *app, struct ctx *cx, str domain)
{
	int code;

	if (!cmd_open(c, app, false))
		return 1;
	ctx_init(cx, app, c->mem);
	code = cmd_pick_site(c, cx, domain);
	if (code)
		cmd_close(app);
	return code;
}

int cmd_remove_word(struct cmd *c, enum err (*fn)(struct ctx *cx, str word), const char *thing, const char *list)
{
	const struct site_flag *in = c->in;
	struct app app;
	struct ctx cx;
	enum err e;
	int code = cmd_open_site(c, &app, &cx, in->site);

	if (code)
		return code;
	e = fn(&cx, c->words.v[0]);
	if (e == ERR_NOT_FOUND)
		code = cmd_fail(c, "there is no %s %.*s; dassie %s shows them", thing, STR_F(c->words.v[0]), list);
	else if (e)
		code = cmd_fail(c, "the %s was not removed (%s)", thing, err_name(e));
	cmd_close(&app);
	return code;
}

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

struct set_flags {
	str file;
};
static const struct flag set_flags[] = {
	ARG_TEXT(set_flags, file, "file", "FILE", "the value is in a file; - is stdin"),
};

static int set(struct cmd *c)
{
	const struct set_flags *in = c->in;
	str value = c->words.n > 2 ? c->words.v[2] : S("");
	struct app app;
	struct ctx cx;
	enum err e;
	int code;

	if (in->file.n && c->words.n > 2)
		return cmd_usage(c, "say the value, or where it is with --file, not both");
	if (in->file.n && !cmd_text_of(c, in->file, &value))
		return 1;
	code = cmd_open_site(c, &app, &cx, c->words.v[0]);
	if (code)
		return code;
	e = site_change(&cx, cx.site, c->words.v[1], value);
	if (e)
		code = cmd_fail(c, "nothing was changed: %.*s", STR_F(str_or(cx.said, str_of(err_name(e)))));
	cmd_close(&app);
	return code;
}

const struct command cmd_site_set = {
	.name = "site set",
	.words = "DOMAIN NAME [VALUE]",
	.least = 2,
	.most = 3,
	.summary = "Sets what a site says of itself (dassie site show lists the names); no value is the default",
	COMMAND_FLAGS(set_flags, set_flags),
	.run = set,
};

static void show_one(void *arg, str name, str value)
{
	struct cmd *c = arg;

	printf("%.*s\t%.*s\n", STR_F(name), STR_F(cmd_one_line(c->mem, value)));
}

static int show(struct cmd *c)
{
	struct app app;
	struct ctx cx;
	enum err e;
	int code = cmd_open_site(c, &app, &cx, c->words.n ? c->words.v[0] : STR_NONE);

	if (code)
		return code;
	e = site_show(&cx, cx.site, show_one, c);
	cmd_close(&app);
	return e ? cmd_fail(c, "the site cannot be read (%s)", err_name(e)) : 0;
}

const struct command cmd_site_show = {
	.name = "site show",
	.words = "[DOMAIN]",
	.most = 1,
	.summary = "Shows what a site says of itself: name, value (line ends as \\n)",
	.run = show,
};
