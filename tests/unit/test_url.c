/* base/url: one reading of a URL for the check, the resolver, TLS and the signature. */
#include "check.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/url.h"

#define EACH(i, list) for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)

static void urls_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *host, *authority, *target, *whole;
		int port;
		bool literal;
	} cases[] = {
		{ "https://B.Test", "b.test", "b.test", "/", "https://b.test/", 443, false },
		{ "HTTPS://b.test.:443/a?b=c#d", "b.test", "b.test", "/a?b=c", "https://b.test/a?b=c", 443, false },
		{ "http://b.localhost:8080?x", "b.localhost", "b.localhost:8080", "/?x",
		  "http://b.localhost:8080/?x", 8080, false },
		{ "http://[::1]:80/", "::1", "[::1]", "/", "http://[::1]/", 80, true },
		{ "https://[0:0::0:1]/", "::1", "[::1]", "/", "https://[::1]/", 443, true },
		{ "https://127.0.0.1/x", "127.0.0.1", "127.0.0.1", "/x", "https://127.0.0.1/x", 443, true },
		{ "https://bücher.example/", "xn--bcher-kva.example", "xn--bcher-kva.example", "/",
		  "https://xn--bcher-kva.example/", 443, false },
		{ "https://b.test/@alice/../x", "b.test", "b.test", "/@alice/../x", "https://b.test/@alice/../x",
		  443, false },
		{ "https://b.test/a?u=https://c.test/@x", "b.test", "b.test", "/a?u=https://c.test/@x",
		  "https://b.test/a?u=https://c.test/@x", 443, false },
	};
	struct arena mem ARENA_SCOPE;
	struct url u;

	(void)state;
	EACH(i, cases)
	{
		assert_int_equal(url_parse(&mem, str_of(cases[i].text), &u), OK);
		assert_str(u.host, str_of(cases[i].host));
		assert_str(u.authority, str_of(cases[i].authority));
		assert_str(u.target, str_of(cases[i].target));
		assert_str(u.whole, str_of(cases[i].whole));
		assert_int_equal(u.port, cases[i].port);
		assert_int_equal(u.literal, cases[i].literal);
	}
	assert_int_equal(url_parse(&mem, S("https://b.test/a?b#c"), &u), OK);
	assert_str(u.path, S("/a"));
	assert_str(u.fragment, S("c"));
	assert_str(u.origin, S("https://b.test"));
}

static void urls_that_two_readers_could_read_differently_are_refused(void **state)
{
	static const char *const cases[] = {
		"https://local.test@evil.test/",
		"https://local.test:pw@evil.test/",
		"https://evil.test\\@local.test/",
		"https://@evil.test/",
		"https://evil.test;local.test/",
		"https://evil.test\t/",
		"https://evil.test\n/",
		" https://evil.test/",
		"https://evil.test/ ",
		"https://evil.test/a b",
		"https://evil.test/\x01",
		"https://evil.test/\xc3\xa9",
		"https:/evil.test/",
		"https:evil.test",
		"//evil.test/",
		"evil.test",
		"",
		"ftp://evil.test/",
		"file:///etc/passwd",
		"data:text/plain,x",
		"javascript:alert(1)",
		"gopher://x/",
		"https://",
		"https:///x",
		"https://?x",
		"https://#x",
		"https://:80/",
		"https://evil.test:/",
		"https://evil.test:0/",
		"https://evil.test:65536/",
		"https://evil.test:0443/",
		"https://evil.test:4a/",
		"https://evil.test:-1/",
		"https://evil.test:80:80/",
		"https://v%69ctim.test/",
		"https://a%2eb/",
		"https://127.1/",
		"https://2130706433/",
		"https://0x7f.0.0.1/",
		"https://0177.0.0.1/",
		"https://0x7f000001/",
		"https://127.0.0.256/",
		"https://1.2.3.4.5/",
		"https://a.1/",
		"https://b.0x/",
		"https://[::1/",
		"https://[::1]x/",
		"https://[fe80::1%25eth0]/",
		"https://[127.0.0.1]/",
		"https://[]/",
		"https://::1/",
		"https://a..b/",
		"https://.a/",
		"https://a../",
		"https://-a.test/",
		"https://a-.test/",
		"https://a_b.test/",
		"https://xn--a.test/",
		"https://xn--.test/",
		"https://vic\xe2\x84\x80tim.test/",
		"https://\xff.test/",
		"https://a\xef\xbc\x8f.test/",
	};
	struct arena mem ARENA_SCOPE;
	struct url u;

	(void)state;
	EACH(i, cases)
	if (url_parse(&mem, str_of(cases[i]), &u) != ERR_INVALID)
		fail_msg("taken: %s", cases[i]);
	assert_int_equal(url_parse(&mem, S("https://evil.test/\0x"), &u), ERR_INVALID);
}

static void mapped_digits_and_dots_are_read_as_what_they_become(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct url u;

	(void)state;
	assert_int_equal(url_parse(&mem, S("https://１２７．０．０．１/"), &u), OK);
	assert_true(u.literal);
	assert_str(u.host, S("127.0.0.1"));
	assert_int_equal(url_parse(&mem, S("https://ⓥictim。test/"), &u), OK);
	assert_str(u.host, S("victim.test"));
}

static void long_names_and_urls_are_refused(void **state)
{
	struct arena mem ARENA_SCOPE;
	char name[300], text[2100];
	struct url u;
	str d;

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t i = 63; i < sizeof(name); i += 64)
		name[i] = '.';
	assert_int_equal(url_domain(&mem, str_n(name, 253), &d), OK);
	assert_int_equal(url_domain(&mem, str_n(name, 254), &d), ERR_INVALID);
	name[63] = 'a';
	assert_int_equal(url_domain(&mem, str_n(name, 64), &d), ERR_INVALID);
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://b.test/", 15);
	assert_int_equal(url_parse(&mem, str_n(text, 2048), &u), OK);
	assert_int_equal(url_parse(&mem, str_n(text, 2049), &u), ERR_INVALID);
}

static void references_resolve_as_rfc_3986_says(void **state)
{
	static const struct {
		const char *ref, *want;
	} cases[] = {
		{ "g", "https://a.test/b/c/g" },
		{ "./g", "https://a.test/b/c/g" },
		{ "g/", "https://a.test/b/c/g/" },
		{ "/g", "https://a.test/g" },
		{ "//g.test", "https://g.test/" },
		{ "?y", "https://a.test/b/c/d?y" },
		{ "g?y", "https://a.test/b/c/g?y" },
		{ "#s", "https://a.test/b/c/d?q" },
		{ "", "https://a.test/b/c/d?q" },
		{ ".", "https://a.test/b/c/" },
		{ "..", "https://a.test/b/" },
		{ "../g", "https://a.test/b/g" },
		{ "../..", "https://a.test/" },
		{ "../../../g", "https://a.test/g" },
		{ "/./g", "https://a.test/g" },
		{ "/../g", "https://a.test/g" },
		{ "g.", "https://a.test/b/c/g." },
		{ "..g", "https://a.test/b/c/..g" },
		{ "./g/.", "https://a.test/b/c/g/" },
		{ "g/../h", "https://a.test/b/c/h" },
		{ "g?y/../x", "https://a.test/b/c/g?y/../x" },
		{ "http://x.test/../y", "http://x.test/../y" },
	};
	static const char *const bad[] = { "javascript:x", "//u@x.test/", "http:g", "a b", "//", "mailto:a@b.test" };
	struct arena mem ARENA_SCOPE;
	struct url base, u;

	(void)state;
	assert_int_equal(url_parse(&mem, S("https://a.test/b/c/d?q"), &base), OK);
	EACH(i, cases)
	{
		assert_int_equal(url_join(&mem, &base, str_of(cases[i].ref), &u), OK);
		assert_str(u.whole, str_of(cases[i].want));
	}
	EACH(i, bad)
	assert_int_equal(url_join(&mem, &base, str_of(bad[i]), &u), ERR_INVALID);
}

static void spellings_of_a_domain_are_one_or_none(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "victim.test", "victim.test" },
		{ "VICTIM.TEST", "victim.test" },
		{ "victim.test.", "victim.test" },
		{ "b.localhost:8080", "b.localhost:8080" },
		{ "b.test:443", "b.test" },
		{ "BÜCHER.example", "xn--bcher-kva.example" },
		{ "XN--BCHER-KVA.example", "xn--bcher-kva.example" },
		{ "ｖictim.test", "victim.test" },
	};
	static const char *const bad[] = { "victim.test/", "vic/tim.test", "victim%2etest", "v%69ctim.test", "", ".",
		                           "a..b", "a b.test", "u@b.test", "1.2.3.4", "[::1]", "b.test:x", "b.test:",
		                           "b_c.test", "xn--bcher-.example", "victim.test#", "victim.test?" };
	struct arena mem ARENA_SCOPE;
	str d;

	(void)state;
	EACH(i, cases)
	{
		assert_int_equal(url_domain(&mem, str_of(cases[i].text), &d), OK);
		assert_str(d, str_of(cases[i].want));
	}
	EACH(i, bad)
	if (url_domain(&mem, str_of(bad[i]), &d) != ERR_INVALID)
		fail_msg("taken: %s", bad[i]);
	assert_int_equal(url_domain(&mem, S("victim.test\0.evil"), &d), ERR_INVALID);
}

static void mixed_scripts_and_disguises_stay_punycode(void **state)
{
	static const struct {
		const char *unicode;
		bool shown;
	} cases[] = {
		{ "bücher.example", true },
		{ "россия.test", true },
		{ "日本語テスト.test", true },
		{ "аррӏе.test", false },
		{ "аpple.test", false },
		{ "αpple.test", false },
		{ "\xd8\xa7\xd8\xa8.test", true },
	};
	struct arena mem ARENA_SCOPE;
	str d;

	(void)state;
	EACH(i, cases)
	{
		assert_int_equal(url_domain(&mem, str_of(cases[i].unicode), &d), OK);
		assert_str(url_domain_shown(&mem, d), cases[i].shown ? str_of(cases[i].unicode) : d);
	}
	assert_str(url_domain_shown(&mem, S("b.test:8080")), S("b.test:8080"));
	assert_str(url_domain_shown(&mem, S("xn--bcher-kva.test:81")), S("bücher.test:81"));
}

static void origins_agree_in_scheme_host_and_port(void **state)
{
	struct arena mem ARENA_SCOPE;

	(void)state;
	assert_true(url_same_origin(S("https://B.test/x"), S("https://b.test:443/y")));
	assert_false(url_same_origin(S("https://b.test/x"), S("http://b.test/x")));
	assert_false(url_same_origin(S("https://b.test/x"), S("https://b.test:8443/x")));
	assert_false(url_same_origin(S("https://b.test/x"), S("https://a.b.test/x")));
	assert_false(url_same_origin(S("junk"), S("junk")));
	assert_str(url_authority(&mem, S("http://B.test:81/x")), S("b.test:81"));
	assert_str(url_authority(&mem, S("tag:b.test")), STR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_taken_apart),
		cmocka_unit_test(urls_that_two_readers_could_read_differently_are_refused),
		cmocka_unit_test(mapped_digits_and_dots_are_read_as_what_they_become),
		cmocka_unit_test(long_names_and_urls_are_refused),
		cmocka_unit_test(references_resolve_as_rfc_3986_says),
		cmocka_unit_test(spellings_of_a_domain_are_one_or_none),
		cmocka_unit_test(mixed_scripts_and_disguises_stay_punycode),
		cmocka_unit_test(origins_agree_in_scheme_host_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
