#pragma once
/* JSON in one spelling only (RFC 8785), so that a signature over it holds however the document was written. */
#include "base/json.h"

/* How the outermost object is written otherwise than it stands there. */
struct jcs_but {
	struct strs without;   /* members left out */
	const json_t *context; /* stands in the place of @context; NULL: as it is */
};
/* STR_NONE for what has no such spelling: a whole number beyond 2^53, text that is too long. but may be NULL. */
str jcs(struct arena *mem, const json_t *v, const struct jcs_but *but);
/* A number as ECMAScript writes it; finite. */
str jcs_number(struct arena *mem, double v);
