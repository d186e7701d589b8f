/* net/guard: which addresses, ports and names the server may connect to. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/arena.h"
#include "base/url.h"
#include "net/guard.h"

#define EACH(i, list) for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)

static bool public(const char *text)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return guard_address_ok((struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return guard_address_ok((struct sockaddr *)&six);
}

static void addresses_of_special_ranges_are_refused(void **state)
{
	static const char *const bad[] = {
		/* SSRF-02, SSRF-03: both ends of each range */
		"0.0.0.0",
		"0.255.255.255",
		"10.0.0.0",
		"10.255.255.255",
		"100.64.0.0",
		"100.127.255.255",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.0.0",
		"169.254.169.254",
		"169.254.255.255",
		"172.16.0.0",
		"172.31.255.255",
		"192.0.0.0",
		"192.0.0.255",
		"192.0.2.0",
		"192.0.2.255",
		"192.31.196.1",
		"192.52.193.1",
		"192.88.99.1",
		"192.168.0.0",
		"192.168.255.255",
		"192.175.48.1",
		"198.18.0.0",
		"198.19.255.255",
		"198.51.100.0",
		"198.51.100.255",
		"203.0.113.0",
		"203.0.113.255",
		"224.0.0.0",
		"239.255.255.255",
		"240.0.0.0",
		"255.255.255.254",
		"255.255.255.255",
		"::",
		/* SSRF-04 */
		"::1",
		"fe80::1",
		"fc00::1",
		"fdff::1",
		"fec0::1",
		"ff02::1",
		"100::1",
		"2001:db8::1",
		"3fff::1",
		"3fff:fff::1",
		"1fff:ffff::1",
		"4000::1",
		"5f00::1",
		"3ffe::1",
		"2620:4f:8000::1",
		/* SSRF-05, SSRF-06, SSRF-07 */
		"::ffff:127.0.0.1",
		"::ffff:169.254.169.254",
		"::ffff:8.8.8.8",
		"::127.0.0.1",
		"::a9fe:a9fe",
		"64:ff9b::7f00:1",
		"64:ff9b::808:808",
		"64:ff9b:1::1",
		"2002:7f00:1::",
		"2002:808:808::1",
		"2001:0::1",
		"2001:0:4136:e378:8000:63bf:3fff:fdd2",
		"2001:1ff::1",
		"2001:20::1",
		"2001:10::1",
		"2606:4700::5efe:7f00:1",
		"2606:4700::200:5efe:7f00:1",
		"::ffff:0:127.0.0.1",
	};
	static const char *const good[] = {
		"1.1.1.1",
		"8.8.8.8",
		"9.255.255.255",
		"11.0.0.0",
		"100.63.255.255",
		"100.128.0.0",
		"126.255.255.255",
		"128.0.0.0",
		"169.253.255.255",
		"169.255.0.0",
		"172.15.255.255",
		"172.32.0.0",
		"192.0.1.1",
		"192.0.3.0",
		"192.167.255.255",
		"192.169.0.0",
		"198.17.255.255",
		"198.20.0.0",
		"198.51.99.255",
		"203.0.112.1",
		"203.0.114.0",
		"223.255.255.255",
		"5.5.5.5",
		"2606:4700::1",
		"2a00:1450::1",
		"2001:200::1",
		"2001:db7::1",
		"2001:db9::1",
		"2003::1",
		"2001:4860:4860::8888",
		"3ffd::1",
	};
	struct sockaddr other = { .sa_family = AF_UNIX };

	(void)state;
	EACH(i, bad)
	if (public(bad[i]))
		fail_msg("taken: %s", bad[i]);
	EACH(i, good)
	if (!public(good[i]))
		fail_msg("refused: %s", good[i]);
	assert_false(guard_address_ok(&other));
}

static enum err judge(const struct guard *g, const char *text)
{
	struct arena mem ARENA_SCOPE;
	struct url u;

	assert_int_equal(url_parse(&mem, str_of(text), &u), OK);
	return guard_url(g, &u);
}

static void only_https_names_on_their_own_port_are_visited(void **state)
{
	static const char *const bad[] = { "http://b.test/", "https://b.test:22/", "https://b.test:8080/",
		                           "https://b.test:80/", "https://8.8.8.8/", "https://[2606:4700::1]/",
		                           "https://127.0.0.1/", "http://b.test:443/" };
	struct arena mem ARENA_SCOPE;
	struct guard g, dev;

	(void)state;
	assert_int_equal(guard_init(&g, &mem, false, S("b.test=127.0.0.1")), OK);
	assert_int_equal(guard_init(&dev, &mem, true, S("")), OK);
	EACH(i, bad)
	{
		assert_int_equal(judge(&g, bad[i]), ERR_DENIED);
		assert_int_equal(judge(&dev, bad[i]), OK);
	}
	assert_int_equal(judge(&g, "https://b.test/"), OK);
	assert_int_equal(judge(&g, "https://b.test:443/"), OK);
	assert_str(guard_host_of(&g, S("b.test")), STR_NONE);
}

static void names_are_answered_from_the_list_only_with_dev(void **state)
{
	static const char *const bad[] = { "b.test", "b.test=", "=127.0.0.1", "b.test=x", "b/c=127.0.0.1",
		                           "b.test=127.0.0.1 c" };
	struct arena mem ARENA_SCOPE;
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct guard g;

	(void)state;
	assert_int_equal(guard_init(&g, &mem, true, S(" B.test=127.0.0.2  c.test=::1 ")), OK);
	assert_str(guard_host_of(&g, S("b.test")), S("127.0.0.2"));
	assert_str(guard_host_of(&g, S("c.test")), S("::1"));
	assert_str(guard_host_of(&g, S("d.test")), STR_NONE);
	assert_true(guard_allows(&g, (struct sockaddr *)&four));
	EACH(i, bad)
	assert_int_equal(guard_init(&g, &mem, true, str_of(bad[i])), ERR_INVALID);
	assert_int_equal(guard_init(&g, &mem, false, S("junk")), OK);
	assert_false(guard_allows(&g, (struct sockaddr *)&four));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_special_ranges_are_refused),
		cmocka_unit_test(only_https_names_on_their_own_port_are_visited),
		cmocka_unit_test(names_are_answered_from_the_list_only_with_dev),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
