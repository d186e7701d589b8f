/* net/fetch against a peer on loopback: what comes back, what is refused, and where the limits are. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/url.h"
#include "net/fetch.h"
#include "net/guard.h"
#include "peer.h"

#define EACH(i, list) for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)

static struct peer peer;
static struct arena forever;
static struct guard guard;
static struct net *net;

static int open_all(void **state)
{
	(void)state;
	peer_start(&peer);
	if (guard_init(&guard, &forever, true, S("far.test=127.0.0.1")))
		return -1;
	net = net_start(&(struct net_options){ .guard = &guard, .user_agent = S("test/1"), .total_ms = 3000 });
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	net_free(net);
	peer_stop(&peer);
	arena_free(&forever);
	return 0;
}

static struct net_call call_to(struct arena *mem, const char *path)
{
	return (struct net_call){ .mem = mem, .method = S("GET"), .url = strf(mem, "http://127.0.0.1:%d%s", peer.port, path), .redirects = 3 };
}

static void a_document_comes_with_its_type(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct net_call c = call_to(&mem, "/ok");

	(void)state;
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_int_equal(c.status, 200);
	assert_str(c.reply, S("{}"));
	assert_str(c.content_type, S("application/activity+json"));
	assert_str(c.address, S("127.0.0.1"));
	assert_str(c.location, STR_NONE);
	assert_int_equal(c.retry_after, -1);
	c = call_to(&mem, "/retry");
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_int_equal(c.status, 503);
	assert_int_equal(c.retry_after, 7000);
	c = call_to(&mem, "/gzip");
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_int_equal(c.reply.n, 1000);
}

static enum err sign(struct net_call *call, const struct url *u, struct strs *lines)
{
	lines->v = NEWS(call->mem, str, 2);
	lines->v[0] = strf(call->mem, "X-Signed: %.*s", STR_F(u->target));
	lines->v[1] = strf(call->mem, "Host: %.*s", STR_F(u->authority));
	lines->n = 2;
	return OK;
}

static size_t count(str all, str what)
{
	size_t n = 0;

	for (long at; (at = str_find(all, what)) >= 0; n++)
		all = str_from(all, (size_t)at + what.n);
	return n;
}

static void a_post_is_sent_as_it_was_given(void **state)
{
	str lines[] = { S("Content-Type: application/activity+json"), S("Date: today") };
	struct arena mem ARENA_SCOPE;
	struct net_call c = call_to(&mem, "/echo/../a%2Fb?x=%41|#frag");

	(void)state;
	c.method = S("POST");
	c.body = S("{\"a\":1}");
	c.headers = (struct strs){ lines, 2 };
	c.sign = sign;
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_true(str_starts(c.reply, S("POST /echo/../a%2Fb?x=%41| HTTP/1.1\r\n")));
	assert_true(str_ends(c.reply, S("\r\n\r\n{\"a\":1}")));
	assert_int_equal(count(c.reply, S("Content-Type: application/activity+json\r\n")), 1);
	assert_int_equal(count(c.reply, S("Host: ")), 1);
	assert_int_equal(count(c.reply, S("User-Agent: test/1\r\n")), 1);
	assert_int_equal(count(c.reply, S("X-Signed: /echo/../a%2Fb?x=%41|\r\n")), 1);
	assert_int_equal(count(c.reply, S("Expect")), 0);
	assert_int_equal(count(c.reply, S("Cookie")), 0);
}

static void replies_past_the_limits_are_cut_off(void **state)
{
	static const struct {
		const char *path;
		enum net_result want;
	} cases[] = {
		{ "/big", NET_TOO_BIG },
		{ "/bomb", NET_TOO_BIG },
		{ "/heads", NET_TOO_BIG },
		{ "/continue", NET_TOO_BIG },
		{ "/nested", NET_BROKEN },
		{ "/twice", NET_BROKEN },
		{ "/transfer", NET_BROKEN },
		{ "/drop", NET_BROKEN },
		{ "/garbage", NET_BROKEN },
	};
	struct arena mem ARENA_SCOPE;
	struct net_call c;

	(void)state;
	EACH(i, cases)
	{
		c = call_to(&mem, cases[i].path);
		assert_int_not_equal(net_call_wait(net, &c), OK);
		if (c.result != cases[i].want)
			fail_msg("%s: %s", cases[i].path, net_result_name(c.result));
		assert_str(c.reply, S(""));
		assert_true(mem.total < 16 * 1024 * 1024);
	}
	c = call_to(&mem, "/big");
	c.max_body = 4 * 1024 * 1024;
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_int_equal(c.reply.n, 2 * 1024 * 1024);
	/* For a delivery the status is all there is to know. */
	c = call_to(&mem, "/big");
	c.method = S("POST");
	c.drop_body = true;
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_int_equal(c.status, 200);
	c.drop_body = false;
	assert_int_equal(net_call_wait(net, &c), ERR_INVALID);
	assert_int_equal(c.result, NET_TOO_BIG);
}

static void time_is_up_however_many_bytes_drip_in(void **state)
{
	static const char *const paths[] = { "/slow", "/drip" };
	struct arena mem ARENA_SCOPE;

	(void)state;
	EACH(i, paths)
	{
		struct net_call c = call_to(&mem, paths[i]);
		int64_t since = clock_mono();

		c.total_ms = 400;
		assert_int_equal(net_call_wait(net, &c), ERR_BUSY);
		assert_int_equal(c.result, NET_TIMEOUT);
		assert_in_range(clock_mono() - since, 300, 1500);
	}
}

static enum err not_evil(struct net_call *call, const struct url *u)
{
	(*(int *)call->arg)++;
	return str_eq(u->host, S("evil.test")) ? ERR_DENIED : OK;
}

static void redirects_are_followed_by_hand_and_not_far(void **state)
{
	static const struct {
		const char *path;
		int redirects, hops;
		enum net_result want;
	} cases[] = {
		{ "/hop/2", 3, 4, NET_OK },
		{ "/hop/2", 2, 3, NET_REDIRECTS },
		{ "/loop", 3, 4, NET_REDIRECTS },
		{ "/away", 3, 2, NET_REFUSED },
		{ "/file", 3, 1, NET_REFUSED },
		{ "/hop/2", 0, 1, NET_OK },
	};
	struct arena mem ARENA_SCOPE;
	int hops;

	(void)state;
	EACH(i, cases)
	{
		struct net_call c = call_to(&mem, cases[i].path);

		hops = 0;
		c.hop = not_evil;
		c.sign = sign;
		c.arg = &hops;
		c.redirects = cases[i].redirects;
		(void)!net_call_wait(net, &c);
		if (c.result != cases[i].want || hops != cases[i].hops)
			fail_msg("case %zu: %s after %d", i, net_result_name(c.result), hops);
	}
	struct net_call c = call_to(&mem, "/hop/0");
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_str(c.final, strf(&mem, "http://127.0.0.1:%d/ok", peer.port));
	c = call_to(&mem, "/repost");
	c.method = S("POST");
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_int_equal(c.status, 307);
	assert_str(c.location, S("/ok"));
}

static void names_of_the_list_need_no_dns(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct net_call c = call_to(&mem, "/echo");

	(void)state;
	c.url = strf(&mem, "http://far.test:%d/echo", peer.port);
	assert_int_equal(net_call_wait(net, &c), OK);
	assert_int_equal(count(c.reply, strf(&mem, "Host: far.test:%d\r\n", peer.port)), 1);
	c.url = strf(&mem, "http://near.localhost:%d/echo", peer.port);
	assert_int_equal(net_call_wait(net, &c), OK);
}

static void without_dev_nothing_private_is_even_connected_to(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct guard strict;
	struct net *own;
	int before = peer.requests + peer.connections;
	const char *const urls[] = { "http://127.0.0.1:%d/ok", "https://127.0.0.1:%d/ok", "https://localhost:%d/ok",
		                     "https://[::1]:%d/", "http://localhost:%d/" };

	(void)state;
	assert_int_equal(guard_init(&strict, &mem, false, S("")), OK);
	own = net_start(&(struct net_options){ .guard = &strict });
	EACH(i, urls)
	{
		struct net_call c = call_to(&mem, "");

		c.url = str_of(cstr(&mem, strf(&mem, "%.*s%d%s", (int)(strstr(urls[i], "%d") - urls[i]), urls[i], peer.port,
		                               strstr(urls[i], "%d") + 2)));
		assert_int_equal(net_call_wait(own, &c), ERR_INVALID);
		assert_int_equal(c.result, NET_REFUSED);
	}
	/* Past the look at the URL: the address itself. */
	struct net_call c = call_to(&mem, "");
	c.url = S("https://localhost/");
	assert_int_equal(net_call_wait(own, &c), ERR_INVALID);
	assert_int_equal(c.result, NET_REFUSED);
	assert_str(c.why, S("guard: address"));
	assert_int_equal(peer.requests + peer.connections, before);
	net_free(own);
}

static void what_is_no_request_is_refused(void **state)
{
	str bad[] = { S("X: a\r\nY: b") };
	struct arena mem ARENA_SCOPE;
	struct net_call c = call_to(&mem, "/ok");

	(void)state;
	c.headers = (struct strs){ bad, 1 };
	assert_int_equal(net_call_wait(net, &c), ERR_INVALID);
	assert_int_equal(c.result, NET_REFUSED);
	c = call_to(&mem, "/ok");
	c.method = S("DELETE");
	assert_int_equal(net_call_wait(net, &c), ERR_INVALID);
	c = call_to(&mem, "/ok");
	c.url = S("ftp://x/");
	assert_int_equal(net_call_wait(net, &c), ERR_INVALID);
	c = call_to(&mem, "/ok");
	c.url = S("http://127.0.0.1:1/");
	assert_int_equal(net_call_wait(net, &c), ERR_BUSY);
	assert_int_equal(c.result, NET_CONNECT);
	c.url = strf(&mem, "https://127.0.0.1:%d/ok", peer.port);
	assert_int_equal(net_call_wait(net, &c), ERR_BUSY);
	assert_int_equal(c.result, NET_TLS);
}

static void the_environment_chooses_nothing(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct net_call c = call_to(&mem, "/ok");

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
	assert_int_equal(net_call_wait(net, &c), OK);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_null(getenv("SSLKEYLOGFILE"));
}

enum { MANY = 400 };
struct crowd {
	atomic_int done, good;
};

static void counted(struct net_call *call)
{
	struct crowd *all = call->arg;

	all->good += call->result == NET_OK && call->status == 200;
	all->done++;
}

static void many_calls_share_few_connections(void **state)
{
	struct arena mem[MANY] = { 0 };
	struct net_call c[MANY];
	struct crowd all = { 0 };

	(void)state;
	for (int i = 0; i < MANY; i++) {
		c[i] = call_to(&mem[i], "/ok");
		c[i].method = S("POST");
		c[i].body = S("{}");
		c[i].drop_body = true;
		c[i].done = counted;
		c[i].arg = &all;
		net_submit(net, &c[i]);
	}
	for (int i = 0; i < 1000 && all.done < MANY; i++)
		usleep(10000);
	assert_int_equal(all.done, MANY);
	assert_int_equal(all.good, MANY);
	assert_in_range(peer.connections, 1, 40);
	for (int i = 0; i < MANY; i++)
		arena_free(&mem[i]);
}

static void stopping_ends_every_call(void **state)
{
	struct net *own = net_start(&(struct net_options){ .guard = &guard, .max_calls = 4, .per_host = 2 });
	struct arena mem[12] = { 0 };
	struct net_call c[12];
	struct crowd all = { 0 };

	(void)state;
	for (int i = 0; i < 12; i++) {
		c[i] = call_to(&mem[i], "/slow");
		c[i].done = counted;
		c[i].arg = &all;
		if (i < 10)
			net_submit(own, &c[i]);
	}
	usleep(50000);
	net_stop(own);
	net_submit(own, &c[10]);
	assert_int_equal(net_call_wait(own, &c[11]), ERR_BUSY);
	assert_int_equal(all.done, 11);
	for (int i = 0; i < 12; i++) {
		assert_int_equal(c[i].result, NET_STOPPED);
		arena_free(&mem[i]);
	}
	net_free(own);
	net_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_comes_with_its_type),
		cmocka_unit_test(a_post_is_sent_as_it_was_given),
		cmocka_unit_test(replies_past_the_limits_are_cut_off),
		cmocka_unit_test(time_is_up_however_many_bytes_drip_in),
		cmocka_unit_test(redirects_are_followed_by_hand_and_not_far),
		cmocka_unit_test(names_of_the_list_need_no_dns),
		cmocka_unit_test(without_dev_nothing_private_is_even_connected_to),
		cmocka_unit_test(what_is_no_request_is_refused),
		cmocka_unit_test(the_environment_chooses_nothing),
		cmocka_unit_test(many_calls_share_few_connections),
		cmocka_unit_test(stopping_ends_every_call),
	};

	setenv("SSLKEYLOGFILE", "/dev/null", 1);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
