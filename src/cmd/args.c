/* The command line as tables describe it. Knows no command. */
#include "cmd/args.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"

enum { WORDS_MAX = 64, PAGE_MAX = 16384, NAME_WIDTH = 30 };

static const struct flag *flag_find(const struct flag_set *sets, int sets_n, str name, void **into)
{
	for (int s = 0; s < sets_n; s++)
		for (int i = 0; i < sets[s].n; i++)
			if (str_eq(name, str_of(sets[s].flags[i].name))) {
				*into = (char *)sets[s].into + sets[s].flags[i].at;
				return &sets[s].flags[i];
			}
	return NULL;
}

static void strs_add(struct arena *mem, struct strs *list, str s)
{
	if (!list->v)
		list->v = NEWS(mem, str, WORDS_MAX);
	if (list->n < WORDS_MAX)
		list->v[list->n++] = s;
}

/* One flag at v[*i]; moves *i to the last argument it used. */
static bool flag_read(struct arena *mem, const char *const *v, int n, int *i, const struct flag_set *sets, int sets_n,
                      str *why)
{
	str text = str_of(v[*i]), value = STR_NONE, name;
	void *into = NULL;
	const struct flag *f;
	long eq = str_chr(text, '=');

	name = str_from(eq < 0 ? text : str_to(text, (size_t)eq), 2);
	if (eq >= 0)
		value = str_from(text, (size_t)eq + 1);
	f = flag_find(sets, sets_n, name, &into);
	if (!f) {
		*why = strf(mem, "there is no flag --%.*s", STR_F(name));
		return false;
	}
	if (f->kind == FLAG_SWITCH) {
		*(bool *)into = true;
		if (eq >= 0)
			*why = strf(mem, "the flag --%.*s takes no value", STR_F(name));
		return eq < 0;
	}
	if (eq < 0) {
		if (*i + 1 >= n) {
			*why = strf(mem, "the flag --%.*s needs a value", STR_F(name));
			return false;
		}
		value = str_of(v[++*i]);
	}
	if (f->kind == FLAG_TEXT)
		*(str *)into = value;
	else
		strs_add(mem, into, value);
	return true;
}

bool args_read(struct arena *mem, const char *const *v, int n, const struct flag_set *sets, int sets_n, struct args *a,
               str *why)
{
	bool flags = true;

	*a = (struct args){ 0 };
	for (int i = 0; i < n; i++) {
		str s = str_of(v[i]);

		if (!str_utf8(s)) {
			*why = strf(mem, "word %d of the command line is not UTF-8", i + 1);
			return false;
		}
		if (flags && str_eq(s, S("--"))) {
			flags = false;
		} else if (flags && (str_eq(s, S("--help")) || str_eq(s, S("-h")))) {
			a->help = true;
		} else if (flags && str_starts(s, S("--"))) {
			if (!flag_read(mem, v, n, &i, sets, sets_n, why))
				return false;
		} else if (flags && s.n > 1 && s.p[0] == '-') {
			*why = strf(mem, "there is no flag %.*s", STR_F(s));
			return false;
		} else {
			strs_add(mem, &a->words, s);
		}
	}
	return true;
}

const struct command *command_find(const struct command *const *all, int n, const char *const *v, int v_n, int *taken)
{
	const struct command *best = NULL;

	*taken = 0;
	for (int i = 0; i < n; i++) {
		str rest = str_of(all[i]->name), part;
		int at = 0;

		while (str_cut(&rest, ' ', &part)) {
			if (at >= v_n || !str_eq(part, str_of(v[at])))
				break;
			at++;
			if (str_none(rest) && at > *taken) {
				*taken = at;
				best = all[i];
			}
		}
	}
	return best;
}

static void flag_lines(struct buf *b, const struct flag *flags, int n)
{
	for (int i = 0; i < n; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s %s", flags[i].name, flags[i].word ? flags[i].word : "");
		buf_addf(b, "  %-*s %s\n", NAME_WIDTH, left, flags[i].help);
	}
}

str command_help(struct arena *mem, const struct command *c, const struct flag *common, int common_n)
{
	struct buf b = buf_new(mem, PAGE_MAX);

	buf_addf(&b, "usage: dassie %s%s%s [FLAGS]\n%s.\n\n", c->name, c->words ? " " : "", c->words ? c->words : "",
	         c->summary);
	flag_lines(&b, c->flags, c->flags_n);
	flag_lines(&b, common, common_n);
	return buf_str(&b);
}

str commands_help(struct arena *mem, const struct command *const *all, int n, str first_word)
{
	struct buf b = buf_new(mem, PAGE_MAX);

	for (int i = 0; i < n; i++) {
		str rest = str_of(all[i]->name), word;
		char left[96];

		str_cut(&rest, ' ', &word);
		if (!str_none(first_word) && !str_eq(word, first_word))
			continue;
		snprintf(left, sizeof(left), "%s %s", all[i]->name, all[i]->words ? all[i]->words : "");
		buf_addf(&b, "  dassie %-*s %s\n", NAME_WIDTH, left, all[i]->summary);
	}
	return buf_str(&b);
}
