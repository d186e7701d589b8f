/* Writes posts as Mastodon writes them, so that clients which know its markup (mention, hashtag, ellipsis) know ours. */
#include "text/compose.h"

#include <unigbrk.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/emit.h"
#include "text/scan.h"

enum { LINK_LENGTH = 23, /* what every link counts */
       FOREIGN_MARKDOWN_MAX = 16 * 1024 };

void compose_scan(struct arena *mem, str text, struct compose *found)
{
	*found = (struct compose){ .tag_base = found->tag_base };
	scan_text(mem, text, found);
}

str compose_html(struct arena *mem, str text, const struct compose *c)
{
	struct buf out = emit_buf(mem, text);
	size_t at = (size_t)(str_trim(text).p - text.p);

	if (!str_trim(text).n)
		return S("");
	buf_add(&out, S("<p>"));
	emit_text(&out, str_to(text, at + str_trim(text).n), at, c, EMIT_PARAGRAPHS);
	buf_add(&out, S("</p>"));
	return buf_str(&out);
}

str compose_foreign(struct arena *mem, str text, bool markdown)
{
	struct compose found = { .tag_base = STR_NONE };

	if (markdown && text.n <= FOREIGN_MARKDOWN_MAX) {
		compose_scan_markdown(mem, text, &found);
		return compose_markdown(mem, text, &found);
	}
	compose_scan(mem, text, &found);
	return compose_html(mem, text, &found);
}

/* The text as it is counted: links of one length, mentions without their domains. */
static str counted(struct arena *mem, str text, const struct compose *c)
{
	struct buf b = buf_new(mem, text.n + LINK_LENGTH * c->span_count + 1);
	size_t at = 0;

	for (size_t i = 0; i < c->span_count; i++) {
		const struct compose_span *span = &c->spans[i];

		if (span->kind == COMPOSE_TAG)
			continue;
		buf_add(&b, str_n(text.p + at, span->at - at));
		at = span->at + span->n;
		for (int j = 0; span->kind == COMPOSE_LINK && j < LINK_LENGTH; j++)
			buf_byte(&b, 'x');
		if (span->kind == COMPOSE_MENTION)
			buf_add(&b, str_n(text.p + span->at, 1 + c->mentions[span->which].user.n));
	}
	buf_add(&b, str_from(text, at));
	return str_or(buf_str(&b), S(""));
}

/* Mastodon counts what people take for a character: grapheme clusters. */
size_t compose_length(str text)
{
	struct arena mem ARENA_SCOPE;
	struct compose found = { 0 };
	size_t n = 0;
	char *breaks;

	compose_scan(&mem, text, &found);
	text = counted(&mem, text, &found);
	breaks = NEWS(&mem, char, text.n + 1);
	u8_grapheme_breaks((const uint8_t *)text.p, text.n, breaks);
	for (size_t i = 0; i < text.n; i++)
		n += breaks[i] == 1;
	return n;
}
