/* dassie invite add, list, remove: invitations to a site. */
#include <stdio.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "core/sign_up.h"
#include "core/site.h"

struct invite_flags {
	str site, uses, days;
};
static const struct flag invite_flags[] = {
	ARG_TEXT(invite_flags, site, "site", "DOMAIN", "to which site; needed where there are several"),
	ARG_TEXT(invite_flags, uses, "uses", "N", "for so many people; any number without it"),
	ARG_TEXT(invite_flags, days, "days", "N", "for so long; without end without it"),
};

static int add(struct cmd *c)
{
	const struct invite_flags *in = c->in;
	int64_t uses = 0, days = 0;
	struct invite made;
	struct app app;
	struct ctx cx;
	enum err e;
	int code;

	if ((in->uses.n && (!str_int(in->uses, &uses) || uses < 1)) || (in->days.n && (!str_int(in->days, &days) || days < 1)))
		return cmd_usage(c, "--uses and --days are whole numbers from 1");
	code = cmd_open_site(c, &app, &cx, in->site);
	if (code)
		return code;
	e = invite_make(&cx, uses, days, &made);
	if (e)
		code = cmd_fail(c, "no invitation was made: %.*s", STR_F(str_or(cx.said, str_of(err_name(e)))));
	else
		printf("%.*s/invite/%.*s\n", STR_F(cx.site->base), STR_F(made.code));
	cmd_close(&app);
	return code;
}

const struct command cmd_invite_add = {
	.name = "invite add",
	.summary = "Makes an invitation and prints its address",
	COMMAND_FLAGS(invite_flags, invite_flags),
	.run = add,
};

static int list(struct cmd *c)
{
	const struct site_flag *in = c->in;
	struct db_rows rows = { 0 };
	char text[CLOCK_TEXT];
	struct app app;
	struct ctx cx;
	enum err e;
	int code = cmd_open_site(c, &app, &cx, in->site);

	if (code)
		return code;
	e = invite_list(&cx, &rows);
	for (size_t i = 0; !e && i < rows.n; i++) {
		const struct invite *v = (const struct invite *)rows.p + i;

		printf("%.*s\tused %lld", STR_F(v->code), (long long)v->uses);
		if (v->most)
			printf(" of %lld", (long long)v->most);
		if (v->expires_at)
			printf("\tuntil %.*s", STR_F(clock_iso_s(v->expires_at, text)));
		putchar('\n');
	}
	cmd_close(&app);
	return e ? cmd_fail(c, "the invitations cannot be read (%s)", err_name(e)) : 0;
}

const struct command cmd_invite_list = {
	.name = "invite list",
	.summary = "Lists the invitations: code, uses, end",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = list,
};

static int drop(struct cmd *c)
{
	return cmd_remove_word(c, invite_remove, "invitation", "invite list");
}

const struct command cmd_invite_remove = {
	.name = "invite remove",
	.words = "CODE",
	.least = 1,
	.most = 1,
	.summary = "Takes an invitation back",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = drop,
};
