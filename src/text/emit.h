#pragma once
/* Text with its spans -> HTML, shared by plain posts and by the text in Markdown. */
#include "base/buf.h"
#include "text/compose.h"

enum emit_as {
	EMIT_PARAGRAPHS, /* inside <p>: blank lines part paragraphs */
	EMIT_LINES,      /* inside any element */
};

/* A buffer that no text of that length fills. */
struct buf emit_buf(struct arena *mem, str text);
/* Writes text from the byte at on; the spans of c count from the text's first byte. */
void emit_text(struct buf *out, str text, size_t at, const struct compose *c, enum emit_as as);
