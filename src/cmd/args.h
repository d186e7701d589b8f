#pragma once
/* Words and flags of the command line, by tables: one struct command a subcommand, one struct flag a flag. */
#include <stddef.h>

#include "base/str.h"

struct arena;
struct cmd;

enum flag_kind {
	FLAG_TEXT,   /* str member; --name VALUE or --name=VALUE */
	FLAG_MANY,   /* struct strs member; may be given again and again */
	FLAG_SWITCH, /* bool member; no value */
};
struct flag {
	const char *name;
	enum flag_kind kind;
	size_t at;
	const char *word; /* what help calls the value */
	const char *help;
};
#define ARG_TEXT(t, m, name, word, help) { name, FLAG_TEXT, offsetof(struct t, m), word, help }
#define ARG_MANY(t, m, name, word, help) { name, FLAG_MANY, offsetof(struct t, m), word, help }
#define ARG_SWITCH(t, m, name, help) { name, FLAG_SWITCH, offsetof(struct t, m), NULL, help }

struct command {
	const char *name;    /* "serve", "site add" */
	const char *words;   /* what follows it, for help: "DOMAIN"; NULL: nothing */
	int least, most;     /* how many words follow */
	const char *summary; /* one line */
	const struct flag *flags;
	int flags_n;
	size_t size;         /* of the struct that its flags fill; 0: it has none */
	bool logs;           /* its log is what it is run for */
	int (*run)(struct cmd *c); /* the exit code */
};
#define COMMAND_FLAGS(t, table) \
	.flags = (table), .flags_n = (int)(sizeof(table) / sizeof((table)[0])), .size = sizeof(struct t)

/* One set of flags and where its values go. */
struct flag_set {
	const struct flag *flags;
	int n;
	void *into;
};

struct args {
	struct strs words; /* what is not a flag, in order; all that follows "--" */
	bool help;         /* --help or -h was there */
};
/* False: *why is a sentence such as "there is no flag --foo". Strings are borrowed from v. */
bool args_read(struct arena *mem, const char *const *v, int n, const struct flag_set *sets, int sets_n, struct args *a,
               str *why);

/* The command whose name the words begin with, the longest such; *taken is how many words its name has. */
const struct command *command_find(const struct command *const *all, int n, const char *const *v, int v_n, int *taken);
/* The page of one command; sets beside its own flags are those that all commands have. */
str command_help(struct arena *mem, const struct command *c, const struct flag *common, int common_n);
/* The list of all commands, or of those whose name begins with the word. */
str commands_help(struct arena *mem, const struct command *const *all, int n, str first_word);
