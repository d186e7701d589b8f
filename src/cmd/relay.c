/* dassie relay add, remove, list: servers that pass public posts around. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "core/deliver.h"
#include "core/relay.h"
#include "core/site.h"
#include "store/delivered.h"

enum { LINES = 100 };

static int change(struct cmd *c, enum err (*verb)(struct ctx *cx, str url), const char *done)
{
	const struct site_flag *in = c->in;
	struct app app;
	struct ctx cx;
	enum err e;
	int code = cmd_open_site(c, &app, &cx, in->site);

	if (code)
		return code;
	e = verb(&cx, c->words.v[0]);
	if (!e)
		printf("%s within half a minute; see dassie relay list\n", done);
	else if (e == ERR_NOT_FOUND)
		cmd_fail(c, "%.*s is no relay of %.*s", STR_F(c->words.v[0]), STR_F(cx.site->domain));
	else
		cmd_fail(c, "the relay was not changed: %.*s", STR_F(str_or(cx.said, str_of(err_name(e)))));
	cmd_close(&app);
	return e ? 1 : 0;
}

static int add(struct cmd *c)
{
	return change(c, relay_add, "asked");
}

const struct command cmd_relay_add = {
	.name = "relay add",
	.words = "URL",
	.least = 1,
	.most = 1,
	.summary = "Subscribes to a relay: the URL of its inbox (Mastodon's kind) or of its actor (Pleroma's)",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = add,
};

static int remove_(struct cmd *c)
{
	return change(c, relay_remove, "left");
}

const struct command cmd_relay_remove = {
	.name = "relay remove",
	.words = "URL",
	.least = 1,
	.most = 1,
	.summary = "Ends the subscription to a relay",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = remove_,
};

/* What became of the request to one that has not answered. */
static str fate(struct ctx *cx, const struct relay *r)
{
	struct db_rows rows = { 0 };
	const struct sent_line *last;

	if (!str_eq(r->state, S("pending")) || deliver_about(cx, r->follow_uri, LINES, &rows))
		return S("");
	if (!rows.n)
		return S("not sent");
	last = (const struct sent_line *)rows.p + rows.n - 1;
	return last->waits ? str_cat(cx->mem, S("waits, "), str_or(last->error, S("not tried yet")))
	                   : str_or(last->error, S("delivered, not answered"));
}

static int list(struct cmd *c)
{
	struct db_rows rows = { 0 };
	const struct relay *r;
	struct app app;
	struct ctx cx;
	enum err e;

	if (!cmd_open(c, &app, false))
		return 1;
	ctx_init(&cx, &app, c->mem);
	e = relay_list(&cx, &rows);
	r = rows.p;
	for (size_t i = 0; !e && i < rows.n; i++) {
		const struct site *site = site_by_id(&app, r[i].site_id);

		str why = fate(&cx, &r[i]);

		printf("%.*s\t%.*s\t%.*s%s%.*s\n", STR_F(r[i].state), STR_F(site ? site->domain : S("?")), STR_F(r[i].url),
		       why.n ? "\t" : "", STR_F(why));
	}
	cmd_close(&app);
	return e ? cmd_fail(c, "the relays cannot be read (%s)", err_name(e)) : 0;
}

const struct command cmd_relay_list = {
	.name = "relay list",
	.summary = "Lists the relays: state (pending, accepted, rejected, leaving), site, URL, why there is no answer",
	.run = list,
};
