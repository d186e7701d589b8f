#pragma once
/* Posts as pieces of a page: what was typed, what hangs on it, what it quotes. */
#include "base/buf.h"
#include "core/view.h"

struct attachment;

/* A picture, a film or a sound. */
void medium_html(struct buf *b, const struct attachment *m);
/* focus: the page is about it. */
void post_html(struct buf *b, const struct status_view *v, bool focus);
enum err posts_html(struct ctx *cx, struct buf *b, struct ids ids) MUST_CHECK;
/* The same where the setting timelines_access lets nobody in particular read posts in a row; else a sentence. */
enum err posts_timeline(struct ctx *cx, struct buf *b, struct ids ids) MUST_CHECK;
