#pragma once
/* The inside of one Markdown paragraph. */
#include "base/buf.h"

/* Writes one paragraph's text as HTML: emphasis, code, links, pictures, line breaks. Linear in the text. What is
 * written is balanced as typed, not clean: clean_html() must see it. Adjacent plain text stays together, so that names
 * in it can be found. */
void inline_html(struct buf *out, str text);
