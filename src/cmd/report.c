/* dassie report list, show, resolve: what people say is wrong, for who has no other way to see it. */
#include <stdio.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "core/report.h"
#include "core/status.h"

struct report_flags {
	str site;
	bool resolved;
};
static const struct flag list_flags[] = {
	ARG_TEXT(report_flags, site, "site", "DOMAIN", "of which site; not needed where there is one"),
	ARG_SWITCH(report_flags, resolved, "resolved", "those that are done, instead of the open ones"),
};
static const struct flag one_flags[] = {
	ARG_TEXT(report_flags, site, "site", "DOMAIN", "of which site; not needed where there is one"),
};

static str when(struct ctx *cx, int64_t ms)
{
	char text[CLOCK_TEXT];

	return str_dup(cx->mem, clock_iso_s(ms, text));
}

static str handle(struct ctx *cx, int64_t id)
{
	struct account a;

	return account_by_id(cx, id, &a) ? S("?") : strf(cx->mem, "%.*s@%.*s", STR_F(a.username), STR_F(a.domain));
}

/* All pages of them: at a terminal somebody scrolls. */
static enum err print_list(struct ctx *cx, bool resolved)
{
	struct page page = { .limit = 100 };
	const struct report *r;
	struct db_rows rows;

	do {
		TRY(report_list(cx, resolved, &page, &rows));
		r = rows.p;
		for (size_t i = 0; i < rows.n; i++) {
			str about = cmd_one_line(cx->mem, str_head_runes(r[i].comment, 100));

			printf("%lld\t%.*s\t%.*s\tby %.*s\tabout %.*s\t%zu posts\t%.*s\n", (long long)r[i].id,
			       STR_F(when(cx, r[i].created_at)), STR_F(r[i].category), STR_F(handle(cx, r[i].account_id)),
			       STR_F(handle(cx, r[i].target_id)), db_ids_of(cx->mem, r[i].statuses).n, STR_F(about));
			page.max_id = r[i].id;
		}
	} while (rows.n == 100);
	return OK;
}

static int list(struct cmd *c)
{
	const struct report_flags *in = c->in;
	struct app app;
	struct ctx cx;
	enum err e;
	int code = cmd_open_site(c, &app, &cx, in->site);

	if (code)
		return code;
	e = print_list(&cx, in->resolved);
	cmd_close(&app);
	return e ? cmd_fail(c, "the reports cannot be read (%s)", err_name(e)) : 0;
}

const struct command cmd_report_list = {
	.name = "report list",
	.summary = "Lists open reports: number, when, category, by whom, about whom, posts, comment",
	COMMAND_FLAGS(report_flags, list_flags),
	.run = list,
};

static void print_post(struct ctx *cx, int64_t id)
{
	struct status s;

	if (status_by_id(cx, id, &s) || s.deleted_at)
		printf("post      %lld (deleted)\n", (long long)id);
	else
		printf("post      %.*s\n          %.*s\n", STR_F(str_or(s.url, s.uri)),
		       STR_F(cmd_one_line(cx->mem, str_head_runes(s.content, 300))));
}

static enum err print_one(struct ctx *cx, int64_t id)
{
	struct report r;
	struct ids posts, rules;

	TRY(report_by_id(cx, id, &r));
	printf("report    %lld of %.*s\n", (long long)r.id, STR_F(when(cx, r.created_at)));
	printf("by        %.*s\nabout     %.*s\n", STR_F(handle(cx, r.account_id)), STR_F(handle(cx, r.target_id)));
	printf("category  %.*s\nforwarded %s\n", STR_F(r.category), r.forwarded ? "yes" : "no");
	if (r.resolved_at)
		printf("resolved  %.*s\n", STR_F(when(cx, r.resolved_at)));
	rules = db_ids_of(cx->mem, r.rules);
	for (size_t i = 0; i < rules.n; i++)
		printf("rule      %lld\n", (long long)rules.v[i]);
	posts = db_ids_of(cx->mem, r.statuses);
	for (size_t i = 0; i < posts.n; i++)
		print_post(cx, posts.v[i]);
	printf("comment   %.*s\n", STR_F(cmd_one_line(cx->mem, r.comment)));
	return OK;
}

static enum err resolve_one(struct ctx *cx, int64_t id)
{
	return report_resolve(cx, id, true);
}

static int with_one(struct cmd *c, enum err (*fn)(struct ctx *cx, int64_t id))
{
	struct app app;
	struct ctx cx;
	int64_t id;
	enum err e;
	int code;

	if (!str_int(c->words.v[0], &id))
		return cmd_usage(c, "a report has a number, not \"%.*s\"", STR_F(c->words.v[0]));
	code = cmd_open_site(c, &app, &cx, ((const struct report_flags *)c->in)->site);
	if (code)
		return code;
	e = fn(&cx, id);
	cmd_close(&app);
	if (e == ERR_NOT_FOUND)
		return cmd_fail(c, "there is no report %lld", (long long)id);
	return e ? cmd_fail(c, "the report cannot be read (%s)", err_name(e)) : 0;
}

static int show(struct cmd *c)
{
	return with_one(c, print_one);
}

const struct command cmd_report_show = {
	.name = "report show",
	.words = "NUMBER",
	.least = 1,
	.most = 1,
	.summary = "Shows a report with its posts",
	COMMAND_FLAGS(report_flags, one_flags),
	.run = show,
};

static int resolve(struct cmd *c)
{
	return with_one(c, resolve_one);
}

const struct command cmd_report_resolve = {
	.name = "report resolve",
	.words = "NUMBER",
	.least = 1,
	.most = 1,
	.summary = "Marks a report as done",
	COMMAND_FLAGS(report_flags, one_flags),
	.run = resolve,
};
