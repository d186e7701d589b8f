/* Parameters: query, forms, multipart bodies and JSON, by the table of a handler. */
#include "check.h"

#include "asked.h"
#include "http/multipart.h"

struct in {
	int64_t id, count, when;
	str text;
	bool flag, given, worded;
	int tri;
	struct ids ids;
	struct strs words;
};
static const struct param in_params[] = {
	P(in, id, P_ID, "id", 0),
	P(in, count, P_INT, "count", 0),
	P(in, when, P_TIME, "when", 0),
	P_GIVEN(in, text, P_STR, "a[text]", 10, given),
	P(in, flag, P_BOOL, "flag", 0),
	P(in, tri, P_TRI, "tri", 0),
	P(in, ids, P_IDS, "ids", 3),
	P_GIVEN(in, words, P_STRS, "words", 3, worded),
};

static void every_kind_of_parameter_is_read_by_its_table(void **state)
{
	struct asked a ASKED;
	struct in in = { .count = 7 };

	(void)state;
	ask(&a, "/x?id=12&when=1970-01-01T00:00:01Z&a%5Btext%5D=h%C3%A9+l&flag=True&tri=0&ids[]=1&ids[]=x&ids[]=3&ids[]=4"
	        "&words[0]=a&words[1]=b", NULL, S(""));
	assert_int_equal(PARAMS(&a.rq, in_params, &in), OK);
	assert_int_equal(in.id, 12);
	assert_int_equal(in.count, 7);
	assert_int_equal(in.when, 1000);
	assert_str(in.text, S("h\xc3\xa9 l"));
	assert_true(in.given && in.flag);
	assert_int_equal(in.tri, -1);
	assert_int_equal(in.ids.n, 3);
	assert_int_equal(in.ids.v[1], -1);
	assert_int_equal(in.words.n, 2);
	assert_str(in.words.v[1], S("b"));
}

static void a_form_a_multipart_body_and_json_say_the_same(void **state)
{
	static const struct {
		const char *type, *body;
	} bodies[] = {
		{ "application/x-www-form-urlencoded; charset=utf-8",
		  "id=5&count=-3&flag=1&a[text]=yes&ids[]=1&ids[]=2&words[]=x" },
		{ "application/x-www-form-urlencoded",
		  "id=5&count=-3&flag=1&a[text]=yes&ids[][]=1&ids[][]=2&words[][]=x" },
		{ "application/json",
		  "{\"id\":\"5\",\"count\":-3,\"flag\":true,\"a\":{\"text\":\"yes\"},\"ids\":[1,\"2\"],\"words\":[\"x\"]}" },
		{ "multipart/form-data; boundary=\"B\"",
		  "--B\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n5\r\n"
		  "--B\r\nContent-Disposition: form-data; name=\"count\"\r\n\r\n-3\r\n"
		  "--B\r\nContent-Disposition: form-data; name=flag\r\n\r\n1\r\n"
		  "--B\r\ncontent-disposition: form-data; name=\"a[text]\"\r\n\r\nyes\r\n"
		  "--B\r\nContent-Disposition: form-data; name=\"ids[]\"\r\n\r\n1\r\n"
		  "--B\r\nContent-Disposition: form-data; name=\"ids[]\"\r\n\r\n2\r\n"
		  "--B\r\nContent-Disposition: form-data; name=\"words[]\"\r\n\r\nx\r\n--B--\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct asked a ASKED;
		struct in in = { 0 };

		ask(&a, "/x?id=9&ids[]=8&count=1", bodies[i].type, str_of(bodies[i].body));
		assert_int_equal(PARAMS(&a.rq, in_params, &in), OK);
		assert_int_equal(in.id, 5);
		assert_int_equal(in.count, -3);
		assert_true(in.flag);
		assert_str(in.text, S("yes"));
		assert_int_equal(in.ids.n, 2);
		assert_int_equal(in.ids.v[0], 1);
		assert_int_equal(in.words.n, 1);
	}
}

static void json_is_flattened_as_rails_names_it(void **state)
{
	struct asked a ASKED;
	static const char *const want[] = { "a[0][n]", "x", "l[0][k]", "1", "l[1][k]", "2", "e[]", NULL, "m[][]", "3", "t", "true",
		                            "z", NULL, "r", "1.5" };
	const struct pair *v;
	size_t n;

	(void)state;
	ask(&a, "/", "application/json",
	    S("{\"a\":{\"0\":{\"n\":\"x\"}},\"l\":[{\"k\":1},{\"k\":2}],\"e\":[],\"m\":[[3]],\"t\":true,\"z\":null,\"r\":1.5}"));
	assert_int_equal(params_all(&a.rq, &v, &n), OK);
	assert_int_equal(n, 8);
	for (size_t i = 0; i < n; i++) {
		assert_str(v[i].name, str_of(want[2 * i]));
		assert_str(v[i].value, str_of(want[2 * i + 1]));
	}
}

static void an_empty_list_empties_and_null_is_absent(void **state)
{
	struct asked a ASKED;
	int64_t one = 1;
	struct in in = { .ids = { &one, 1 }, .count = 4 };

	(void)state;
	ask(&a, "/?ids[]=3", "application/json", S("{\"ids\":[],\"count\":null,\"a\":{\"text\":null}}"));
	assert_int_equal(PARAMS(&a.rq, in_params, &in), OK);
	assert_int_equal(in.ids.n, 0);
	assert_int_equal(in.count, 4);
	assert_true(in.given);
}

static void rows_of_a_nested_list_begin_where_a_member_comes_again(void **state)
{
	static const struct {
		const char *query, *rows; /* of each pair that is of the list: which row, which member */
	} cases[] = {
		{ "/?l[0][a]=1&l[0][b]=2&l[1][a]=3", "1a1b2a" },
		{ "/?l[][a]=1&l[][b]=2&l[][b]=3&l[][a]=4", "1a1b2b2a" },
		{ "/?l[7][a]=1&x=2&l[3][a]=3&l[7][b]=4", "1a2a3b" },
		{ "/?l[0][]=1&l[0][b", "1" },
		{ "/?l=1&l[]=2&l[0]=3&l[0=4&l]0[a]=5&ll[0][a]=6&l[0]a]=7", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct param_rows rows = { .name = "l" };
		struct asked a ASKED;
		const struct pair *v;
		struct buf said;
		str member;
		size_t n;

		ask(&a, cases[i].query, NULL, S(""));
		assert_int_equal(params_all(&a.rq, &v, &n), OK);
		said = buf_new(a.rq.cx->mem, 100);
		for (size_t k = 0; k < n; k++)
			if (param_row(&rows, &v[k], &member))
				buf_addf(&said, "%zu%.*s", rows.n, STR_F(member));
		assert_str(str_or(buf_str(&said), S("")), str_of(cases[i].rows));
	}
}

static void a_list_is_given_unless_it_is_null(void **state)
{
	static const struct {
		const char *query, *json;
		bool given;
	} cases[] = {
		{ "/", "{}", false },           { "/", "{\"words\":null}", false }, { "/", "{\"wordsome\":[1]}", false },
		{ "/?words[]=a", "{}", true },  { "/", "{\"words\":[]}", true },    { "/?words[]=", "{}", true },
		{ "/?words=", "{}", false },    { "/?words=a", "{}", true },        { "/", "{\"words\":\"a\"}", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct asked a ASKED;
		struct in in = { 0 };

		ask(&a, cases[i].query, "application/json", str_of(cases[i].json));
		assert_int_equal(PARAMS(&a.rq, in_params, &in), OK);
		assert_int_equal(in.worded, cases[i].given);
	}
}

static void what_is_wrong_is_refused_with_its_name(void **state)
{
	static const struct {
		const char *target, *said;
	} cases[] = {
		{ "/?count=1x", "Validation failed: count is not a number" },
		{ "/?when=yesterday", "Validation failed: when is not a date" },
		{ "/?a[text]=12345678901", "Validation failed: a[text] is too long" },
		{ "/?words[]=1&words[]=2&words[]=3&words[]=4", "Validation failed: words has too many items" },
		{ "/?x=%ff", "Validation failed: a parameter is not valid UTF-8" },
		{ "/?x=%00", "Validation failed: a parameter is not valid UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct asked a ASKED;
		struct in in = { 0 };

		ask(&a, cases[i].target, NULL, S(""));
		assert_int_equal(PARAMS(&a.rq, in_params, &in), ERR_INVALID);
		assert_str(a.cx.said, str_of(cases[i].said));
	}
}

static void odd_queries_are_read_without_harm(void **state)
{
	struct asked a ASKED;
	const struct pair *v;
	size_t n;
	struct in in = { 0 };

	(void)state;
	ask(&a, "/?&&&=x&k&%&b=%zz&%u0041=1&id=&count=99999999999999999999&flag=&ids=3", NULL, S(""));
	assert_int_equal(params_all(&a.rq, &v, &n), OK);
	assert_str(param_get(&a.rq, "k"), S(""));
	assert_str(param_get(&a.rq, "b"), S("%zz"));
	assert_true(str_none(param_get(&a.rq, "nothing")));
	assert_int_equal(PARAMS(&a.rq, in_params, &in), OK);
	assert_int_equal(in.id, 0);
	assert_true(in.count == INT64_MAX);
	assert_int_equal(in.ids.n, 1);
}

static void too_many_and_too_deep_is_refused(void **state)
{
	struct asked a ASKED;
	struct arena mem ARENA_SCOPE;
	struct buf many = buf_new(&mem, 10 << 20), deep = buf_new(&mem, 1 << 20);
	const struct pair *v;
	size_t n;

	(void)state;
	buf_add(&many, S("/?"));
	for (int i = 0; i < 100000; i++)
		buf_add(&many, S("id[]=1&"));
	buf_byte(&many, 0);
	ask(&a, buf_str(&many).p, NULL, S(""));
	assert_int_equal(params_all(&a.rq, &v, &n), ERR_INVALID);
	asked_done(&a);
	buf_add(&deep, S("/?a"));
	for (int i = 0; i < 1000; i++)
		buf_add(&deep, S("[b]"));
	buf_byte(&deep, 0);
	ask(&a, buf_str(&deep).p, NULL, S(""));
	assert_int_equal(params_all(&a.rq, &v, &n), ERR_INVALID);
}

static void bodies_that_are_not_what_they_say_are_refused(void **state)
{
	static const struct {
		const char *type, *body;
		enum err e;
	} cases[] = {
		{ "application/json", "{", ERR_INVALID },
		{ "application/json", "[1]", ERR_INVALID },
		{ "application/json", "", OK },
		{ "application/json", "  ", OK },
		{ "text/plain", "a=b", OK },
		{ "multipart/form-data", "--x--", ERR_INVALID },
		{ "multipart/form-data; boundary=", "--", ERR_INVALID },
		{ "multipart/form-data; boundary=x", "--x--", OK },
		{ "multipart/form-data; boundary=x", "--x", ERR_INVALID },
		{ "multipart/form-data; boundary=x", "--x\r\n\r\nv\r\n--x--", ERR_INVALID },
		{ "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--", ERR_INVALID },
		{ "multipart/form-data; boundary=x",
		  "--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv\r\n--x--", ERR_INVALID },
		{ "multipart/form-data; boundary=x",
		  "--x\r\nContent-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\nv\r\n--x--",
		  ERR_INVALID },
		{ "multipart/form-data; boundary=x",
		  "--x\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nv\r\n--x--",
		  ERR_INVALID },
		{ "multipart/form-data; boundary=x",
		  "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nno end", ERR_INVALID },
		{ "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x--",
		  ERR_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct asked a ASKED;
		const struct pair *v;
		size_t n;

		ask(&a, "/", cases[i].type, str_of(cases[i].body));
		if (params_all(&a.rq, &v, &n) != cases[i].e)
			fail_msg("case %zu: %s", i, cases[i].body);
	}
}

static void a_file_is_found_by_its_name(void **state)
{
	struct asked a ASKED;
	const struct part *file;

	(void)state;
	ask(&a, "/", "multipart/form-data; boundary=x",
	    S("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".png\"\r\nContent-Type: image/png\r\n"
	      "\r\n\x89PNG\r\n--y\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
	      "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\r\n--x--"));
	assert_int_equal(param_file(&a.rq, "file", &file), OK);
	assert_str(file->bytes, S("\x89PNG\r\n--y\r\n"));
	assert_str(file->type, S("image/png"));
	assert_int_equal(param_file(&a.rq, "none", &file), ERR_NOT_FOUND);
	assert_int_equal(param_file(&a.rq, "text", &file), ERR_NOT_FOUND);
	assert_str(param_get(&a.rq, "text"), S(""));
}

static void pages_are_kept_within_bounds(void **state)
{
	static const struct {
		const char *target;
		int64_t limit;
	} cases[] = {
		{ "/", 20 }, { "/?limit=0", 1 }, { "/?limit=-5", 5 }, { "/?limit=500", 40 }, { "/?limit=x", 20 },
		{ "/?limit=-9223372036854775808", 40 }, { "/?limit=", 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct asked a ASKED;
		struct page page;

		ask(&a, cases[i].target, NULL, S(""));
		assert_int_equal(rq_page(&a.rq, 20, 40, &page), OK);
		assert_int_equal(page.limit, cases[i].limit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_parameter_is_read_by_its_table),
		cmocka_unit_test(a_form_a_multipart_body_and_json_say_the_same),
		cmocka_unit_test(json_is_flattened_as_rails_names_it),
		cmocka_unit_test(an_empty_list_empties_and_null_is_absent),
		cmocka_unit_test(rows_of_a_nested_list_begin_where_a_member_comes_again),
		cmocka_unit_test(a_list_is_given_unless_it_is_null),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_name),
		cmocka_unit_test(odd_queries_are_read_without_harm),
		cmocka_unit_test(too_many_and_too_deep_is_refused),
		cmocka_unit_test(bodies_that_are_not_what_they_say_are_refused),
		cmocka_unit_test(a_file_is_found_by_its_name),
		cmocka_unit_test(pages_are_kept_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
