#pragma once
/* What every subcommand starts from: its words and flags read, the settings loaded, a way to say what is wrong. */
#include "base/arena.h"
#include "cmd/args.h"
#include "config.h"
#include "core/ctx.h"

struct cmd {
	struct arena *mem;
	const struct command *what;
	void *in; /* the struct that the flags filled, or NULL */
	struct strs words;
	struct config config;
};

/* main() after its own preparations; the exit code. */
int cmd_main(int argc, const char *const *argv);

/* One sentence on stderr; returns 1: return cmd_fail(c, "..."). */
int cmd_fail(struct cmd *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Likewise for a wrong command line, with a hint at --help; returns 2. */
int cmd_usage(struct cmd *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The setting data_dir, or what stands in for it. */
str cmd_data_dir(struct cmd *c);
/* "sqlite:/var/lib/dassie/main.db": the setting with its path made whole. */
str cmd_database(struct cmd *c);
/* The version of the database that this program makes; the sentence for one that is newer. */
int cmd_schema(void);
int cmd_too_new(struct cmd *c, int version);
/* Opens the database and brings it up to date. Fills app but for its ports. Only with create it may
 * be a new one. False: said why. */
bool cmd_open(struct cmd *c, struct app *app, bool create);
/* The cache too, after that; it is made where it is not there. False: said why. */
bool cmd_open_cache(struct cmd *c, struct app *app);
/* The file of the database is there, or it is on a server. False: said why. */
bool cmd_exists(struct cmd *c);
void cmd_close(struct app *app);
/* Whether someone can be asked. */
bool cmd_asks(void);
/* A line typed at the terminal, or otherwise where nothing was typed; hidden for passwords. */
str cmd_ask(struct cmd *c, const char *question, str otherwise, bool hidden);
/* The first line of a file, "-" is stdin, for passwords in scripts. False: said why. */
bool cmd_line_of(struct cmd *c, str path, str *line);
/* The text with its line ends as \\n, for output of one line each. */
str cmd_one_line(struct arena *mem, str text);
/* All of a file, "-" is stdin, of at most 1 MiB. False: said why. */
bool cmd_text_of(struct cmd *c, str path, str *text);

/* What requests to other servers say of who asks; some refuse who does not say where it comes from. host: a site's. */
str cmd_user_agent(const struct cmd *c, str host);
/* cx->site becomes the site of that domain (or host), or the only one there is where none is named. Else: said why, and
 * the exit code. */
int cmd_pick_site(struct cmd *c, struct ctx *cx, str domain);
/* cmd_open(), ctx_init() and cmd_pick_site(); what was opened is closed again if that fails. */
int cmd_open_site(struct cmd *c, struct app *app, struct ctx *cx, str domain);
/* Runs "thing remove WORD" with site_flag: fn takes the first word. thing: "invitation", list: the command that shows them. */
int cmd_remove_word(struct cmd *c, enum err (*fn)(struct ctx *cx, str word), const char *thing, const char *list);
/* For commands whose only flag is --site. */
struct site_flag {
	str site;
};
extern const struct flag site_flag[1];
