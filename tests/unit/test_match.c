/* Words in texts: examples, a plain model, and words that are meant to take long. */
#include "text/match.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "check.h"

static bool found(const char *word, bool whole, const char *text)
{
	struct match_word w = { str_of(word), whole };
	struct matcher *m = matcher_new(&w, 1);
	struct arena mem ARENA_SCOPE;
	bool hit = false;

	matcher_run(m, &mem, str_of(text), &hit);
	matcher_free(m);
	return hit;
}

static void words_are_found_without_case_and_at_their_bounds(void **state)
{
	(void)state;
	assert_true(found("cat", false, "Concatenate"));
	assert_false(found("cat", true, "Concatenate"));
	assert_true(found("cat", true, "a CAT."));
	assert_true(found("cat", true, "cat"));
	assert_false(found("cat", true, "cats"));
	assert_false(found("cat", true, "cat_s"));
	assert_false(found("cat", true, "cat9"));
	assert_true(found("#tag", true, "x#tag!")); /* what begins with no letter need not begin a word */
	assert_false(found("#tag", true, "#tags"));
	assert_true(found("!!", true, "what!!!"));
	assert_true(found("two words", true, "these TWO WORDS here"));
	assert_false(found("two words", true, "two wordsmiths"));
	assert_false(found("", false, "x"));
	assert_false(found("x", false, ""));
	/* Unicode */
	assert_true(found("straße", true, "STRASSE"));
	assert_true(found("ÄRGER", true, "der ärger"));
	assert_true(found("caf\xc3\xa9", true, "cafe\xcc\x81")); /* composed and not */
	assert_true(found("ΣΊΣΥΦΟΣ", true, "σίσυφος"));
	assert_false(found("är", true, "märz"));
	assert_true(found("är", false, "März"));
	assert_true(found("日本", false, "今日本を読む"));
	assert_false(found("日本", true, "今日本を読む"));
	assert_true(found("😀", true, "so 😀😀"));
}

static void tags_of_html_are_no_text(void **state)
{
	static const char *const html = "<p>a <a href=\"https://x.test/?spoiler&amp;b\" rel=\"x\">link&lt;b&gt;</a><br />next</p><p>&quot;it&#39;s&quot; &amp; &amp;lt; &odd</p>";
	struct arena mem ARENA_SCOPE;
	struct buf b = buf_new(&mem, 1000);

	(void)state;
	match_add_html(&b, str_of(html));
	assert_str(buf_str(&b), S("a link<b>\nnext\n\"it's\" & &lt; &odd\n"));
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static bool naive(str word, bool whole, str text)
{
	for (size_t i = 0; word.n && i + word.n <= text.n; i++) {
		size_t end = i + word.n;

		if (memcmp(text.p + i, word.p, word.n))
			continue;
		if (whole && is_word(word.p[0]) && i && is_word(text.p[i - 1]))
			continue;
		if (whole && is_word(word.p[word.n - 1]) && end < text.n && is_word(text.p[end]))
			continue;
		return true;
	}
	return false;
}

static str random_text(struct arena *mem, unsigned *dice, size_t most)
{
	size_t n = (*dice = *dice * 1664525u + 1013904223u) >> 8;
	char *p = arena_alloc(mem, most + 1, 1);

	n %= most + 1;
	for (size_t i = 0; i < n; i++)
		p[i] = "aab_ .#"[((*dice = *dice * 1664525u + 1013904223u) >> 10) % 7];
	return str_n(p, n);
}

static void many_words_are_found_as_one_by_one(void **state)
{
	enum { WORDS = 12 };
	unsigned dice = 7;

	(void)state;
	for (int run = 0; run < 3000; run++) {
		struct arena mem ARENA_SCOPE;
		struct match_word words[WORDS];
		bool hit[WORDS] = { false };
		struct matcher *m;
		str text;

		for (int i = 0; i < WORDS; i++)
			words[i] = (struct match_word){ random_text(&mem, &dice, 5), i % 2 };
		text = random_text(&mem, &dice, 30);
		m = matcher_new(words, WORDS);
		matcher_run(m, &mem, text, hit);
		matcher_free(m);
		for (int i = 0; i < WORDS; i++)
			if (hit[i] != naive(words[i].text, words[i].whole, text))
				fail_msg("'%.*s' (%d) in '%.*s'", STR_F(words[i].text), i % 2, STR_F(text));
	}
}

/* a, aa, aaa, ... in a text of a: every place ends hundreds of words, every word nearly fits everywhere. */
static void hostile_words_take_no_longer_than_others(void **state)
{
	enum { WORDS = 190, TEXT = 400000 };
	struct match_word words[2 * WORDS];
	bool hit[2 * WORDS] = { false };
	struct arena mem ARENA_SCOPE;
	char *text = arena_alloc(&mem, TEXT, 1);
	struct matcher *m;
	int64_t began;

	(void)state;
	for (size_t i = 0; i < TEXT; i++)
		text[i] = i % 500 == 499 ? 'c' : i % 7 == 6 ? ' ' : 'a';
	for (size_t i = 0; i < WORDS; i++) {
		char *w = arena_alloc(&mem, WORDS + 2, 1);

		memset(w, 'a', i + 1);
		words[i] = (struct match_word){ str_n(w, i + 1), i % 2 };
		w = arena_alloc(&mem, WORDS + 2, 1);
		memcpy(w, text + 7 - i % 7, i + 1); /* inside of the text, from the middle of a word on */
		words[WORDS + i] = (struct match_word){ str_n(w, i + 1), true };
	}
	m = matcher_new(words, sizeof(words) / sizeof(words[0]));
	began = clock_mono();
	matcher_run(m, &mem, str_n(text, TEXT), hit);
	assert_in_range(clock_mono() - began, 0, 2000); /* one by one it would be minutes */
	matcher_free(m);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found_without_case_and_at_their_bounds),
		cmocka_unit_test(tags_of_html_are_no_text),
		cmocka_unit_test(many_words_are_found_as_one_by_one),
		cmocka_unit_test(hostile_words_take_no_longer_than_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
