/* text: the cleaner's promises, words, what pages say. What people type: test_compose.c. */
#include "text_cases.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "text/clean.h"
#include "text/page.h"
#include "text/words.h"

/* Each case: the result is the expected one, and cleaning it again changes nothing. */
static void check_clean(const struct pair *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena mem ARENA_SCOPE;
		str once = clean_html(&mem, str_of(cases[i].in));

		assert_str(once, str_of(cases[i].out));
		assert_str(clean_html(&mem, once), once);
	}
}
#define CHECK_CLEAN(cases) check_clean(cases, sizeof(cases) / sizeof(cases[0]))

static void markup_that_posts_may_have_stays(void **state)
{
	static const struct pair cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "<p>a<br>b</p>", "<p>a<br />b</p>" },
		{ "<p>a<p>b", "<p>a</p><p>b</p>" },
		{ "<b><i>x</b></i>", "<b><i>x</i></b>" },
		{ "<abbr>a</abbr><del>b</del><s>c</s><code>d</code><strong>e</strong><u>f</u><sub>g</sub><sup>h</sup><em>i</em>",
		  "<abbr>a</abbr><del>b</del><s>c</s><code>d</code><strong>e</strong><u>f</u><sub>g</sub><sup>h</sup><em>i</em>" },
		{ "<pre><code>a\n b</code></pre>", "<pre><code>a\n b</code></pre>" },
		{ "<blockquote><p>q</p></blockquote>", "<blockquote><p>q</p></blockquote>" },
		{ "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>",
		  "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h5>f</h5>" },
		{ "<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>" },
		{ "<ol start=3 reversed><li value='7'>a</ol>", "<ol start=\"3\" reversed=\"\"><li value=\"7\">a</li></ol>" },
		{ "<ol start=x><li value='1e9'>a</ol>", "<ol><li>a</li></ol>" },
		{ "<ruby>\xe6\xbc\xa2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
		  "<ruby>\xe6\xbc\xa2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>" },
		{ "<p lang=en-us>x</p><span lang='\">'>y</span>", "<p lang=\"en-US\">x</p><span>y</span>" },
		{ "<P>A &amp; B &lt; C &quot;D&quot; &eacute;&#x1F600;</P>", "<p>A &amp; B &lt; C \"D\" \xc3\xa9\xf0\x9f\x98\x80</p>" },
		{ "&amp;lt;b&amp;gt;", "&amp;lt;b&amp;gt;" },
		{ "1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2" },
		{ "<div>a</div><div>b</div>c", "a<br />b<br />c" },
		{ "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b<br />c" },
		{ "<marquee>x</marquee><font color=red>y</font>", "xy" },
		{ "<html><body class=x><p>a</p></body></html>", "<p>a</p>" },
		{ "<p class=\"quote-inline\">RE: x</p>", "<p class=\"quote-inline\">RE: x</p>" },
		{ "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 <b>\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb</b>",
		  "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 <b>\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb</b>" },
	};

	(void)state;
	CHECK_CLEAN(cases);
}

static void links_are_hardened(void **state)
{
	static const struct pair cases[] = {
		{ "<a href=\"https://a.example/?x=1&amp;y=2\">t</a>", LINK("https://a.example/?x=1&amp;y=2", "t") },
		{ "<a href='HTTP://a.example' rel='opener' target=_self>t</a>", LINK("HTTP://a.example", "t") },
		{ "<a href=\" https://a.example/a b \">t</a>", LINK("https://a.example/a%20b", "t") },
		{ "<a rel='x TAG opener me' href='http://a.example/t'>#t</a>",
		  "<a href=\"http://a.example/t\" rel=\"tag me nofollow noopener noreferrer\" target=\"_blank\">#t</a>" },
		{ "<a href=\"gemini://a.example\">g</a>", LINK("gemini://a.example", "g") },
		{ "<a href=\"xmpp:a@b.example\">g</a><a href=\"magnet:?xt=1\">m</a>",
		  LINK("xmpp:a@b.example", "g") LINK("magnet:?xt=1", "m") },
		{ "<a href=\"/local\">a</a><a>b</a><a href>c</a><a href=\"\">d</a><a name=x>e</a>", "abcde" },
		{ "<a href=\"mailto:a@b.example\">m</a><a href=\"http:\">n</a><a href=\"https://\">o</a>", "mno" },
		{ "<a href=\"javascript:alert(1)\">j</a><a href=\"  jAvAsCrIpT:alert(1)\">k</a>", "jk" },
		{ "<a href=\"java\nscript:alert(1)\">j</a><a href=\"&#106;avascript:x\">k</a><a href=\"\x01javascript:x\">l</a>",
		  "jkl" },
		{ "<a href=\"data:text/html,x\">d</a><a href=\"vbscript:x\">v</a><a href=\"https:javascript:x\">w</a>", "dvw" },
		{ "<a href='https://a.example/\"onmouseover=\"x'>t</a>", LINK("https://a.example/&quot;onmouseover=&quot;x", "t") },
		{ "<a href=http://a.example/1>x<a href=http://a.example/2>y</a></a>",
		  LINK("http://a.example/1", "x") LINK("http://a.example/2", "y") },
		{ "<img src=https://a.example/i.png alt='a cat'>", LINK("https://a.example/i.png", "a cat") },
		{ "<img src=x onerror=alert(1)><img src='javascript:x' alt=y><img alt='<b>'>", "y&lt;b&gt;" },
		{ "<a href=http://a.example/1><img src=http://a.example/2 alt=z></a>", LINK("http://a.example/1", "z") },
		{ "<img class=wp-smiley src=https://a.example/s.png alt=\":)\">", ":)" },
	};

	(void)state;
	CHECK_CLEAN(cases);
}

static void classes_are_of_the_allow_list(void **state)
{
	static const struct pair cases[] = {
		{ "<p class=\"admin-modal u-url h-card evil\">x<span class=\"invisible\">y</span></p>"
		  "<a class=\"mention\" href=\"https://evil.example/phish\">@bob@local.example</a>",
		  "<p class=\"u-url h-card\">x<span class=\"invisible\">y</span></p>"
		  "<a href=\"https://evil.example/phish\" class=\"mention\" " REL ">@bob@local.example</a>" },
		{ "<span class=\"btn admin-nav ellipsis\" id=x style='color:red' data-x=1 translate=no>a</span>",
		  "<span class=\"ellipsis\">a</span>" },
		{ "<span class>a</span><span class=\"\">b</span><span class='h-&quot;x'>c</span>",
		  "<span>a</span><span>b</span><span>c</span>" },
		{ "<span class='p-a\tdt-b\ne-c hashtag H-card h_x'>a</span>", "<span class=\"p-a dt-b e-c hashtag\">a</span>" },
	};

	(void)state;
	CHECK_CLEAN(cases);
}

static void active_content_goes_with_what_is_in_it(void **state)
{
	static const struct pair cases[] = {
		{ "<p onclick=\"x()\">hi</p><script>alert(1)</script><img src=x onerror=alert(1)><a href=\"javascript:alert(1)\">j</a>"
		  "<svg/onload=alert(1)><style>*{display:none}</style><form action=\"https://evil.example\"><input></form>"
		  "<a href=\"  jAvAsCrIpT:alert(1)\">k</a>",
		  "<p>hi</p>j" },
		{ "a<style>@import 'x'</style><iframe srcdoc='<b>'>i</iframe><template><p>t</template><title>t</title>b", "ab" },
		{ "a<textarea><b></textarea><select><option>o</select><object data=x>o</object><embed src=x>b", "ab" },
		{ "<base href=http://x/><meta http-equiv=refresh content=0><link rel=stylesheet href=x>a", "a" },
		{ "<form action=x><input name=y><button>b</button></form>", "b" },
		{ "<video poster=javascript:x src=y>v</video><audio>a</audio>x", "x" },
		{ "<!--[if IE]><script>x</script><![endif]-->a<!doctype html><?php x ?>b<![CDATA[c]]>d", "abd" },
		{ "<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)" },
		{ "<script>a", "" },
		{ "</p></div></x>a</b>", "a" },
		{ "a<b", "a" },
		{ "<p title=\"<script>x</script>\">a</p>", "<p>a</p>" },
	};

	(void)state;
	CHECK_CLEAN(cases);
}

static void markup_that_mutates_has_nowhere_to_hide(void **state)
{
	static const char *const cases[] = {
		"<svg><style><img src=x onerror=alert(1)></style></svg>",
		"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
		"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
		"<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
		"<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
		"<p><svg><foreignObject><p><style><p title=\"</style><iframe onload=alert(1)<!--\"></style>",
		"<a href=\"http://x/\"><p><a href=\"http://y/\"><table><tr><td><a href=\"http://z/\">q</table>",
		"<ul><p><ol><p><li><blockquote><li></ul></ol><pre><p><h1><h2></p></pre>",
		"<p><font><p><center><p><b><p></font></b></center>",
		"<math><semantics><annotation>x</annotation></semantics></math><span class><a>",
		"<select><textarea></select><img alt='</textarea><script>'>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;
		str once = clean_html(&mem, str_of(cases[i]));

		assert_true(str_find(once, S("onerror")) < 0);
		assert_true(str_find(once, S("<img")) < 0);
		assert_true(str_find(once, S("<style")) < 0);
		assert_str(clean_html(&mem, once), once);
	}
}

static void formulas_become_their_source(void **state)
{
	static const struct pair cases[] = {
		{ "a <math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x &lt; y^2</annotation></semantics></math> b",
		  "a $x &lt; y^2$ b" },
		{ "<math display=block><annotation encoding=\"application/x-tex\">x</annotation>"
		  "<annotation encoding=\"application/x-tex\">z</annotation></math>",
		  "$$x$$" },
		{ "<math><semantics><annotation>x</annotation></semantics></math>a", "a" },
		{ "<svg><annotation encoding=\"application/x-tex\">x</annotation></svg>a", "a" },
	};

	(void)state;
	CHECK_CLEAN(cases);
}

static size_t deepest(str html)
{
	size_t depth = 0, most = 0;

	for (size_t i = 0; i + 1 < html.n; i++) {
		if (html.p[i] != '<')
			continue;
		if (html.p[i + 1] == '/')
			depth--;
		else if (++depth > most)
			most = depth;
	}
	assert_int_equal(depth, 0);
	return most;
}

static void hostile_sizes_cost_little(void **state)
{
	static const struct {
		const char *what;
		size_t n;
	} cases[] = {
		{ "<b>", 100000 },
		{ "<div>", 100000 },
		{ "<blockquote>", 100000 },
		{ "<p>", 100000 },
		{ "<", 1 << 20 },
		{ "&", 1 << 20 },
		{ "</i>", 100000 },
		{ "<ul><li>", 50000 },
		{ "<a href=http://x/>", 50000 },
		{ "<!--", 100000 },
		{ "<a \"", 100000 },
		{ "<script>", 100000 },
		{ "<a b='", 100000 },
		{ "@a", 250000 },
		{ "<svg>", 100000 },
		{ "<b a=1 c=2>", 100000 },
		{ "&#x41;", 100000 },
		{ "<math><annotation encoding=application/x-tex>", 5000 },
		{ "<x", 500000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;
		str in = repeat(&mem, cases[i].what, cases[i].n), out;
		int64_t begun = clock_mono();

		out = clean_html(&mem, in);
		assert_true(clock_mono() - begun < 2000);
		assert_true(out.n <= CLEAN_INPUT_MAX);
		assert_true(str_utf8(out));
		if (str_starts(out, S("<b>")))
			assert_true(deepest(out) <= CLEAN_DEPTH_MAX);
	}
}

static void many_attributes_and_unclosed_stacks_cost_little(void **state)
{
	struct arena mem ARENA_SCOPE;
	str attrs = str_cat(&mem, S("<p "), str_cat(&mem, repeat(&mem, "a=1 ", 100000), S(">x")));
	str stack = str_cat(&mem, repeat(&mem, "<b>", 20000), repeat(&mem, "</i>", 16000));
	str wide = str_cat(&mem, repeat(&mem, "<b a b c d e f g h i j k l m n o p q r s t u v w x y z>", 2500), S("x"));
	int64_t begun = clock_mono();

	(void)state;
	clean_html(&mem, attrs);
	clean_html(&mem, stack);
	clean_html(&mem, wide);
	assert_true(clock_mono() - begun < 2000);
}

static void long_input_is_cut_not_refused(void **state)
{
	struct arena mem ARENA_SCOPE;
	str in = str_cat(&mem, S("<p><b>"), repeat(&mem, "\xe2\x82\xac<i>x</i>&lt;", 20000));
	str out = clean_html(&mem, in), long_tag;

	(void)state;
	assert_true(out.n > CLEAN_INPUT_MAX - 100 && out.n <= CLEAN_INPUT_MAX);
	assert_true(str_utf8(out));
	assert_true(str_ends(out, S("</b></p>")));
	assert_str(clean_html(&mem, out), out);
	long_tag = str_cat(&mem, S("a<b title='"), str_cat(&mem, repeat(&mem, "x", 5000), S("'>b</b>c")));
	assert_str(clean_html(&mem, long_tag), S("abc"));
	assert_str(clean_html(&mem, str_cat(&mem, repeat(&mem, "x", 200000), S(""))), str_to(repeat(&mem, "x", 200000), CLEAN_INPUT_MAX));
}

static void text_of_markup(void **state)
{
	static const struct pair cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "<p>a</p><p>b<br>c<br/><br/>d</p>", "a\nb\nc\n\nd" },
		{ "<b>cw</b><script>1</script>", "cw" },
		{ "1 &lt; 2 &amp;amp; <3", "1 < 2 &amp; <3" },
		{ "<ul><li>a</li><li>b</li></ul>c", "a\nb\nc" },
		{ "<a href=\"https://x.example\"><span class=invisible>https://</span>x.example</a>", "https://x.example" },
		{ "<img src=x alt=cat>", "cat" },
		{ "  <p> x </p> ", "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;

		assert_str(clean_text(&mem, str_of(cases[i].in)), str_of(cases[i].out));
	}
	assert_true(str_none(clean_text(NULL, STR_NONE)) && str_none(clean_html(NULL, STR_NONE)));
}

static void names_lose_what_cannot_be_seen(void **state)
{
	static const struct pair cases[] = {
		{ "  Ann \t\n B  ", "Ann B" },
		{ "a\xe2\x80\xae"
		  "b\xe2\x81\xa6"
		  "c\xe2\x80\x8b"
		  "d\xef\xbb\xbf",
		  "abcd" },
		{ "\x01\x1b[31mred", "[31mred" },
		{ "\xe2\x80\x8f\xd8\xa3\xd9\x86\xd8\xa7", "\xd8\xa3\xd9\x86\xd8\xa7" },
		{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" },
		{ "\xe2\x80\x8b", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;

		assert_str(clean_line(&mem, str_of(cases[i].in)), str_of(cases[i].out));
	}
}

static void language_tags_are_checked_and_written_as_usual(void **state)
{
	static const struct pair cases[] = {
		{ "en", "en" },
		{ "EN-us", "en-US" },
		{ "zh-hant-tw", "zh-Hant-TW" },
		{ "pt-br", "pt-BR" },
		{ "es-419", "es-419" },
		{ "de-1996", "de-1996" },
		{ "sl-rozaj", "sl-rozaj" },
		{ "en-x-twain", "en-x-twain" },
		{ "tok", "tok" },
		{ "zh-yue", "zh-yue" },
		{ "en-u-nu-latn", "en-u-nu-latn" },
		{ "", NULL },
		{ "e", NULL },
		{ "english", NULL },
		{ "en-", NULL },
		{ "-en", NULL },
		{ "en--us", NULL },
		{ "en_US", NULL },
		{ "en-\"", NULL },
		{ "en-x", NULL },
		{ "en-US-Latn", NULL },
		{ "e1", NULL },
		{ "en-toolongpart", NULL },
		{ "en-aaaaa-bbbbb-ccccc-ddddd-eeeee-fffff", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena mem ARENA_SCOPE;

		assert_str(language_tag(&mem, str_of(cases[i].in)), str_of(cases[i].out));
	}
}

static void excerpts_end_between_words(void **state)
{
	struct arena mem ARENA_SCOPE;

	(void)state;
	assert_str(text_excerpt(&mem, S("one two"), 7), S("one two"));
	assert_str(text_excerpt(&mem, S("one two three"), 9), S("one two\xe2\x80\xa6"));
	assert_str(text_excerpt(&mem, S("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), 2), S("\xe6\x97\xa5\xe2\x80\xa6"));
	assert_str(text_excerpt(&mem, S("abc"), 0), S(""));
}

static void a_frame_is_https_and_nothing_else(void **state)
{
	static const char *const bad[] = {
		"", "text", "<iframe></iframe>", "<iframe src=\"http://v.example/1\"></iframe>",
		"<iframe src=\"javascript:alert(1)\"></iframe>", "<iframe src=\"data:text/html,x\"></iframe>",
		"<iframe src=\"//v.example/1\"></iframe>", "<iframe src=\"https://u@v.example/1\"></iframe>",
		"<iframe srcdoc=\"<script>\"></iframe>", "<object data=\"https://v.example/\"></object><embed src=https://v.example/>",
	};
	struct arena mem ARENA_SCOPE;
	int64_t width = 0, height = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(str_none(page_frame(&mem, str_of(bad[i]), &width, &height)));
	assert_str(page_frame(&mem, S("<div><iframe src='https://v.example/?a=\"&amp;b' width=10px height=99999 allow=x></iframe></div>"),
	                      &width, &height),
	           S("<iframe src=\"https://v.example/?a=&quot;&amp;b\" width=\"10\" height=\"7\" allowfullscreen=\"\""
	             " sandbox=\"allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms\"></iframe>"));
}

static bool links_back(const char *html)
{
	struct arena mem ARENA_SCOPE;

	return page_links_back(&mem, str_of(html), S("https://me.example/about/"), S("https://social.example/@ann"),
	                       S("https://social.example/users/ann"));
}

static void a_page_links_back_by_rel_me_only(void **state)
{
	(void)state;
	assert_true(links_back("<p><a href=\"https://social.example/@ann\" rel=\"nofollow me\">x</a>"));
	assert_true(links_back("<link rel=me href=https://social.example/users/ann/>"));
	assert_true(links_back("<a rel=ME href=' HTTPS://Social.example/@Ann '>x</a>"));
	assert_false(links_back("<a href=\"https://social.example/@ann\">x</a>"));
	assert_false(links_back("<a rel=home href=\"https://social.example/@ann\">x</a>"));
	assert_false(links_back("<a rel=me href=\"https://social.example/@anna\">x</a>"));
	assert_false(links_back("<a rel=me href=\"http://social.example/@ann\">x</a>"));
	assert_false(links_back("<!-- <a rel=me href=\"https://social.example/@ann\">x</a> -->"));
	assert_false(links_back("<template><a rel=me href=\"https://social.example/@ann\">x</a></template>"));
	assert_false(links_back("<textarea><a rel=me href=\"https://social.example/@ann\">x</a></textarea>"));
	assert_false(links_back("<script>'<a rel=me href=\"https://social.example/@ann\">x</a>'</script>"));
}

static void pages_say_what_they_are(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct page_facts f;

	(void)state;
	page_facts(&mem,
	           S("\n<!DOCTYPE html><HTML class='a' lang=\"fr\"><head><title> One\n <b>line</b> &amp; more </title><title>two</title>"
	             "<meta name=twitter:title content=Second><meta property=og:image content=pic.png><meta name=description content=' '>"
	             "<template><meta property=og:title content=no></template><svg><title>no</title></svg>"
	             "<link rel='x canonical' href=?p=1#f><link rel=alternate type=application/json+oembed href='javascript:x'>"),
	           S("https://a.example/dir/page"), &f);
	assert_str(f.title, S("Second"));
	assert_str(f.language, S("fr"));
	assert_str(f.image, S("https://a.example/dir/pic.png"));
	assert_str(f.canonical, S("https://a.example/dir/page?p=1"));
	assert_true(str_none(f.oembed) && str_none(f.description));
	page_facts(&mem, S("<title> One\n &amp; <b>more</b>"), S("https://a.example/"), &f);
	assert_true(str_starts(f.title, S("One & ")));
	page_facts(&mem, S(""), S("no address"), &f);
	assert_true(str_none(f.title) && str_none(f.image));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_that_posts_may_have_stays),
		cmocka_unit_test(links_are_hardened),
		cmocka_unit_test(classes_are_of_the_allow_list),
		cmocka_unit_test(active_content_goes_with_what_is_in_it),
		cmocka_unit_test(markup_that_mutates_has_nowhere_to_hide),
		cmocka_unit_test(formulas_become_their_source),
		cmocka_unit_test(hostile_sizes_cost_little),
		cmocka_unit_test(many_attributes_and_unclosed_stacks_cost_little),
		cmocka_unit_test(long_input_is_cut_not_refused),
		cmocka_unit_test(text_of_markup),
		cmocka_unit_test(names_lose_what_cannot_be_seen),
		cmocka_unit_test(excerpts_end_between_words),
		cmocka_unit_test(language_tags_are_checked_and_written_as_usual),
		cmocka_unit_test(a_frame_is_https_and_nothing_else),
		cmocka_unit_test(a_page_links_back_by_rel_me_only),
		cmocka_unit_test(pages_say_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
