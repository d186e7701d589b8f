/* dassie account alias, account move: from one account to another. These ask other servers, as a server does. */
#include <stdio.h>

#include "base/clock.h"
#include "cmd/who.h"
#include "core/move.h"
#include "core/site.h"
#include "fed/fed.h"
#include "net/fetch.h"
#include "net/guard.h"

struct online {
	struct guard guard;
	struct net *net;
};

static int go_online(struct cmd *c, struct who *s, struct online *o)
{
	if (guard_init(&o->guard, c->mem, c->config.dev, c->config.hosts))
		return cmd_fail(c, "hosts must be name=address pairs separated by spaces, not \"%.*s\"", STR_F(c->config.hosts));
	o->net = net_start(&(struct net_options){
		.guard = &o->guard,
		.ca_file = c->config.ca_file,
		.user_agent = cmd_user_agent(c, s->cx.site->host),
		.total_ms = (int)c->config.fetch_seconds * SECOND,
	});
	fed_open(&s->app, o->net);
	return 0;
}

static void go_offline(struct online *o)
{
	fed_stop();
	net_free(o->net);
}

/* The account of that handle or address, from its server. */
static int find(struct cmd *c, struct who *s, str acct, struct account *other)
{
	struct online o = { 0 };
	enum err e;

	if (go_online(c, s, &o))
		return 1;
	e = move_find(&s->cx, acct, other);
	go_offline(&o);
	return e ? who_said(c, s, e, "nothing was changed") : 0;
}

static void print_aliases(struct who *s, const struct account *a)
{
	struct strs list = move_aliases(&s->cx, a);

	for (size_t i = 0; i < list.n; i++) {
		struct account known;
		bool is = !account_by_uri(&s->cx, list.v[i], &known);

		printf("%.*s", STR_F(list.v[i]));
		if (is)
			printf("\t%.*s@%.*s", STR_F(known.username), STR_F(known.domain));
		printf("\n");
	}
}

static int add_alias(struct cmd *c, struct who *s, const struct account *a)
{
	struct account old;
	enum err e;

	if (find(c, s, c->words.v[2], &old))
		return 1;
	e = move_alias_add(&s->cx, a, &old);
	return e ? who_said(c, s, e, "no alias was added") : 0;
}

/* By its URI, or the handle of one that is known here: its server may be gone. */
static int remove_alias(struct cmd *c, struct who *s, const struct account *a)
{
	str uri = c->words.v[2];
	struct account old;
	enum err e = str_find(uri, S("://")) < 0 ? account_by_handle(&s->cx, uri, &old) : ERR_NOT_FOUND;

	e = move_alias_remove(&s->cx, a, e ? uri : old.uri);
	if (e == ERR_NOT_FOUND)
		return cmd_fail(c, "%.*s is no alias of it; see dassie account alias %.*s list", STR_F(uri),
		                STR_F(c->words.v[0]));
	return e ? who_said(c, s, e, "no alias was removed") : 0;
}

static int alias_of(struct cmd *c, struct who *s, const struct account *a)
{
	if (c->words.n < 3) {
		print_aliases(s, a);
		return 0;
	}
	return str_eq(c->words.v[1], S("add")) ? add_alias(c, s, a) : remove_alias(c, s, a);
}

static int alias(struct cmd *c)
{
	str verb = c->words.n > 1 ? c->words.v[1] : S("list");
	bool lists = str_eq(verb, S("list"));

	if (!(lists || str_eq(verb, S("add")) || str_eq(verb, S("remove"))) || (c->words.n > 2) == lists)
		return cmd_usage(c, "say add ACCT, remove ACCT or list");
	return who_with_account(c, alias_of);
}

const struct command cmd_account_alias = {
	.name = "account alias",
	.words = "NAME[@DOMAIN] add ACCT | remove ACCT | list",
	.least = 1,
	.most = 3,
	.summary = "Says which other accounts are the same person, so that they may move here",
	.run = alias,
};

struct move_flags {
	bool undo;
};
static const struct flag move_flags[] = {
	ARG_SWITCH(move_flags, undo, "undo", "ends the redirect; followers stay where they went"),
};

static int move_whom(struct cmd *c, struct who *s, const struct account *a)
{
	struct account target;
	enum err e;

	if (((const struct move_flags *)c->in)->undo) {
		e = move_undo(&s->cx, a);
		return e ? who_said(c, s, e, "nothing was changed") : 0;
	}
	if (find(c, s, c->words.v[1], &target))
		return 1;
	e = move_out(&s->cx, a, &target);
	if (e)
		return who_said(c, s, e, "nothing was moved");
	printf("@%.*s@%.*s moves to %.*s; its followers are told within minutes\n", STR_F(a->username), STR_F(a->domain),
	       STR_F(target.uri));
	return 0;
}

static int move(struct cmd *c)
{
	if ((c->words.n > 1) == ((const struct move_flags *)c->in)->undo)
		return cmd_usage(c, "say where to, or --undo");
	return who_with_account(c, move_whom);
}

const struct command cmd_account_move = {
	.name = "account move",
	.words = "NAME[@DOMAIN] TARGET",
	.least = 1,
	.most = 2,
	.summary = "Redirects an account to another one, which names it as an alias, and takes its followers along",
	COMMAND_FLAGS(move_flags, move_flags),
	.run = move,
};
