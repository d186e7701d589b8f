/* http without sockets: routes, answers, headers, addresses, limits. */
#include "check.h"

#include <stdlib.h>

#include "asked.h"
#include "base/arena.h"
#include "base/clock.h"
#include "core/site.h"
#include "http/address.h"
#include "http/heads.h"
#include "http/limits.h"
#include "http/match.h"

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
