/* Pages of strangers: words stay words, addresses are absolute, a frame is one frame of https. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/url.h"
#include "text/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)               \
	do {                     \
		if (!(cond))     \
			abort(); \
	} while (0)

static void word(str s)
{
	MUST(str_utf8(s) && s.n <= 2 * PAGE_TEXT_MAX);
	MUST(str_chr(s, '\n') < 0);
}

static void place(struct arena *mem, str s)
{
	struct url u;

	MUST(!s.n || !url_parse(mem, s, &u));
}

/* Nothing in it but the one element, whatever the page wanted. */
static void frame(str s)
{
	size_t opens = 0;

	if (str_none(s))
		return;
	MUST(str_skip(&s, S("<iframe src=\"https://")) && str_chop(&s, S("></iframe>")));
	MUST(str_find(s, S(" sandbox=\"")) > 0);
	for (size_t i = 0; i < s.n; i++)
		opens += s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '\'';
	MUST(!opens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str in = size ? str_n((const char *)data, size) : S("");
	int64_t width = 0, height = 0;
	struct page_facts f;

	page_facts(&mem, in, S("https://a.example/dir/page?x=1"), &f);
	const str words[] = { f.title, f.description, f.site_name, f.language, f.image_words, f.author, f.creator, f.published };
	const str places[] = { f.image, f.author_url, f.video, f.canonical, f.oembed };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].n)
			word(words[i]);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		place(&mem, places[i]);
	MUST(!page_links_back(&mem, in, S("https://a.example/"), STR_NONE, S("no address")));
	frame(page_frame(&mem, in, &width, &height));
	MUST(width >= 0 && width <= 10000 && height >= 0 && height <= 10000);
	MUST(page_links(&mem, in, 3).n <= 3);
	MUST(str_none(page_first_link(&mem, in)) || page_first_link(&mem, in).n > 7);
	return 0;
}
