/* What users type: whatever it is, the HTML is of the allow-list, and the cleaner would leave it as it is. */
#include "base/arena.h"
#include "base/buf.h"
#include "text/clean.h"
#include "text/compose.h"
#include "text/words.h"

#include "markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(struct compose *c)
{
	for (size_t i = 0; i < c->mention_count; i++)
		if (c->mentions[i].user.n % 4)
			c->mentions[i].href = S("https://b.example/@x?\"a\"&'b'");
}

static str without(struct arena *mem, str s, str what)
{
	struct buf b = buf_new(mem, s.n + 1);

	for (long at; (at = str_find(s, what)) >= 0; s = str_from(s, (size_t)at + what.n))
		buf_add(&b, str_to(s, (size_t)at));
	buf_add(&b, s);
	return str_or(buf_str(&b), S(""));
}

static void check_plain(struct arena *mem, str in)
{
	struct compose c = { .tag_base = S("https://s.example/tags/") };
	str html;
	size_t end = 0;

	compose_scan(mem, in, &c);
	for (size_t i = 0; i < c.span_count; i++) {
		MUST(c.spans[i].n && c.spans[i].at >= end);
		end = c.spans[i].at + c.spans[i].n;
	}
	MUST(end <= in.n);
	for (size_t i = 0; i < c.tag_count; i++)
		MUST(str_eq(tag_fold(mem, c.tags[i].name), c.tags[i].name));
	look_up(&c);
	html = compose_html(mem, in, &c);
	markup_check(html);
	html = without(mem, html, S(" translate=\"no\""));
	if (html.n <= CLEAN_INPUT_MAX)
		MUST(str_eq(clean_html(mem, html), html));
}

static void check_markdown(struct arena *mem, str in)
{
	struct compose c = { .tag_base = S("https://s.example/tags/") };
	size_t mentions, tags;

	compose_scan_markdown(mem, in, &c);
	mentions = c.mention_count;
	tags = c.tag_count;
	look_up(&c);
	markup_check(compose_markdown(mem, in, &c));
	MUST(c.mention_count == mentions && c.tag_count == tags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str in = str_n((const char *)data, size);

	if (!size || !str_utf8(in))
		return 0;
	check_plain(&mem, in);
	check_markdown(&mem, in);
	MUST(str_runes(text_excerpt(&mem, in, 10)) <= 10);
	(void)compose_length(in);
	return 0;
}
