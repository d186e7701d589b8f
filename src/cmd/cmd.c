/* Finds the subcommand, reads its flags, loads the settings, and says in one sentence what is wrong. */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "core/cache.h"
#include "core/filter.h"
#include "core/oauth.h"
#include "core/remote_file.h"
#include "core/site.h"
#include "db/db.h"

static const char config_standard[] = "/etc/dassie/dassie.conf";

#define COMMAND(name) extern const struct command cmd_##name;
#include "cmd/commands.def"
#undef COMMAND
static const struct command *const commands[] = {
#define COMMAND(name) &cmd_##name,
#include "cmd/commands.def"
#undef COMMAND
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* Flags of every subcommand. */
struct common {
	str config, database, data_dir, listen;
	struct strs set;
};
static const struct flag common_flags[] = {
	ARG_TEXT(common, config, "config", "FILE", "settings; without it /etc/dassie/dassie.conf, if that is there"),
	ARG_MANY(common, set, "set", "NAME=VALUE", "one setting; wins over file and environment"),
	ARG_TEXT(common, data_dir, "data-dir", "DIR", "short for --set data_dir=DIR"),
	ARG_TEXT(common, database, "database", "WHERE", "short for --set database=WHERE"),
	ARG_TEXT(common, listen, "listen", "ADDRESS", "short for --set listen=ADDRESS"),
};
enum { COMMON = sizeof(common_flags) / sizeof(common_flags[0]) };

static int say(struct cmd *c, int code, const char *fmt, va_list ap)
{
	fputs("dassie: ", stderr);
	vfprintf(stderr, fmt, ap);
	if (code == 2)
		fprintf(stderr, "; see dassie %s --help", c->what->name);
	fputc('\n', stderr);
	return code;
}

int cmd_fail(struct cmd *c, const char *fmt, ...)
{
	va_list ap;
	int code;

	va_start(ap, fmt);
	code = say(c, 1, fmt, ap);
	va_end(ap);
	return code;
}

int cmd_usage(struct cmd *c, const char *fmt, ...)
{
	va_list ap;
	int code;

	va_start(ap, fmt);
	code = say(c, 2, fmt, ap);
	va_end(ap);
	return code;
}

static int set_one(struct cmd *c, str name, str value)
{
	str why = STR_NONE;

	return config_set(&c->config, c->mem, name, value, &why) ? 0 : cmd_fail(c, "%.*s", STR_F(why));
}

static int set_line(struct cmd *c, str line)
{
	str value = line, name;

	if (!str_cut(&value, '=', &name) || str_none(value))
		return cmd_usage(c, "--set takes NAME=VALUE, not \"%.*s\"", STR_F(line));
	return set_one(c, str_trim(name), str_trim(value));
}

static void look_who_reads(const char *path)
{
	struct stat st;

	if (!stat(path, &st) && st.st_mode & S_IROTH)
		LOG(LOG_WARN, "config", LS("what", S("everybody here can read the passwords in it: chmod o= it")),
		    LS("file", str_of(path)));
}

/* File, environment, then --set and its short forms; the exit code. */
static int load_settings(struct cmd *c, const struct common *in)
{
	static const str names[] = { S("data_dir"), S("database"), S("listen") };
	const str values[] = { in->data_dir, in->database, in->listen };
	const char *path = in->config.p ? cstr(c->mem, in->config) : NULL;
	str why = STR_NONE;
	int code = 0;

	if (!path && !access(config_standard, R_OK))
		path = config_standard;
	if (!config_load(&c->config, c->mem, path, &why))
		return cmd_fail(c, "%.*s", STR_F(why));
	if (path && c->config.holds_secrets)
		look_who_reads(path);
	for (size_t i = 0; !code && i < in->set.n; i++)
		code = set_line(c, in->set.v[i]);
	for (size_t i = 0; !code && i < sizeof(names) / sizeof(names[0]); i++)
		if (values[i].p)
			code = set_one(c, names[i], values[i]);
	return code;
}

/* Commands that print something say only what is wrong beside it; a setting of debug is obeyed. */
static void set_log_level(str name, bool quiet)
{
	static const str names[] = { S("debug"), S("info"), S("warn"), S("error") };

	for (int i = 0; i < 4; i++)
		if (str_eq(name, names[i]))
			log_set_level(quiet && i == 1 ? LOG_WARN : (enum log_level)(LOG_DEBUG + i));
}

static int run(struct cmd *c, int argc, const char *const *argv)
{
	struct common common = { 0 };
	struct flag_set sets[] = {
		{ c->what->flags, c->what->flags_n, c->in },
		{ common_flags, COMMON, &common },
	};
	struct args args;
	str why = STR_NONE;
	int code;

	if (!args_read(c->mem, argv, argc, sets, 2, &args, &why))
		return cmd_usage(c, "%.*s", STR_F(why));
	if (args.help) {
		printf("%.*s", STR_F(command_help(c->mem, c->what, common_flags, COMMON)));
		return 0;
	}
	c->words = args.words;
	if ((int)args.words.n < c->what->least)
		return cmd_usage(c, "dassie %s needs %s", c->what->name, c->what->words);
	if ((int)args.words.n > c->what->most)
		return cmd_usage(c, "\"%.*s\" is one word too many", STR_F(args.words.v[c->what->most]));
	code = load_settings(c, &common);
	if (code)
		return code;
	set_log_level(c->config.log_level, !c->what->logs);
	return c->what->run(c);
}

static void list_commands(struct arena *mem, FILE *to, str first_word)
{
	fprintf(to, "usage: dassie COMMAND [FLAGS]; dassie COMMAND --help tells more\n\n%.*s",
	        STR_F(commands_help(mem, commands, COMMANDS, first_word)));
}

/* "dassie site" and other beginnings of a command. */
static int half_a_command(struct arena *mem, const char *const *argv, int argc)
{
	str first = argc > 1 ? str_of(argv[1]) : STR_NONE;

	if (argc < 2) {
		list_commands(mem, stderr, STR_NONE);
		return 2;
	}
	if (str_eq(first, S("--help")) || str_eq(first, S("-h"))) {
		list_commands(mem, stdout, STR_NONE);
		return 0;
	}
	if (!commands_help(mem, commands, COMMANDS, first).n) {
		fprintf(stderr, "dassie: there is no command \"%.*s\"; see dassie --help\n", STR_F(str_head_runes(first, 60)));
		return 2;
	}
	if (argc > 2 && (str_eq(str_of(argv[2]), S("--help")) || str_eq(str_of(argv[2]), S("-h")))) {
		list_commands(mem, stdout, first);
		return 0;
	}
	if (argc > 2 && argv[2][0] != '-')
		fprintf(stderr, "dassie: there is no command \"%s %s\"; see dassie %s --help\n", argv[1], argv[2], argv[1]);
	else
		list_commands(mem, stderr, first);
	return 2;
}

int cmd_main(int argc, const char *const *argv)
{
	struct arena mem ARENA_SCOPE;
	struct cmd c = { .mem = &mem };
	int taken = 0, code;

	c.what = argc > 1 ? command_find(commands, COMMANDS, argv + 1, argc - 1, &taken) : NULL;
	if (!c.what)
		return half_a_command(&mem, argv, argc);
	if (c.what->size)
		c.in = arena_alloc(&mem, c.what->size, _Alignof(max_align_t));
	code = run(&c, argc - 1 - taken, argv + 1 + taken);
	if (fflush(stdout) || ferror(stdout))
		return code ? code : cmd_fail(&c, "could not write the answer: %s", strerror(errno));
	return code;
}

/* --- what subcommands share */

str cmd_data_dir(struct cmd *c)
{
	if (c->config.data_dir.n)
		return c->config.data_dir;
	return !access("/var/lib/dassie", X_OK) ? S("/var/lib/dassie") : S(".");
}

str cmd_database(struct cmd *c)
{
	str where = c->config.database, path = where, dir = cmd_data_dir(c);

	if (!str_skip(&path, S("sqlite:")) || str_starts(path, S("/")) || str_eq(path, S(":memory:")))
		return where;
	return strf(c->mem, "sqlite:%.*s/%.*s", STR_F(dir), STR_F(path));
}

int cmd_schema(void)
{
	return migrations_n ? migrations[migrations_n - 1].number : 0;
}

int cmd_too_new(struct cmd *c, int version)
{
	return cmd_fail(c, "the database %.*s has version %d, and this program knows %d; use a newer dassie",
	                STR_F(cmd_database(c)), version, cmd_schema());
}

bool cmd_exists(struct cmd *c)
{
	str path = cmd_database(c);

	if (!str_skip(&path, S("sqlite:")) || !access(cstr(c->mem, path), F_OK))
		return true;
	cmd_fail(c, "there is no database %.*s; dassie init makes one", STR_F(path));
	return false;
}

bool cmd_open(struct cmd *c, struct app *app, bool create)
{
	str where = cmd_database(c), why = STR_NONE;
	int done = 0, version = 0;
	enum err e;

	*app = (struct app){ .config = &c->config, .command = true };
	if (!create && !cmd_exists(c))
		return false;
	if (dbs_open(cstr(c->mem, where), &(struct dbs_options){ 0 }, c->mem, &app->dbs, &why)) {
		cmd_fail(c, "%.*s", STR_F(why));
		return false;
	}
	e = migrate_run(app->dbs, &done);
	if (!e) {
		app->sites = sites_open(app);
		app->tokens = token_cache_new();
		app->filters = filter_cache_new();
		return true;
	}
	if (e == ERR_INVALID && !migrate_version(app->dbs, &version))
		cmd_too_new(c, version);
	else
		cmd_fail(c, "the database %.*s could not be brought up to date (%s)", STR_F(where), err_name(e));
	cmd_close(app);
	return false;
}

bool cmd_open_cache(struct cmd *c, struct app *app)
{
	str why = STR_NONE;

	app->chunks = blob_cache_new();
	app->uses = uses_new();
	if (!dbs_open_cache(cstr(c->mem, cmd_database(c)), cache_migrations, cache_migrations_n, c->mem, &app->cache, &why))
		return true;
	cmd_fail(c, "%.*s", STR_F(why));
	return false;
}

void cmd_close(struct app *app)
{
	blob_cache_free(app->chunks);
	uses_free(app->uses);
	remote_close(app->remote);
	token_cache_free(app->tokens);
	filter_cache_free(app->filters);
	if (app->sites)
		sites_close(app->sites);
	if (app->cache)
		dbs_close(app->cache);
	if (app->dbs)
		dbs_close(app->dbs);
	app->tokens = NULL;
	app->filters = NULL;
	app->sites = NULL;
	app->chunks = NULL;
	app->uses = NULL;
	app->remote = NULL;
	app->dbs = app->cache = NULL;
}

bool cmd_asks(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static str first_line(struct arena *mem, FILE *f)
{
	char line[1024];
	str s;

	if (!fgets(line, sizeof(line), f))
		return STR_NONE;
	s = str_of(line);
	if (str_chop(&s, S("\n")))
		str_chop(&s, S("\r"));
	s = str_dup(mem, s);
	explicit_bzero(line, sizeof(line));
	return s;
}

str cmd_ask(struct cmd *c, const char *question, str otherwise, bool hidden)
{
	struct termios old, mute;
	str s;

	hidden = hidden && !tcgetattr(STDIN_FILENO, &old);
	if (hidden) {
		mute = old;
		mute.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &mute);
	}
	if (otherwise.n)
		fprintf(stderr, "%s [%.*s]: ", question, STR_F(otherwise));
	else
		fprintf(stderr, "%s: ", question);
	s = first_line(c->mem, stdin);
	if (hidden) {
		tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
		fputc('\n', stderr);
	}
	s = hidden ? s : str_trim(s);
	return s.n ? s : otherwise;
}

bool cmd_line_of(struct cmd *c, str path, str *line)
{
	FILE *f = str_eq(path, S("-")) ? stdin : fopen(cstr(c->mem, path), "re");

	if (!f) {
		cmd_fail(c, "cannot read %.*s: %s", STR_F(path), strerror(errno));
		return false;
	}
	*line = first_line(c->mem, f);
	if (f != stdin)
		fclose(f);
	if (!line->n)
		cmd_fail(c, "%.*s is empty", STR_F(path));
	return line->n > 0;
}

str cmd_one_line(struct arena *mem, str text)
{
	struct buf b = buf_new(mem, 2 * text.n + 1);

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\n')
			buf_add(&b, S("\\n"));
		else
			buf_byte(&b, text.p[i]);
	return str_or(buf_str(&b), S(""));
}

bool cmd_text_of(struct cmd *c, str path, str *text)
{
	enum { MOST = 1 << 20 };
	FILE *f = str_eq(path, S("-")) ? stdin : fopen(cstr(c->mem, path), "re");
	struct buf b = buf_new(c->mem, MOST);
	char piece[4096];
	size_t n;
	bool bad;

	if (!f) {
		cmd_fail(c, "cannot read %.*s: %s", STR_F(path), strerror(errno));
		return false;
	}
	while ((n = fread(piece, 1, sizeof(piece), f)))
		buf_add(&b, str_n(piece, n));
	bad = ferror(f);
	if (f != stdin)
		fclose(f);
	*text = str_or(buf_str(&b), S(""));
	if (bad || str_none(buf_str(&b)))
		cmd_fail(c, bad ? "cannot read %.*s" : "%.*s is larger than 1 MiB", STR_F(path));
	return !bad && !str_none(buf_str(&b));
}
