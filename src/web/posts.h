#pragma once
/* Posts as pieces of a page: what was typed, what hangs on it, what it quotes. */
#include "base/buf.h"
#include "core/page.h"
#include "core/view.h"

struct attachment;

/* A picture, a film or a sound. */
void medium_html(struct buf *b, const struct attachment *m);
/* focus: the page is about it. */
void post_html(struct buf *b, const struct status_view *v, bool focus);
enum err posts_html(struct ctx *cx, struct buf *b, struct ids ids) MUST_CHECK;
/* The same where the setting timelines_access lets nobody in particular read posts in a row; else a sentence. A full page
 * leads to the next one of `here`. */
enum err posts_timeline(struct ctx *cx, struct buf *b, struct ids ids, const struct page *page, str here) MUST_CHECK;

/* HTML that was cleaned, or a text, with pictures for the emoji (JSON, as the API has them) that it names. */
void emoji_html(struct buf *b, str html, str emojis);
void emoji_text(struct buf *b, str text, str emojis);
