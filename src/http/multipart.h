#pragma once
/* multipart/form-data bodies (RFC 7578), strictly: what is odd is refused, not guessed at. */
#include "base/err.h"
#include "base/str.h"

struct arena;

enum { PARTS_MAX = 256, PART_HEADERS_MAX = 8 * 1024 };

struct part {
	str name;
	str file; /* STR_NONE: a plain field */
	str type; /* as sent, or STR_NONE */
	str bytes; /* borrowed from the body */
};
struct parts {
	struct part *v;
	size_t n;
};
/* content_type is the whole header. ERR_INVALID for anything malformed, for more than PARTS_MAX parts, for a part without
 * a name, for text that is not UTF-8. An empty file field without a file name is left out. */
enum err multipart_parse(struct arena *mem, str content_type, str body, struct parts *out) MUST_CHECK;
/* The value of a parameter of a header such as "form-data; name=\"a\"": quotes undone. STR_NONE without it. */
str header_param(struct arena *mem, str header, str name);
