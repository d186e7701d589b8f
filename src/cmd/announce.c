/* dassie announce add, change, list, remove: what a site tells its people. */
#include <stdio.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "core/announcement.h"

struct announce_flags {
	str site, starts, ends, file;
	bool all_day;
};
static const struct flag announce_flags[] = {
	ARG_TEXT(announce_flags, site, "site", "DOMAIN", "whose people; needed where there are several sites"),
	ARG_TEXT(announce_flags, starts, "starts", "TIME", "of what is announced, such as 2026-12-24T18:00:00Z; none: not said"),
	ARG_TEXT(announce_flags, ends, "ends", "TIME", "when it is over; it is not shown any more then"),
	ARG_SWITCH(announce_flags, all_day, "all-day", "the times are days"),
	ARG_TEXT(announce_flags, file, "file", "FILE", "the text is in a file; - is stdin"),
};

static bool time_of(struct cmd *c, str text, int64_t *at)
{
	*at = 0;
	if (!text.n || str_eq(text, S("none")) || clock_parse_iso(text, at))
		return true;
	cmd_usage(c, "\"%.*s\" is no time; write it like 2026-12-24T18:00:00Z", STR_F(text));
	return false;
}

static int add(struct cmd *c)
{
	const struct announce_flags *in = c->in;
	struct app app;
	struct ctx cx;
	struct announcement_in what = { .text = c->words.n ? c->words.v[0] : STR_NONE, .all_day = in->all_day };
	int64_t id = 0;
	enum err e;
	int code;

	if (!time_of(c, in->starts, &what.starts_at) || !time_of(c, in->ends, &what.ends_at))
		return 2;
	if ((in->file.n > 0) == (c->words.n > 0))
		return cmd_usage(c, "say the text, or where it is with --file");
	if (in->file.n && !cmd_text_of(c, in->file, &what.text))
		return 1;
	code = cmd_open_site(c, &app, &cx, in->site);
	if (code)
		return code;
	e = announcement_add(&cx, &what, &id);
	code = e ? cmd_fail(c, "nothing was announced: %.*s", STR_F(str_or(cx.said, str_of(err_name(e))))) : 0;
	if (!e)
		printf("%lld\n", (long long)id);
	cmd_close(&app);
	return code;
}

const struct command cmd_announce_add = {
	.name = "announce add",
	.words = "[TEXT]",
	.most = 1,
	.summary = "Shows an announcement (Markdown) to the people of a site; prints its number",
	COMMAND_FLAGS(announce_flags, announce_flags),
	.run = add,
};

static int list(struct cmd *c)
{
	const struct site_flag *in = c->in;
	struct announcement_view *views = NULL;
	char text[CLOCK_TEXT];
	struct app app;
	struct ctx cx;
	size_t n = 0;
	enum err e;
	int code = cmd_open_site(c, &app, &cx, in->site);

	if (code)
		return code;
	e = announcement_views(&cx, &views, &n);
	for (size_t i = 0; !e && i < n; i++)
		printf("%lld\t%.*s\t%.*s\n", (long long)views[i].a.id, STR_F(clock_iso_s(views[i].a.published_at, text)),
		       STR_F(cmd_one_line(c->mem, views[i].a.text)));
	cmd_close(&app);
	return e ? cmd_fail(c, "the announcements cannot be read (%s)", err_name(e)) : 0;
}

const struct command cmd_announce_list = {
	.name = "announce list",
	.summary = "Lists what is announced: number, time, text",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = list,
};

static bool number_of(struct cmd *c, int64_t *id)
{
	if (str_int(c->words.v[0], id) && *id > 0)
		return true;
	cmd_usage(c, "\"%.*s\" is no number of an announcement; dassie announce list shows them", STR_F(c->words.v[0]));
	return false;
}

static int say(struct cmd *c, struct ctx *cx, enum err e, int64_t id, const char *what)
{
	if (e == ERR_NOT_FOUND)
		return cmd_fail(c, "there is no announcement %lld; dassie announce list shows them", (long long)id);
	return e ? cmd_fail(c, "%s: %.*s", what, STR_F(str_or(cx->said, str_of(err_name(e))))) : 0;
}

static int change(struct cmd *c)
{
	const struct announce_flags *in = c->in;
	struct announcement_in what = {
		.text = c->words.n > 1 ? c->words.v[1] : STR_NONE,
		.all_day = in->all_day,
		.has_text = c->words.n > 1 || in->file.n,
		.has_starts = in->starts.n,
		.has_ends = in->ends.n,
	};
	struct app app;
	struct ctx cx;
	int64_t id;
	int code;

	if (!number_of(c, &id) || !time_of(c, in->starts, &what.starts_at) || !time_of(c, in->ends, &what.ends_at))
		return 2;
	if (in->file.n && c->words.n > 1)
		return cmd_usage(c, "say the text, or where it is with --file");
	if (!what.has_text && !what.has_starts && !what.has_ends && !in->all_day)
		return cmd_usage(c, "say what is to change: the text, or a time");
	if (in->file.n && !cmd_text_of(c, in->file, &what.text))
		return 1;
	code = cmd_open_site(c, &app, &cx, in->site);
	if (code)
		return code;
	code = say(c, &cx, announcement_change(&cx, id, &what), id, "it stays as it was");
	cmd_close(&app);
	return code;
}

const struct command cmd_announce_change = {
	.name = "announce change",
	.words = "NUMBER [TEXT]",
	.least = 1,
	.most = 2,
	.summary = "Changes an announcement: its text, its times; what is not given stays",
	COMMAND_FLAGS(announce_flags, announce_flags),
	.run = change,
};

static int drop(struct cmd *c)
{
	const struct site_flag *in = c->in;
	struct app app;
	struct ctx cx;
	int64_t id;
	int code;

	if (!number_of(c, &id))
		return 2;
	code = cmd_open_site(c, &app, &cx, in->site);
	if (code)
		return code;
	code = say(c, &cx, announcement_remove(&cx, id), id, "the announcement was not removed");
	cmd_close(&app);
	return code;
}

const struct command cmd_announce_remove = {
	.name = "announce remove",
	.words = "NUMBER",
	.least = 1,
	.most = 1,
	.summary = "Takes an announcement away",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = drop,
};
