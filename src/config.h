#pragma once
/* Every setting, from options.def. Const after start. */
#include "base/str.h"

struct arena;

struct config {
#define TEXT(name, standard, help) str name;
#define NUMBER(name, standard, low, high, help) int64_t name;
#define SWITCH(name, standard, help) bool name;
#include "options.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
	bool holds_secrets; /* the file itself does, not files that it names */
};

/* Defaults, then the file (path NULL: none), then DASSIE_<NAME> of the environment, which wins. "@/path" reads a value
 * from that file. False: *why is one sentence naming the setting and the line. Strings live in mem. */
bool config_load(struct config *c, struct arena *mem, const char *path, str *why);
/* The text of a file; the sentence in *why begins with file and line. */
bool config_read(struct config *c, struct arena *mem, str file, str text, str *why);
/* One setting by name, as from a line of the file. */
bool config_set(struct config *c, struct arena *mem, str name, str value, str *why);
/* "name = value" lines of all that is in force; secrets as "(set)". */
str config_dump(const struct config *c, struct arena *mem);
/* The reference page (docs/CONFIG.md). */
str config_help(struct arena *mem);
