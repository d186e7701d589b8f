#pragma once
/* The scanner of one run of plain text, shared by plain posts and by the text in Markdown. */
#include "text/compose.h"

/* Adds to mentions and tags what the text names, as far as there is room, and fills found->spans anew. */
void scan_text(struct arena *mem, str text, struct compose *found);
