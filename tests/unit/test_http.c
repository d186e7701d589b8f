/* http without sockets: parameters, routes, answers, headers, addresses, limits. */
#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "core/site.h"
#include "http/address.h"
#include "http/heads.h"
#include "http/limits.h"
#include "http/match.h"
#include "http/multipart.h"
#include "no_db.h"

static const struct site here = { .id = 1, .base = { "https://here.test", 17 } };

struct asked {
	struct arena mem;
	struct ctx cx;
	struct request rq;
	struct reply rp;
	struct pair headers[4];
};

static void asked_done(struct asked *a)
{
	arena_free(&a->mem);
}
#define ASKED __attribute__((cleanup(asked_done)))

static void ask(struct asked *a, const char *target, const char *type, str body)
{
	long mark = str_chr(str_of(target), '?');

	*a = (struct asked){ 0 };
	ctx_init(&a->cx, NULL, &a->mem);
	a->cx.site = &here;
	a->rq = (struct request){ .cx = &a->cx, .method = M_GET, .target = str_of(target), .body = body, .headers = a->headers };
	a->rq.query = mark < 0 ? S("") : str_from(a->rq.target, (size_t)mark + 1);
	a->rp = (struct reply){ .rq = &a->rq, .status = 200 };
	if (type)
		a->headers[a->rq.headers_n++] = (struct pair){ S("content-TYPE"), str_of(type) };
}

struct in {
	int64_t id, count, when;
	str text;
	bool flag, given;
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
	P(in, words, P_STRS, "words", 3),
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

static enum err done(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_empty(rp);
	return OK;
}

static enum err not_found(struct request *rq, struct reply *rp)
{
	(void)rp;
	return fail(rq->cx, ERR_NOT_FOUND, "No such thing");
}

static const struct route api_routes[] = {
	{ M_GET, "/api/things/new", done, 0, NULL },
	{ M_GET, "/api/things/:id", not_found, 0, NULL },
	{ M_POST, "/api/things/:id/do/:what", done, 0, NULL },
	{ M_GET, "/oauth", done, 0, NULL },
};
static const struct route web_routes[] = {
	{ M_GET, "/", done, 0, NULL },
	{ M_GET, "/users/:name", done, R_AS, NULL },
	{ M_GET, "/users/:name", done, 0, NULL },
	{ M_POST, "/users/:name/inbox", done, 0, NULL },
	{ M_GET, "/@:name", done, 0, NULL },
	{ M_GET, "/@:name/:id", done, 0, NULL },
	{ M_GET, "/only-as", done, R_AS, NULL },
};
static const struct route_set api_set = { "/api/", api_routes, 4, NULL, NULL, NULL };
static const struct route_set web_set = { NULL, web_routes, 7, NULL, NULL, NULL };

static void paths_find_their_routes(void **state)
{
	static const struct {
		enum method method;
		const char *target;
		const struct route *route;
		int status;
		const char *arg;
	} cases[] = {
		{ M_GET, "/", &web_routes[0], 200, NULL },
		{ M_GET, "/api/things/new", &api_routes[0], 200, NULL },
		{ M_GET, "/api/things/7?x=/y", &api_routes[1], 200, "7" },
		{ M_GET, "/api/things/7/", &api_routes[1], 200, "7" },
		{ M_GET, "/api/things/a%2Fb", &api_routes[1], 200, "a/b" },
		{ M_POST, "/api/things/7/do/it", &api_routes[2], 200, "7" },
		{ M_GET, "/oauth", &api_routes[3], 200, NULL },
		{ M_GET, "/users/al", &web_routes[2], 200, "al" },
		{ M_GET, "/@al", &web_routes[4], 200, "al" },
		{ M_GET, "/@al@b.test/12", &web_routes[5], 200, "al@b.test" },
		{ M_POST, "/api/things/7", NULL, 404, NULL },
		{ M_POST, "/oauth", NULL, 405, NULL },
		{ M_GET, "/users/al/inbox", NULL, 405, NULL },
		{ M_OPTIONS, "/users/al/inbox", NULL, 204, NULL },
		{ M_OPTIONS, "/api/anything", NULL, 204, NULL },
		{ M_OPTIONS, "/anything", NULL, 404, NULL },
		{ M_GET, "/only-as", NULL, 404, NULL },
		{ M_GET, "/@", NULL, 404, NULL },
		{ M_GET, "//users/al", NULL, 404, NULL },
		{ M_GET, "/users//al", NULL, 404, NULL },
		{ M_GET, "/users/..", NULL, 404, NULL },
		{ M_GET, "/users/%2e%2e", NULL, 404, NULL },
		{ M_GET, "/api/things/7/do/it", NULL, 404, NULL },
		{ M_GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n", NULL, 404, NULL },
	};
	const struct route_set *const sets[] = { &api_set, &web_set };
	struct router *r = router_new(sets, 2);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct asked a ASKED;
		struct routed to;

		ask(&a, cases[i].target, NULL, S(""));
		a.rq.method = cases[i].method;
		assert_int_equal(router_find(r, &a.rq, &to), OK);
		if (to.route != cases[i].route || to.status != cases[i].status)
			fail_msg("%s: status %d", cases[i].target, to.status);
		if (cases[i].arg)
			assert_str(a.rq.args[0], str_of(cases[i].arg));
	}
	router_free(r);
}

static void activitypub_routes_win_where_they_are_asked_for(void **state)
{
	const struct route_set *const sets[] = { &api_set, &web_set };
	struct router *r = router_new(sets, 2);
	struct asked a ASKED;
	struct routed to;

	(void)state;
	ask(&a, "/users/al", NULL, S(""));
	a.rq.wants_as = true;
	assert_int_equal(router_find(r, &a.rq, &to), OK);
	assert_ptr_equal(to.route, &web_routes[1]);
	router_free(r);
}

static void paths_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = { "/%00", "/a%ff", "/%c0%ae", "a", "http://x/y", "*" };
	const struct route_set *const sets[] = { &api_set, &web_set };
	struct router *r = router_new(sets, 2);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct asked a ASKED;
		struct routed to;

		ask(&a, bad[i], NULL, S(""));
		assert_int_equal(router_find(r, &a.rq, &to), ERR_INVALID);
	}
	router_free(r);
}

static void errors_become_json_with_a_status(void **state)
{
	const struct route_set *const sets[] = { &api_set, &web_set };
	struct router *r = router_new(sets, 2);
	struct asked a ASKED;
	struct routed to;

	(void)state;
	ask(&a, "/api/things/7", NULL, S(""));
	assert_int_equal(router_find(r, &a.rq, &to), OK);
	router_run(&to, &a.rq, &a.rp);
	assert_int_equal(a.rp.status, 404);
	assert_str(jw_done(&a.rp.json), S("{\"error\":\"No such thing\"}"));
	router_free(r);
	asked_done(&a);
	ask(&a, "/", NULL, S(""));
	a.rp.status = 401;
	reply_error(&a.rp, ERR_DENIED);
	assert_int_equal(a.rp.status, 401);
	assert_str(jw_done(&a.rp.json), S("{\"error\":\"This action is not allowed\"}"));
	asked_done(&a);
	ask(&a, "/", NULL, S(""));
	reply_error(&a.rp, fail(&a.cx, ERR_INTERNAL, "a secret"));
	assert_int_equal(a.rp.status, 500);
	assert_true(str_find(jw_done(&a.rp.json), S("secret")) < 0);
}

static void links_keep_other_parameters_and_cookies_are_guarded(void **state)
{
	struct asked a ASKED;

	(void)state;
	ask(&a, "/api/x?max_id=4&a=<b>&limit=2&max_idx=1", NULL, S(""));
	reply_links(&a.rp, 9, 5);
	assert_str(a.rp.headers[0].value, S("<https://here.test/api/x?a=%3Cb%3E&limit=2&max_idx=1&max_id=5>; rel=\"next\", "
	                                    "<https://here.test/api/x?a=%3Cb%3E&limit=2&max_idx=1&min_id=9>; rel=\"prev\""));
	reply_links(&a.rp, 0, 0);
	reply_header(&a.rp, "X", S("a\r\nSet-Cookie: b=c"));
	assert_int_equal(a.rp.headers_n, 1);
	reply_cookie(&a.rp, "s", S("v"), 60);
	assert_str(a.rp.headers[1].value, S("s=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"));
}

static long no_bytes(void *arg, int64_t at, char *to, size_t n)
{
	(void)arg;
	(void)at;
	(void)to;
	(void)n;
	return -1;
}

static void ranges_never_go_past_the_ends(void **state)
{
	static const struct {
		const char *range;
		int status;
		int64_t skip, size;
	} cases[] = {
		{ "bytes=0-0", 206, 0, 1 },
		{ "bytes=10-", 206, 10, 90 },
		{ "bytes=-10", 206, 90, 10 },
		{ "bytes=-1000", 206, 0, 100 },
		{ "bytes=0-18446744073709551615", 206, 0, 100 },
		{ "bytes=18446744073709551615-", 416, 0, 0 },
		{ "bytes=100-", 416, 0, 0 },
		{ "bytes=-0", 416, 0, 0 },
		{ "bytes=5-2", 200, 0, 100 },
		{ "bytes=0-0,1-1", 200, 0, 100 },
		{ "bytes=--1", 200, 0, 100 },
		{ "bytes=", 200, 0, 100 },
		{ "lines=0-1", 200, 0, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct asked a ASKED;

		ask(&a, "/", NULL, S(""));
		a.headers[a.rq.headers_n++] = (struct pair){ S("range"), str_of(cases[i].range) };
		reply_stream(&a.rp, "video/mp4", 100, no_bytes, NULL);
		if (a.rp.status != cases[i].status)
			fail_msg("%s: %d", cases[i].range, a.rp.status);
		assert_int_equal(a.rp.skip, cases[i].skip);
		assert_int_equal(a.rp.size, cases[i].size);
	}
}

static void who_has_the_same_bytes_is_told_so_and_other_bytes_are_not_continued(void **state)
{
	static const struct {
		const char *header, *value;
		int status;
	} cases[] = {
		{ "If-None-Match", "\"x1\"", 304 },
		{ "If-None-Match", "\"y\", W/\"x1\"", 304 },
		{ "If-None-Match", "*", 304 },
		{ "If-None-Match", "\"x2\"", 206 },
		{ "If-None-Match", "x1", 206 },
		{ "If-Range", "\"x1\"", 206 },
		{ "If-Range", "\"x2\"", 200 },
		{ "If-Range", "W/\"x1\"", 200 },
		{ "If-Range", "Sat, 29 Oct 1994 19:43:31 GMT", 200 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct asked a ASKED;

		ask(&a, "/", NULL, S(""));
		a.headers[a.rq.headers_n++] = (struct pair){ str_of(cases[i].header), str_of(cases[i].value) };
		a.headers[a.rq.headers_n++] = (struct pair){ S("Range"), S("bytes=5-9") };
		if (!reply_etag(&a.rp, S("\"x1\""), 100))
			reply_stream(&a.rp, "video/mp4", 100, no_bytes, NULL);
		if (a.rp.status != cases[i].status)
			fail_msg("%s: %s: %d", cases[i].header, cases[i].value, a.rp.status);
	}
}

static int released;

static void release(void *held)
{
	released += *(int *)held;
}

static void held_bytes_are_released_when_the_answer_becomes_another(void **state)
{
	struct asked a ASKED;
	int seven = 7;

	(void)state;
	ask(&a, "/", NULL, S(""));
	reply_held(&a.rp, "image/png", S("bytes"), release, &seven);
	assert_int_equal(released, 0);
	reply_error(&a.rp, ERR_INTERNAL);
	assert_int_equal(released, 7);
	assert_null(a.rp.release);
}

static void headers_that_could_be_read_in_two_ways_are_refused(void **state)
{
	static const struct {
		const char *version, *lines; /* name: value, separated by | */
		int status;
	} cases[] = {
		{ "HTTP/1.1", "Host:a.test", 0 },
		{ "HTTP/1.1", "Host:a.test:8080", 0 },
		{ "HTTP/1.1", "Host:[::1]:80", 0 },
		{ "HTTP/1.0", "X:y", 0 },
		{ "HTTP/1.1", "X:y", 400 },
		{ "HTTP/1.1", "Host:", 400 },
		{ "HTTP/1.1", "Host:a.test|Host:a.test", 400 },
		{ "HTTP/1.1", "Host:u@a.test", 400 },
		{ "HTTP/1.1", "Host:a.test:", 400 },
		{ "HTTP/1.1", "Host:a.test:99999", 400 },
		{ "HTTP/1.1", "Host:a test", 400 },
		{ "HTTP/1.1", "Host:a.test/x", 400 },
		{ "HTTP/1.1", "Host:a|Content-Length:5", 0 },
		{ "HTTP/1.1", "Host:a|Content-Length:5|Content-Length:5", 400 },
		{ "HTTP/1.1", "Host:a|Content-Length:+5", 400 },
		{ "HTTP/1.1", "Host:a|Content-Length:5, 5", 400 },
		{ "HTTP/1.1", "Host:a|Content-Length:99999999999999999999", 400 },
		{ "HTTP/1.1", "Host:a|Content-Length:5|Transfer-Encoding:chunked", 400 },
		{ "HTTP/1.1", "Host:a|Transfer-Encoding:chunked", 0 },
		{ "HTTP/1.1", "Host:a|Transfer-Encoding:gzip, chunked", 501 },
		{ "HTTP/1.0", "Host:a|Transfer-Encoding:chunked", 400 },
		{ "HTTP/1.1", "Host:a|Expect:tea", 417 },
		{ "HTTP/1.1", "Host:a|Bad Name:x", 400 },
		{ "HTTP/1.1", "Host:a|X:\x01", 400 },
		{ "HTTP/9.9", "Host:a", 505 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct heads *h = calloc(1, sizeof(*h));
		str rest = str_of(cases[i].lines), name;

		for (str line; str_cut(&rest, '|', &line);) {
			str_cut(&line, ':', &name);
			heads_add(h, name, line);
		}
		if (heads_check(h, str_of(cases[i].version)) != cases[i].status)
			fail_msg("%s: %d", cases[i].lines, heads_check(h, str_of(cases[i].version)));
		free(h);
	}
}

static void accept_is_weighed(void **state)
{
	static const struct {
		const char *accept;
		bool as;
	} cases[] = {
		{ "application/activity+json", true },
		{ "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true },
		{ "application/activity+json, text/html", true },
		{ "text/html, application/activity+json;q=0.9", false },
		{ "application/activity+json;q=0", false },
		{ "text/html;q=0.5, application/ld+json; q=0.8", true },
		{ "application/json", true },
		{ "text/html, application/json", true },
		{ "text/html, application/json;q=0.9", false },
		{ "application/jrd+json", false },
		{ "*/*", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (accept_as(str_of(cases[i].accept)) != cases[i].as)
			fail_msg("%s", cases[i].accept);
}

static void the_right_most_untrusted_address_is_the_client(void **state)
{
	static const struct {
		const char *list, *want;
	} cases[] = {
		{ "1.1.1.1, 2.2.2.2", "2.2.2.2" },
		{ "1.1.1.1, 2.2.2.2, 10.0.0.1", "2.2.2.2" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "::ffff:3.3.3.3", "3.3.3.3" },
		{ "1.1.1.1, garbage", "10.0.0.9" },
		{ "", "10.0.0.9" },
		{ "10.0.0.1", "10.0.0.9" },
		{ ",,,", "10.0.0.9" },
	};
	struct address proxy, peer;
	struct addresses trusted = { &proxy, 1 };
	char text[ADDRESS_TEXT];

	(void)state;
	assert_true(address_parse(S("10.0.0.1"), &proxy));
	assert_true(address_parse(S("10.0.0.9"), &peer));
	assert_false(address_parse(S("10.0.0.9:80"), &peer));
	assert_true(address_parse(S("10.0.0.9"), &peer));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address got = address_forwarded(str_of(cases[i].list), &trusted, &peer);

		assert_str(address_text(&got, text), str_of(cases[i].want));
	}
}

static void buckets_empty_and_fill_again(void **state)
{
	struct limits *l = limits_new(64);
	struct limit_left left;
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(limits_take(l, S("a"), 3, 300, &left));
	assert_int_equal(left.remaining, 0);
	assert_true(left.reset_at > clock_now());
	assert_false(limits_take(l, S("a"), 3, 300, &left));
	assert_true(limits_take(l, S("b"), 3, 300, &left));
	assert_int_equal(left.remaining, 2);
	for (int64_t until = clock_mono() + 110; clock_mono() < until;)
		;
	assert_true(limits_take(l, S("a"), 3, 300, &left));
	assert_false(limits_take(l, S("a"), 3, 300, &left));
	/* Thousands of others do not make the group forget the one that is empty. */
	for (int i = 0; i < 5000; i++)
		(void)limits_take(l, strf(&mem, "other %d", i), 3, 300, NULL);
	assert_false(limits_take(l, S("a"), 3, 300, NULL));
	limits_free(l);
	assert_str(limits_address(&mem, S("2001:db8:1:2:3::4")), S("2001:db8:1:2::/64"));
	assert_str(limits_address(&mem, S("1.2.3.4")), S("1.2.3.4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_parameter_is_read_by_its_table),
		cmocka_unit_test(a_form_a_multipart_body_and_json_say_the_same),
		cmocka_unit_test(json_is_flattened_as_rails_names_it),
		cmocka_unit_test(an_empty_list_empties_and_null_is_absent),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_name),
		cmocka_unit_test(odd_queries_are_read_without_harm),
		cmocka_unit_test(too_many_and_too_deep_is_refused),
		cmocka_unit_test(bodies_that_are_not_what_they_say_are_refused),
		cmocka_unit_test(a_file_is_found_by_its_name),
		cmocka_unit_test(pages_are_kept_within_bounds),
		cmocka_unit_test(paths_find_their_routes),
		cmocka_unit_test(activitypub_routes_win_where_they_are_asked_for),
		cmocka_unit_test(paths_that_are_none_are_refused),
		cmocka_unit_test(errors_become_json_with_a_status),
		cmocka_unit_test(links_keep_other_parameters_and_cookies_are_guarded),
		cmocka_unit_test(ranges_never_go_past_the_ends),
		cmocka_unit_test(who_has_the_same_bytes_is_told_so_and_other_bytes_are_not_continued),
		cmocka_unit_test(held_bytes_are_released_when_the_answer_becomes_another),
		cmocka_unit_test(headers_that_could_be_read_in_two_ways_are_refused),
		cmocka_unit_test(accept_is_weighed),
		cmocka_unit_test(the_right_most_untrusted_address_is_the_client),
		cmocka_unit_test(buckets_empty_and_fill_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
