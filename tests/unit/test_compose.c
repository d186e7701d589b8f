/* text: what people type becomes HTML, with who and what is named in it. */
#include "text_cases.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "text/clean.h"
#include "text/compose.h"
#include "text/words.h"

/* The spans as one line: m user@domain, t name, l href; each behind a space. */
static str spans_shown(struct arena *mem, str text)
{
	struct buf b = buf_new(mem, 1 << 20);
	struct compose c = { 0 };

	compose_scan(mem, text, &c);
	for (size_t i = 0; i < c.span_count; i++) {
		const struct compose_span *s = &c.spans[i];

		if (s->kind == COMPOSE_LINK)
			buf_addf(&b, " l %.*s", STR_F(s->href));
		else if (s->kind == COMPOSE_TAG)
			buf_addf(&b, " t %.*s", STR_F(c.tags[s->which].name));
		else
			buf_addf(&b, " m %.*s%s%.*s", STR_F(c.mentions[s->which].user), c.mentions[s->which].domain.n ? "@" : "",
			         STR_F(c.mentions[s->which].domain));
	}
	return str_or(buf_str(&b), S(""));
}

static void check_spans(const struct pair *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena mem ARENA_SCOPE;

		assert_str(spans_shown(&mem, str_of(cases[i].in)), str_of(cases[i].out));
	}
}

static void mentions_are_found(void **state)
{
	static const struct pair cases[] = {
		{ "@bob", " m bob" },
		{ "hi @bob, @Ann@B.example.", " m bob m Ann@b.example" },
		{ "@bob.", " m bob" },
		{ "(@bob_x-y.z)", " m bob_x-y.z" },
		{ "@bob@b\xc3\xbc"
		  "cher.example",
		  " m bob@xn--bcher-kva.example" },
		{ "@bob@b.localhost:8080: hi", " m bob@b.localhost:8080" },
		{ "@bob@b.example: hi", " m bob@b.example" },
		{ "@bob@b.example:-)", " m bob@b.example" },
		{ "@a@x.example @A@X.example @a", " m a@x.example m a@x.example m a" },
		{ "bob@b.example", "" },
		{ "/@bob =@bob x@bob _@bob", "" },
		{ "\xe6\x97\xa5@bob", "" },
		{ "\xe3\x80\x82@bob", " m bob" },
		{ "@ @@ @- @.bob", "" },
		{ "@@bob", " m bob" },
		{ "@bob@", " m bob" },
		{ "@bob@b..example @bob@-x", "" },
		{ "@x\"onclick=1@h", " m x" },
	};

	(void)state;
	check_spans(cases, sizeof(cases) / sizeof(cases[0]));
}

static void hashtags_are_found(void **state)
{
	static const struct pair cases[] = {
		{ "#Tag", " t tag" },
		{ "#a_b #1a #2026 #_ #1_2", " t a_b t 1a t 1_2" },
		{ "#caf\xc3\xa9 #CAF\xc3\x89", " t caf\xc3\xa9 t caf\xc3\xa9" },
		{ "\xef\xbc\x83\xe6\x97\xa5\xe6\x9c\xac", " t \xe6\x97\xa5\xe6\x9c\xac" },
		{ "#\xe3\x82\xb9\xe3\x83\x97\xe3\x83\xa9\xe3\x80\x82", " t \xe3\x82\xb9\xe3\x83\x97\xe3\x83\xa9" },
		{ "#\xef\xbd\xb1\xef\xbc\xa1", " t \xe3\x82\xa2"
		                               "a" },
		{ "#a\xc2\xb7"
		  "b\xc2\xb7",
		  " t a\xc2\xb7"
		  "b" },
		{ "#stra\xc3\x9f"
		  "e",
		  " t strasse" },
		{ "##x", " t x" },
		{ "(#x) #y.", " t x t y" },
		{ "a#x /#x =#x &#x27; )#x", "" },
		{ "# x #! #\"><b>", "" },
		{ "#a-b #c#d", " t a t c" },
		{ "#\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80", " t \xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80" },
		{ "#\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", " t \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85" },
	};
	struct arena mem ARENA_SCOPE;
	str hundred = repeat(&mem, "a", 100);

	(void)state;
	check_spans(cases, sizeof(cases) / sizeof(cases[0]));
	assert_str(tag_fold(&mem, hundred), hundred);
	assert_true(str_none(tag_fold(&mem, repeat(&mem, "a", 101))));
	assert_str(tag_fold(&mem, S("#Ab")), S("ab"));
	assert_true(str_none(tag_fold(&mem, S(""))) && str_none(tag_fold(&mem, S("a b"))) && str_none(tag_fold(&mem, S("12"))));
	assert_true(str_none(tag_fold(&mem, S("\xef\xb7\xba")))); /* normalises to several words */
}

static void links_are_found(void **state)
{
	static const struct pair cases[] = {
		{ "https://a.example", " l https://a.example/" },
		{ "see HTTP://A.Example/X?y=1#z.", " l http://a.example/X?y=1#z" },
		{ "(https://a.example/x_(y))", " l https://a.example/x_(y)" },
		{ "https://a.example/x), https://a.example/y]", " l https://a.example/x l https://a.example/y" },
		{ "\"https://a.example/\"<https://b.example/>", " l https://a.example/ l https://b.example/" },
		{ "https://b\xc3\xbc"
		  "cher.example/\xc3\xa9?q=\xc3\xa9",
		  " l https://xn--bcher-kva.example/%C3%A9?q=%C3%A9" },
		{ "https://a.example/\xe6\x97\xa5\xe3\x80\x82", " l https://a.example/%E6%97%A5" },
		{ "\xe3\x81\xafhttps://a.example", " l https://a.example/" },
		{ "https://a.example:8080/x?a=b&c=@d#e", " l https://a.example:8080/x?a=b&c=@d#e" },
		{ "https://a.example/@bob #t", " l https://a.example/@bob t t" },
		{ "a.example www.a.example ftp://a.example xhttps://a.example mailto:a@b.example javascript:alert(1)", "" },
		{ "https:// http:///x https://u:p@a.example https://-", "" },
		{ "https://a\"onmouseover=1", " l https://a/" },
		{ "http://http://x", "" },
		{ "https://a.example/!?.. https://a.example/*", " l https://a.example/ l https://a.example/" },
	};

	(void)state;
	check_spans(cases, sizeof(cases) / sizeof(cases[0]));
}

/* Everyone named has a profile but nobody. */
static str composed(struct arena *mem, str text, bool markdown)
{
	struct compose c = { .tag_base = S("https://s.example/tags/") };
	void (*scan)(struct arena *, str, struct compose *) = markdown ? compose_scan_markdown : compose_scan;

	scan(mem, text, &c);
	for (size_t i = 0; i < c.mention_count; i++)
		if (!str_eq(c.mentions[i].user, S("nobody")))
			c.mentions[i].href = strf(mem, "https://%.*s/@%.*s", STR_F(str_or(c.mentions[i].domain, S("s.example"))),
			                          STR_F(c.mentions[i].user));
	return markdown ? compose_markdown(mem, text, &c) : compose_html(mem, text, &c);
}

#define MENTION(url, shown) \
	"<span class=\"h-card\" translate=\"no\"><a href=\"" url "\" class=\"u-url mention\" " REL ">@<span>" shown "</span></a></span>"
#define TAG(name, shown)                                                                                                  \
	"<a href=\"https://s.example/tags/" name "\" class=\"mention hashtag\" rel=\"tag nofollow noopener noreferrer\" " \
	"target=\"_blank\">#<span>" shown "</span></a>"

static void plain_text_becomes_html(void **state)
{
	static const struct pair cases[] = {
		{ "", "" },
		{ " \n ", "" },
		{ "hi", "<p>hi</p>" },
		{ "\n a\r\nb \n \nc\n\n\n\nd\n", "<p>a<br />b </p><p>c</p><p>d</p>" },
		{ "<script>alert('1')</script> & \"q\"", "<p>&lt;script&gt;alert('1')&lt;/script&gt; &amp; \"q\"</p>" },
		{ "<img src=x onerror=alert(1)>[x](javascript:1)", "<p>&lt;img src=x onerror=alert(1)&gt;[x](javascript:1)</p>" },
		{ "@bob @nobody", "<p>" MENTION("https://s.example/@bob", "bob") " @nobody</p>" },
		{ "@bob@b.example\n#Tag", "<p>" MENTION("https://b.example/@bob", "bob") "<br />" TAG("tag", "Tag") "</p>" },
		{ "@a@x.example @a@y.example", "<p>" MENTION("https://x.example/@a", "a@x.example") " " MENTION("https://y.example/@a", "a@y.example") "</p>" },
		{ "\xef\xbc\x83\xe6\x97\xa5", "<p>" TAG("%E6%97%A5", "\xe6\x97\xa5") "</p>" },
		{ "https://a\"onmouseover=1", "<p><a href=\"https://a/\" " REL "><span class=\"invisible\">https://</span><span>a</span></a>\"onmouseover=1</p>" },
		{ "https://www.a.example/0123456789012345678901234?a=1&b=2",
		  "<p><a href=\"https://www.a.example/0123456789012345678901234?a=1&amp;b=2\" " REL "><span class=\"invisible\">https://www.</span>"
		  "<span class=\"ellipsis\">a.example/01234567890123456789</span><span class=\"invisible\">01234?a=1&amp;b=2</span></a></p>" },
		{ "@x\"onclick=1@h #\"><b>", "<p>" MENTION("https://s.example/@x", "x") "\"onclick=1@h #\"&gt;&lt;b&gt;</p>" },
		{ "\xd9\x85\xd8\xb1 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb :blob:", "<p>\xd9\x85\xd8\xb1 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb :blob:</p>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;

		assert_str(composed(&mem, str_of(cases[i].in), false), str_of(cases[i].out));
	}
}

static void pictures_that_are_shown_beside_are_not_told_of(void **state)
{
	static const char html[] = "<p>Look <img src=\"https://b.test/1.png?a=1&amp;b=2\" alt=\"a heron\"> and "
				   "<img src=\"https://b.test/2.png\" alt=\"an owl\"></p>";
	struct arena mem ARENA_SCOPE;
	str shown[] = { S("https://b.test/1.png?a=1&b=2") };

	(void)state;
	assert_str(clean_html_beside(&mem, str_of(html), (struct strs){ shown, 1 }),
	           S("<p>Look  and <a href=\"https://b.test/2.png\" " REL ">an owl</a></p>"));
	assert_true(str_find(clean_html(&mem, str_of(html)), S("a heron</a>")) > 0);
}

/* Names are not ours to look up, hashtags not ours to link. */
static void text_of_strangers_becomes_html(void **state)
{
	static const struct pair plain[] = {
		{ "one\r\ntwo\n\nthree <b>", "<p>one<br />two</p><p>three &lt;b&gt;</p>" },
		{ "@x@b.test #tag", "<p>@x@b.test #tag</p>" },
		{ "see https://b.test/a", "<p>see <a href=\"https://b.test/a\" " REL "><span class=\"invisible\">https://</span>"
		                          "<span>b.test/a</span></a></p>" },
		{ "**not** markdown", "<p>**not** markdown</p>" },
		{ " \n ", "" },
	};
	static const struct pair markdown[] = {
		{ "**bold** #tag @x@b.test", "<p><strong>bold</strong> #tag @x@b.test</p>" },
		{ "# Title\n\n- a\n- b", "<h1>Title</h1><ul><li>a</li><li>b</li></ul>" },
		{ "[x](javascript:alert(1)) <script>y</script>", "<p>x &lt;script&gt;y&lt;/script&gt;</p>" },
		{ "![A heron](https://b.test/i.png)", "<p><a href=\"https://b.test/i.png\" " REL ">A heron</a></p>" },
		{ "one\ntwo", "<p>one<br />two</p>" },
		{ "", "" },
	};
	struct arena mem ARENA_SCOPE;
	struct buf long_one = buf_new(&mem, 1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_str(compose_foreign(&mem, str_of(plain[i].in), false), str_of(plain[i].out));
	for (size_t i = 0; i < sizeof(markdown) / sizeof(markdown[0]); i++)
		assert_str(compose_foreign(&mem, str_of(markdown[i].in), true), str_of(markdown[i].out));
	while (long_one.n < 100000)
		buf_add(&long_one, S("**word** "));
	assert_true(str_starts(compose_foreign(&mem, buf_str(&long_one), true), S("<p>**word** **word**")));
}

static void markdown_becomes_html(void **state)
{
	static const struct pair cases[] = {
		{ "", "" },
		{ "*a* **b** `d`", "<p><em>a</em> <strong>b</strong> <code>d</code></p>" },
		{ "# T\n\na\nb\n\n- x\n- y\n", "<h1>T</h1><p>a<br />b</p><ul><li>x</li><li>y</li></ul>" },
		{ "```\n@bob #t\n<b>\n```", "<pre><code>@bob #t\n&lt;b&gt;\n</code></pre>" },
		{ "> q\n", "<blockquote><p>q</p></blockquote>" },
		{ "a  \nb", "<p>a<br />b</p>" },
		{ "[x](javascript:1) [y](https://a.example/ \"t\")", "<p>x " LINK("https://a.example/", "y") "</p>" },
		{ "<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>" },
		{ "*@bob* `@ann` #tag", "<p><em>" MENTION("https://s.example/@bob", "bob") "</em> <code>@ann</code> " TAG("tag", "tag") "</p>" },
		{ "[@bob #t](https://a.example/)", "<p>" LINK("https://a.example/", "@bob #t") "</p>" },
		{ "@a_b_c@b.example & #x_y_z", "<p>" MENTION("https://b.example/@a_b_c", "a_b_c") " &amp; " TAG("x_y_z", "x_y_z") "</p>" },
		{ "https://a.example/?a&b", "<p><a href=\"https://a.example/?a&amp;b\" " REL "><span class=\"invisible\">https://</span><span>a.example/?a&amp;b</span></a></p>" },
		{ "![cat](https://a.example/c.png)", "<p>" LINK("https://a.example/c.png", "cat") "</p>" },
		{ "*a*\n*b*", "<p><em>a</em><br /><em>b</em></p>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;

		assert_str(composed(&mem, str_of(cases[i].in), true), str_of(cases[i].out));
	}
}

static void length_is_counted_as_mastodon_does(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {
		{ "", 0 },
		{ "hello", 5 },
		{ "https://a.example/a/very/long/path/that/goes/on", 23 },
		{ "x http://a.example y", 27 },
		{ "@bob@b.example hi", 7 },
		{ "@bob hi #tag", 12 },
		{ "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", 1 },
		{ "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7", 2 },
		{ "e\xcc\x81\xc3\xa9", 2 },
		{ "a\nb", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(compose_length(str_of(cases[i].text)), cases[i].n);
}

static void hostile_typing_costs_little(void **state)
{
	static const char *const cases[] = { "@a@a@a", "#####", "http://http://", "::::", "****", "[[[[", "<<<<", "@a@a.b ", "#a ",
		                             "#\xc3\xa9 ", "http://a.b ", "http://a.b/(", "@", "h", "_a_", "`", "![", "> ", "- ", "&a;",
		                             "@\xc3\xa9", "[a](", "<a", "a**b", "- a\n", "> a\n", "a\n\n", "> - ", "- a\n\n", "[a](b \"",
		                             "![a](b)", "*a _b ", "[](", "\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;
		str text = repeat(&mem, cases[i], (500 << 10) / strlen(cases[i]));
		int64_t begun = clock_mono(), plain, length, markdown;

		composed(&mem, text, false);
		plain = clock_mono();
		compose_length(text);
		length = clock_mono();
		composed(&mem, text, true);
		markdown = clock_mono();
		if (getenv("SHOW_TIMES"))
			fprintf(stderr, "%s: plain %d length %d markdown %d\n", cases[i], (int)(plain - begun), (int)(length - plain),
			        (int)(markdown - length));
		assert_true(markdown - begun < 3000);
	}
}

static void many_accounts_and_tags_are_bounded(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct buf b = buf_new(&mem, 1 << 20);
	struct compose c = { 0 };

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_addf(&b, "@u%d@h%d.example #t%d ", i, i, i);
	compose_scan(&mem, buf_str(&b), &c);
	assert_int_equal(c.mention_count, COMPOSE_MENTIONS_MAX);
	assert_int_equal(c.tag_count, COMPOSE_TAGS_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(mentions_are_found),
		cmocka_unit_test(hashtags_are_found),
		cmocka_unit_test(links_are_found),
		cmocka_unit_test(plain_text_becomes_html),
		cmocka_unit_test(pictures_that_are_shown_beside_are_not_told_of),
		cmocka_unit_test(text_of_strangers_becomes_html),
		cmocka_unit_test(markdown_becomes_html),
		cmocka_unit_test(length_is_counted_as_mastodon_does),
		cmocka_unit_test(hostile_typing_costs_little),
		cmocka_unit_test(many_accounts_and_tags_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
