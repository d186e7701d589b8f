/* dassie account cleanup: which of an account's own old posts leave by themselves. */
#include "core/cleanup.h"

#include <stdio.h>

#include "cmd/who.h"
#include "core/account.h"

static enum err change(struct ctx *cx, const struct strs *words, struct cleanup_policy *p)
{
	TRY(cleanup_take(cx, p, words->v[1], words->n > 2 ? words->v[2] : S("")));
	return cleanup_put(cx, p);
}

static enum err show_or_change(struct cmd *c, struct ctx *cx, int64_t account_id)
{
	struct cleanup_policy p;

	TRY(cleanup_get(cx, account_id, &p));
	if (c->words.n > 1)
		return change(cx, &c->words, &p);
	for (size_t i = 0; i < CLEANUP_SETTINGS; i++)
		printf("%s\t%.*s\n", cleanup_settings[i].name, STR_F(cleanup_text(c->mem, &p, &cleanup_settings[i])));
	return OK;
}

static int cleanup_of(struct cmd *c, struct who *s, const struct account *a)
{
	enum err e = show_or_change(c, &s->cx, a->id);

	return e ? who_said(c, s, e, "nothing was changed") : 0;
}

static int cleanup(struct cmd *c)
{
	return who_with_account(c, cleanup_of);
}

const struct command cmd_account_cleanup = {
	.name = "account cleanup",
	.words = "NAME[@DOMAIN] [SETTING [VALUE]]",
	.least = 1,
	.most = 3,
	.summary = "Shows or sets which of an account's own old posts leave by themselves",
	.run = cleanup,
};
