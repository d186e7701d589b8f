/* Words in texts: lines up to an empty one are words ("whole:" before it: a whole one), the rest is HTML. A word is found in
 * itself, and in the text where the words as such, all at once or alone, do. */
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/match.h"

#define MUST(x) do { if (!(x)) __builtin_trap(); } while (0)
enum { WORDS = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void alone(struct arena *mem, struct match_word word, str text, bool expected)
{
	struct matcher *m = matcher_new(&word, 1);
	bool in_text = false, in_itself = false;

	matcher_run(m, mem, text, &in_text);
	matcher_run(m, mem, word.text, &in_itself);
	MUST(in_text == expected);
	MUST(in_itself == (word.text.n > 0));
	matcher_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str rest = size ? str_n((const char *)data, size) : S(""), line;
	struct match_word words[WORDS];
	struct buf text = buf_new(&mem, size + 1);
	bool hit[WORDS] = { false };
	struct matcher *m;
	size_t n = 0;

	if (!str_utf8(rest))
		return 0;
	while (str_cut(&rest, '\n', &line) && line.n && n < WORDS) {
		words[n].whole = str_skip(&line, S("whole:"));
		words[n++].text = line;
	}
	match_add_html(&text, str_none(rest) ? S("") : rest);
	m = matcher_new(words, n);
	matcher_run(m, &mem, buf_str(&text), hit);
	matcher_free(m);
	for (size_t i = 0; i < n; i++)
		alone(&mem, words[i], buf_str(&text), hit[i]);
	return 0;
}
