#pragma once
/* Emoji that a site offers: pictures of its own by names between colons. */
#include "core/media.h"
#include "store/emojis.h"

struct jw;

/* Of cx->site. On a thread that may wait; fd: a picture. One of that name is replaced; posts that have it keep what they
 * were written with. ERR_INVALID with a sentence: the name, or the picture. */
enum err emoji_add(struct ctx *cx, str shortcode, str category, int fd) MUST_CHECK;
/* ERR_NOT_FOUND */
enum err emoji_remove(struct ctx *cx, str shortcode) MUST_CHECK;
/* What cx->site offers; struct emoji. */
enum err emoji_list(struct ctx *cx, struct db_rows *out) MUST_CHECK;

/* One of them, also one that is offered no more but stands in posts; ERR_NOT_FOUND. */
enum err emoji_by_id(struct ctx *cx, int64_t id, struct emoji *e) MUST_CHECK;

/* Those of cx->site that the texts name, as the client API has them: JSON, "[]" for none. A text may be STR_NONE. */
enum err emoji_in(struct ctx *cx, const str *texts, size_t n, str *json) MUST_CHECK;
/* The rows of those that the texts name, and of the names besides; struct emoji. */
enum err emoji_load(struct ctx *cx, const str *texts, size_t n, struct strs names, struct db_rows *out) MUST_CHECK;
/* Does the text name it? */
bool emoji_stands_in(struct arena *mem, str text, str shortcode);
/* One of them; with its category where it is shown to choose from. */
void emoji_write(struct jw *w, const char *key, str base, const struct emoji *e, bool to_choose);
