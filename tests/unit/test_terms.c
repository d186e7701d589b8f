/* What search cuts text into, and what its queries mean. */
#include "base/arena.h"
#include "base/clock.h"
#include "check.h"
#include "text/query.h"
#include "text/terms.h"

static void is_cut(const char *text, const char *expected)
{
	struct arena mem ARENA_SCOPE;
	struct strs terms = { NEWS(&mem, str, 100), 0 };
	str all = S("");

	terms_add(&mem, str_of(text), &terms, 100);
	for (size_t i = 0; i < terms.n; i++)
		all = strf(&mem, "%.*s%s%.*s", STR_F(all), i ? "|" : "", STR_F(terms.v[i]));
	assert_str(all, str_of(expected));
}

static void text_is_cut_into_words(void **state)
{
	(void)state;
	is_cut("", "");
	is_cut("Hello, WORLD! foo_bar don't", "hello|world|foo|bar|don|t");
	is_cut("Caf\xc3\xa9 cafe\xcc\x81 Straße ŁÓDŹ Smørrebrød İstanbul ılık", "cafe|cafe|strasse|lodz|smorrebrod|istanbul|ilik");
	is_cut("Ｆｕｌｌ ﬁne ① ١٢٣", "full|fine|1|123");
	is_cut("日本語", "日本|本語|語");
	is_cut("日", "日");
	is_cut("ガラスとlinux", "ガラ|ラス|スと|と|linux");
	is_cut("ｶﾞﾗｽ", "ガラ|ラス|ス"); /* narrow */
	is_cut("ภาษา", "ภา|าษ|ษา|า");
	is_cut("الْعَرَبِيَّة ﻻ أحمد مدرسة می\xe2\x80\x8cخواهم", "العربيه|لا|احمد|مدرسه|ميخواهم");
	is_cut("👩‍👩‍👧 😀", "");
	is_cut("\xc2\xad" "soft\xc2\xadhyphen", "softhyphen");
}

static void much_text_takes_no_longer_than_its_length(void **state)
{
	struct arena mem ARENA_SCOPE;
	enum { N = 1 << 20 };
	char *marks = NEWS(&mem, char, N);
	struct strs terms = { NEWS(&mem, str, TERMS_MAX), 0 };
	int64_t before = clock_mono();

	(void)state;
	for (size_t i = 0; i + 1 < N; i += 2)
		memcpy(marks + i, i % 4 ? "\xcc\x81" : "\xcc\xa3", 2);
	terms_add(&mem, str_n(marks, N), &terms, TERMS_MAX);
	assert_int_equal(terms.n, 0);
	memset(marks, 'a', N);
	terms_add(&mem, str_n(marks, N), &terms, TERMS_MAX);
	assert_int_equal(terms.n, 1);
	assert_int_equal(terms.v[0].n, TERM_BYTES_MAX);
	for (size_t i = 1; i < N; i += 2)
		marks[i] = ' ';
	terms_add(&mem, str_n(marks, N), &terms, TERMS_MAX);
	assert_int_equal(terms.n, TERMS_MAX);
	assert_true(clock_mono() - before < 20 * SECOND);
}

static void what_is_no_operator_is_words(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct query q;

	(void)state;
	query_parse(&mem, S("foo:bar before:yesterday has:fun -\"a b\" from:@bob@far.test -from:me in:library"), &q);
	assert_int_equal(q.words_n, 4);
	assert_int_equal(q.words[0].terms.n, 2);
	assert_str(q.words[1].terms.v[1], S("yesterday"));
	assert_true(q.words[3].without);
	assert_int_equal(q.words[3].terms.n, 2);
	assert_int_equal(q.from_n, 2);
	assert_str(q.from[0].handle, S("bob@far.test"));
	assert_true(q.from[1].without && q.library && !q.public && !q.before);
	query_parse(&mem, S("after:2026-01-01 before:2026-03-01 during:2026-02-02"), &q);
	assert_int_equal(q.before - q.after, DAY);
	assert_int_equal(q.words_n, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_into_words),
		cmocka_unit_test(much_text_takes_no_longer_than_its_length),
		cmocka_unit_test(what_is_no_operator_is_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
