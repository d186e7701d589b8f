#pragma once
/* Posts in other languages, by a server that speaks LibreTranslate's API (https://docs.libretranslate.com/), if one is set. */
#include "core/view.h"

bool translate_on(const struct ctx *cx);

/* One translation: what is asked for, and what came of it. Texts: content warning, content, options, descriptions. */
struct translation {
	const struct status_view *of;
	str language; /* to */
	str detected; /* from */
	str source;   /* digest of what is to be translated */
	struct strs texts;
	enum err e;   /* ERR_BUSY: the other server did not answer, or with no translation */
};
/* Before any waiting: is it allowed, and is it known already (*known)? v must outlive t. ERR_NOT_FOUND: no server is set;
 * ERR_DENIED: the post is not for all, says nothing, or is in that language. language empty: the reader's own. */
enum err translation_begin(struct ctx *cx, const struct status_view *v, str language, struct translation *t,
                           bool *known) MUST_CHECK;
/* Asks; only from a thread that may wait. A translation is kept for a day. */
void translation_ask(struct ctx *cx, struct translation *t);

/* {"en":["de","fr"]}: from, to. STR_NONE: not known yet, translate_learn() asks; "{}" where no server is set. */
enum err translate_languages(struct ctx *cx, str *json) MUST_CHECK;
enum err translate_learn(struct ctx *cx) MUST_CHECK; /* only from a thread that may wait */
