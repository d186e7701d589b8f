/* base: strings, arenas, JSON, dates, codecs, as their headers promise. */
#include "check.h"

#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"

static void iso_dates_go_round(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-23T01:02:03.004Z", 1795395723004 },
		{ "2026-11-23T02:02:03.004+01:00", 1795395723004 },
		{ "2026-11-23T01:02:03.004", 1795395723004 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "2024-02-29", 1709164800000 },
	};
	char text[CLOCK_TEXT];
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(clock_parse_iso(str_of(cases[i].text), &ms));
		assert_int_equal(ms, cases[i].ms);
		assert_true(clock_parse_iso(clock_iso(ms, text), &ms));
		assert_int_equal(ms, cases[i].ms);
	}
	assert_false(clock_parse_iso(S("2023-02-29T00:00:00Z"), &ms));
	assert_false(clock_parse_iso(S("0000-00-00"), &ms));
	assert_false(clock_parse_iso(S("2026-11-23T01:02:03Zjunk"), &ms));
	assert_true(clock_parse_http(S("Mon, 23 Nov 2026 01:02:03 GMT"), &ms));
	assert_str(clock_http(ms, text), S("Mon, 23 Nov 2026 01:02:03 GMT"));
	assert_false(clock_parse_http(S("Mon, 23 Nov 2026 01:02:03 +0530"), &ms));
}

/* As the C library says, which takes a lock for it: a time of each week from the year 0 to 9999. */
static void days_are_those_of_the_calendar(void **state)
{
	const int64_t last = 253402300799999, week = 7 * DAY + 3 * HOUR + 1234567;
	char text[CLOCK_TEXT], want[CLOCK_TEXT];

	(void)state;
	for (int64_t ms = -62167219200000; ms <= last; ms += week) {
		time_t s = (time_t)(ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000));
		struct tm tm;
		size_t n;

		assert_non_null(gmtime_r(&s, &tm));
		n = (size_t)snprintf(want, sizeof(want), "%04d-", tm.tm_year + 1900);
		n += strftime(want + n, sizeof(want) - n, "%m-%dT%H:%M:%SZ", &tm);
		assert_str(clock_iso_s(ms, text), str_n(want, n));
		n = strftime(want, sizeof(want), "%a, %d %b ", &tm);
		assert_true(str_starts(clock_http(ms, text), str_n(want, n)));
	}
	assert_str(clock_iso(INT64_MIN, text), S("0000-01-01T00:00:00.000Z"));
	assert_str(clock_iso(INT64_MAX, text), S("9999-12-31T23:59:59.999Z"));
	assert_str(clock_iso(-1, text), S("1969-12-31T23:59:59.999Z"));
	assert_str(clock_iso(951782400000, text), S("2000-02-29T00:00:00.000Z"));
	assert_str(clock_iso(4107542400000, text), S("2100-03-01T00:00:00.000Z"));
}

static void ids_never_go_back(void **state)
{
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t id = id_new();

		if (i == 50000)
			clock_shift(-HOUR);
		assert_true(id > last);
		last = id;
	}
	clock_shift(HOUR);
	assert_true(id_new_small() < (1ll << 53));
}

static void json_that_is_not_strict_is_refused(void **state)
{
	static const char *const bad[] = { "", "{", "{}x", "{\"a\":1,\"a\":2}", "[1,]", "{'a':1}", "NaN", "\"\xff\"", "{\"a\":1e999}" };
	char deep[400] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *doc JR_SCOPE = NULL;

		assert_int_equal(jr_parse(str_of(bad[i]), &doc), ERR_INVALID);
	}
	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	json_t *doc JR_SCOPE = NULL;
	assert_int_equal(jr_parse(str_of(deep), &doc), ERR_INVALID);
	assert_int_equal(jr_parse(str_n(deep + 1, 128), &doc), OK);
}

static void written_json_reads_back(void **state)
{
	struct arena mem ARENA_SCOPE;
	json_t *doc JR_SCOPE = NULL;
	struct jw w;

	(void)state;
	jw_init(&w, &mem, 1000);
	jw_obj(&w, NULL);
	jw_str(&w, "a", S("q\"\\\n\x01é"));
	jw_arr(&w, "list");
	jw_int(&w, NULL, INT64_MIN);
	jw_id(&w, NULL, 7);
	jw_end(&w);
	jw_str(&w, "none", STR_NONE);
	jw_end(&w);
	assert_int_equal(jr_parse(jw_done(&w), &doc), OK);
	assert_str(jr_str(doc, "a"), S("q\"\\\n\x01é"));
	assert_null(jr_get(doc, "none"));
	assert_int_equal(jr_len(jr_get(doc, "list")), 2);
}

static void json_keeps_every_byte_and_its_limit(void **state)
{
	struct arena mem ARENA_SCOPE;
	json_t *doc JR_SCOPE = NULL;
	char all[3 * 256];
	struct jw w;

	(void)state;
	for (int i = 0; i < 3 * 256; i++)
		all[i] = (char)(i % 128 ? i % 128 : ' ');
	jw_init(&w, &mem, 10000);
	jw_arr(&w, NULL);
	jw_str(&w, NULL, str_n(all, sizeof(all)));
	jw_end(&w);
	assert_int_equal(jr_parse(jw_done(&w), &doc), OK);
	assert_str(jr_text(jr_at(doc, 0)), str_n(all, sizeof(all)));
	assert_true(str_find(jw_done(&w), S("\\u001f !\\\"#")) > 0);
	for (size_t max = 0; max < 12; max++) {
		jw_init(&w, &mem, max);
		jw_obj(&w, NULL);
		jw_bool(&w, "a", true);
		jw_end(&w);
		assert_true(str_none(jw_done(&w)) == (max < 10));
	}
}

static void put_thing(struct jw *w, const char *key, const int *thing, int64_t id)
{
	if (!jw_obj_once(w, key, thing, id))
		return;
	jw_int(w, "n", *thing);
	if (*thing == 2)
		put_thing(w, "in", thing - 1, 1);
	jw_end_once(w, thing);
}

static void json_written_once_stands_again(void **state)
{
	struct arena mem ARENA_SCOPE;
	int things[100] = { 1, 2 };
	struct jw w;

	(void)state;
	jw_init(&w, &mem, 100000);
	jw_obj(&w, NULL);
	put_thing(&w, "a", &things[1], 2);
	put_thing(&w, "b", &things[1], 2);
	things[0] = 7;
	jw_arr(&w, "list");
	put_thing(&w, NULL, &things[0], 1);
	put_thing(&w, NULL, &things[0], 3);
	jw_end(&w);
	jw_end(&w);
	assert_str(jw_done(&w), S("{\"a\":{\"n\":2,\"in\":{\"n\":1}},\"b\":{\"n\":2,\"in\":{\"n\":1}},\"list\":[{\"n\":1},{\"n\":7}]}"));
	jw_init(&w, &mem, 100000); /* more than are kept in mind, while the buffer grows */
	jw_arr(&w, NULL);
	for (int i = 0; i < 1000; i++) {
		things[i % 100] = i % 100 == 2 ? 0 : i % 100;
		put_thing(&w, NULL, &things[i % 100], 1000 + i % 100);
	}
	jw_end(&w);
	for (size_t i = 1; i < 10; i++)
		assert_memory_equal(jw_done(&w).p + 1, jw_done(&w).p + 1 + i * ((jw_done(&w).n - 1) / 10), jw_done(&w).n / 10 - 1);
}

static void numbers_out_of_range_are_no_numbers(void **state)
{
	int64_t v = 5;

	(void)state;
	assert_true(str_int(S("-9223372036854775808"), &v));
	assert_true(v == INT64_MIN);
	assert_true(str_int(S("9223372036854775807"), &v));
	assert_false(str_int(S("9223372036854775808"), &v));
	assert_false(str_int(S("18446744073709551617"), &v));
	assert_false(str_int(S(""), &v));
	assert_false(str_int(S("+1"), &v));
	assert_true(v == INT64_MAX);
}

static void codecs_go_round(void **state)
{
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t n = 0; n < 40; n++) {
		char raw[40];

		codec_random(raw, n);
		assert_str(codec_unbase64(&mem, codec_base64(&mem, str_n(raw, n))), str_n(raw, n));
		assert_str(codec_unbase64(&mem, codec_base64url(&mem, str_n(raw, n))), str_n(raw, n));
		assert_str(codec_unhex(&mem, codec_hex(&mem, str_n(raw, n))), str_n(raw, n));
		assert_str(codec_unpct(&mem, codec_pct(&mem, str_n(raw, n)), false), str_n(raw, n));
	}
	assert_str(codec_unbase64(&mem, S("a")), STR_NONE);
	assert_str(codec_unpct(&mem, S("%zz%4"), true), S("%zz%4"));
}

static void only_well_formed_utf8_passes(void **state)
{
	(void)state;
	assert_true(str_utf8(S("aé漢😀")));
	assert_false(str_utf8(S("\xc0\xaf")));
	assert_false(str_utf8(S("\xed\xa0\x80")));
	assert_false(str_utf8(S("\xf4\x90\x80\x80")));
	assert_false(str_utf8(S("a\0b")));
	assert_int_equal(str_runes(S("aé漢😀")), 4);
	assert_str(str_head_runes(S("aé漢😀"), 2), S("aé"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_dates_go_round),
		cmocka_unit_test(days_are_those_of_the_calendar),
		cmocka_unit_test(ids_never_go_back),
		cmocka_unit_test(json_that_is_not_strict_is_refused),
		cmocka_unit_test(written_json_reads_back),
		cmocka_unit_test(json_keeps_every_byte_and_its_limit),
		cmocka_unit_test(json_written_once_stands_again),
		cmocka_unit_test(numbers_out_of_range_are_no_numbers),
		cmocka_unit_test(codecs_go_round),
		cmocka_unit_test(only_well_formed_utf8_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
