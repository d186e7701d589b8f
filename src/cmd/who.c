#include "cmd/who.h"

#include "core/account.h"
#include "core/site.h"

void who_close(struct who *s)
{
	cmd_close(&s->app);
}

int who_open(struct cmd *c, struct who *s, str handle, str site)
{
	str rest = handle;
	int code;

	*s = (struct who){ 0 };
	str_skip(&rest, S("@"));
	str_cut(&rest, '@', &s->name);
	if (!cmd_open(c, &s->app, false))
		return 1;
	ctx_init(&s->cx, &s->app, c->mem);
	code = cmd_pick_site(c, &s->cx, rest.n ? rest : site);
	if (code)
		who_close(s);
	return code;
}

int who_said(struct cmd *c, struct who *s, enum err e, const char *what)
{
	return cmd_fail(c, "%s: %.*s", what, STR_F(str_or(s->cx.said, str_of(err_name(e)))));
}

static int none(struct cmd *c, struct who *s, enum err e)
{
	if (e == ERR_NOT_FOUND)
		return cmd_fail(c, "there is no account %.*s@%.*s", STR_F(s->name), STR_F(s->cx.site->domain));
	return e ? who_said(c, s, e, "the account cannot be read") : 0;
}

int who_with_user(struct cmd *c, int (*work)(struct cmd *c, struct who *s, const struct user *u))
{
	struct user u;
	struct who s;
	int code = who_open(c, &s, c->words.v[0], STR_NONE);

	if (code)
		return code;
	code = none(c, &s, user_by_account(&s.cx, s.name, &u));
	if (!code)
		code = work(c, &s, &u);
	who_close(&s);
	return code;
}

int who_with_account(struct cmd *c, int (*work)(struct cmd *c, struct who *s, const struct account *a))
{
	struct account a;
	struct who s;
	enum err e;
	int code = who_open(c, &s, c->words.v[0], STR_NONE);

	if (code)
		return code;
	e = account_local(&s.cx, s.name, &a);
	code = none(c, &s, !e && a.deleted_at ? ERR_NOT_FOUND : e);
	if (!code)
		code = work(c, &s, &a);
	who_close(&s);
	return code;
}
