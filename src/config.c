/* Settings: one table made of options.def; every reader and writer of settings walks it. Lines are "name = value"; '#'
 * at the start of a line or after white space begins a comment. "@/path" stands for what that file holds, so that
 * secrets need not be in the settings. Knows no setting by name but the few whose words are fixed or secret. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { FILE_MAX = 64 * 1024 };

enum kind { KIND_TEXT,
	    KIND_NUMBER,
	    KIND_SWITCH };

struct option {
	const char *name;
	enum kind kind;
	size_t at;
	const char *standard; /* as written in a file */
	int64_t low, high;
	const char *help;
};

static const struct option options[] = {
#define TEXT(name, standard, help) { #name, KIND_TEXT, offsetof(struct config, name), standard, 0, 0, help },
#define NUMBER(name, standard, low, high, help) \
	{ #name, KIND_NUMBER, offsetof(struct config, name), #standard, low, high, help },
#define SWITCH(name, standard, help) { #name, KIND_SWITCH, offsetof(struct config, name), #standard, 0, 0, help },
#include "options.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
};
enum { OPTIONS = sizeof(options) / sizeof(options[0]) };

/* Settings that take one of a few words. */
static const struct {
	const char *name, *words;
} choices[] = {
	{ "sign_up", "closed invited approved open" },
	{ "domain_blocks_shown", "nobody users all" },
	{ "timelines_access", "public authenticated" },
	{ "log_level", "debug info warn error" },
};

static const struct option *option_by(str name)
{
	for (int i = 0; i < OPTIONS; i++)
		if (str_eq(name, str_of(options[i].name)))
			return &options[i];
	return NULL;
}

static bool one_of(str value, const char *words)
{
	str rest = str_of(words);

	for (str word; str_cut(&rest, ' ', &word);)
		if (str_eq(value, word))
			return true;
	return false;
}

/* How many letters differ, by Levenshtein; names here are short. */
static int distance(str a, str b)
{
	enum { LONGEST = 40 };
	int row[LONGEST + 1];

	if (a.n > LONGEST || b.n > LONGEST)
		return LONGEST;
	for (int j = 0; j <= (int)b.n; j++)
		row[j] = j;
	for (int i = 1; i <= (int)a.n; i++) {
		int diagonal = row[0];

		row[0] = i;
		for (int j = 1; j <= (int)b.n; j++) {
			int change = diagonal + (a.p[i - 1] != b.p[j - 1]);
			int least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			diagonal = row[j];
			row[j] = change < least ? change : least;
		}
	}
	return row[b.n];
}

static str unknown(struct arena *mem, str name)
{
	const struct option *near = NULL;
	int best = 1 + (int)name.n / 3;

	for (int i = 0; i < OPTIONS; i++) {
		int d = distance(name, str_of(options[i].name));

		if (d <= best) {
			best = d - 1;
			near = &options[i];
		}
	}
	name = str_to(name, 60);
	if (near)
		return strf(mem, "%.*s: there is no such setting; did you mean %s?", STR_F(name), near->name);
	return strf(mem, "%.*s: there is no such setting", STR_F(name));
}

/* All of a small file; false with errno set, EFBIG past FILE_MAX. */
static bool read_file(struct arena *mem, const char *path, str *text)
{
	char *p = NEWS(mem, char, FILE_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t got;

	if (fd < 0)
		return false;
	while ((got = read(fd, p + n, FILE_MAX + 1 - n)) > 0)
		n += (size_t)got;
	if (got == 0 && n > FILE_MAX)
		errno = EFBIG;
	close(fd);
	*text = str_n(p, n);
	return got == 0 && n <= FILE_MAX;
}

static bool set_text(const struct option *o, str *to, struct arena *mem, str value, str *why)
{
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f) {
			*why = strf(mem, "%s: the value must be one line of text", o->name);
			return false;
		}
	}
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		if (strcmp(choices[i].name, o->name) == 0 && !one_of(value, choices[i].words)) {
			*why = strf(mem, "%s: must be one of: %s", o->name, choices[i].words);
			return false;
		}
	}
	*to = str_dup(mem, value);
	return true;
}

static bool set_number(const struct option *o, int64_t *to, struct arena *mem, str value, str *why)
{
	int64_t v;

	if (!str_int(value, &v) || v < o->low || v > o->high) {
		*why = strf(mem, "%s: must be a number from %lld to %lld", o->name, (long long)o->low,
		            (long long)o->high);
		return false;
	}
	*to = v;
	return true;
}

static bool set_switch(const struct option *o, bool *to, struct arena *mem, str value, str *why)
{
	bool on = one_of(value, "yes true on 1");

	if (!on && !one_of(value, "no false off 0")) {
		*why = strf(mem, "%s: must be yes or no", o->name);
		return false;
	}
	*to = on;
	return true;
}

bool config_set(struct config *c, struct arena *mem, str name, str value, str *why)
{
	const struct option *o = option_by(name);
	char *at;

	if (!o) {
		*why = unknown(mem, name);
		return false;
	}
	at = (char *)c + o->at;
	if (str_starts(value, S("@/"))) {
		const char *path = cstr(mem, str_from(value, 1));

		if (!read_file(mem, path, &value)) {
			*why = strf(mem, "%s: cannot read %s: %s", o->name, path, strerror(errno));
			return false;
		}
		value = str_trim(value);
	}
	switch (o->kind) {
	case KIND_TEXT: return set_text(o, (str *)at, mem, value, why);
	case KIND_NUMBER: return set_number(o, (int64_t *)at, mem, value, why);
	case KIND_SWITCH: return set_switch(o, (bool *)at, mem, value, why);
	}
	return false;
}

/* The words of libpq may hold a password. */
static bool is_secret(const char *name, str value)
{
	if (str_ends(str_of(name), S("_password")) || str_ends(str_of(name), S("_key")))
		return value.n > 0;
	return str_starts(value, S("postgres:")) && (str_find(value, S("password")) >= 0 || str_chr(value, '@') >= 0);
}

static str without_comment(str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (i == 0 || strchr(" \t=", line.p[i - 1])))
			return str_to(line, i);
	return line;
}

bool config_read(struct config *c, struct arena *mem, str file, str text, str *why)
{
	uint64_t seen = 0;
	str line;

	_Static_assert(OPTIONS <= 64, "one bit a setting");
	str_skip(&text, S("\xef\xbb\xbf"));
	for (int number = 1; str_cut(&text, '\n', &line); number++) {
		str value = str_trim(without_comment(line)), name, wrong = STR_NONE;
		const struct option *o;

		if (!value.n)
			continue;
		str_cut(&value, '=', &name);
		name = str_trim(name);
		o = option_by(name);
		if (str_none(value))
			wrong = strf(mem, "expected: name = value");
		else if (o && seen & 1ull << (o - options))
			wrong = strf(mem, "%s: set twice", o->name);
		else if (config_set(c, mem, name, str_trim(value), &wrong) && o)
			seen |= 1ull << (o - options);
		if (o && is_secret(o->name, str_trim(value)) && !str_starts(str_trim(value), S("@/")))
			c->holds_secrets = true;
		if (wrong.p) {
			*why = strf(mem, "%.*s:%d: %.*s", STR_F(file), number, STR_F(wrong));
			return false;
		}
	}
	return true;
}

static bool from_environment(struct config *c, struct arena *mem, str *why)
{
	for (int i = 0; i < OPTIONS; i++) {
		char name[64] = "DASSIE_";
		const char *value;
		str wrong;

		for (size_t j = 0; options[i].name[j] && j < sizeof(name) - 8; j++) {
			char ch = options[i].name[j];

			name[7 + j] = ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch;
		}
		value = getenv(name);
		if (value && !config_set(c, mem, str_of(options[i].name), str_trim(str_of(value)), &wrong)) {
			*why = strf(mem, "%s in the environment: %.*s", name, STR_F(wrong));
			return false;
		}
	}
	return true;
}

bool config_load(struct config *c, struct arena *mem, const char *path, str *why)
{
	*c = (struct config){ 0 };
	for (int i = 0; i < OPTIONS; i++) {
		str standard = str_of(options[i].standard);

		BUG_IF(!config_set(c, mem, str_of(options[i].name), standard, why));
	}
	if (path) {
		str text;

		if (!read_file(mem, path, &text)) {
			*why = strf(mem, "%s: %s", path, strerror(errno));
			return false;
		}
		if (!config_read(c, mem, str_of(path), text, why))
			return false;
	}
	return from_environment(c, mem, why);
}

static str shown(const char *name, str value)
{
	return is_secret(name, value) ? S("(set)") : value;
}

str config_dump(const struct config *c, struct arena *mem)
{
	struct buf b = buf_new(mem, FILE_MAX + OPTIONS * FILE_MAX);

	for (int i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];
		const char *at = (const char *)c + o->at;

		buf_addf(&b, "%s = ", o->name);
		switch (o->kind) {
		case KIND_TEXT: buf_add(&b, shown(o->name, *(const str *)at)); break;
		case KIND_NUMBER: buf_int(&b, *(const int64_t *)at); break;
		case KIND_SWITCH: buf_add(&b, *(const bool *)at ? S("yes") : S("no")); break;
		}
		buf_byte(&b, '\n');
	}
	return buf_str(&b);
}

static const char *standard_of(const struct option *o)
{
	if (o->kind == KIND_SWITCH)
		return strcmp(o->standard, "true") == 0 ? "yes" : "no";
	return *o->standard ? o->standard : "(empty)";
}

str config_help(struct arena *mem)
{
	struct buf b = buf_new(mem, FILE_MAX);

	buf_add(&b, S("# Settings\n\n"
	              "One file of lines `name = value`; `#` begins a comment. Every setting has a default, so none is "
	              "needed.\nThe environment wins over the file: `DASSIE_LISTEN=8421`. A value `@/path` is read from "
	              "that file.\n`dassie serve --check` prints what is in force.\n"));
	for (int i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];

		buf_addf(&b, "\n## %s\n\n%s.\n\nDefault: `%s`", o->name, o->help, standard_of(o));
		if (o->kind == KIND_NUMBER)
			buf_addf(&b, ", from %lld to %lld", (long long)o->low, (long long)o->high);
		buf_add(&b, S(".\n"));
	}
	return buf_str(&b);
}
