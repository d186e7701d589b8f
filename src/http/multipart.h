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
	str bytes; /* of a field; of a file too, where fd is -1 */
	int fd;    /* a file without a name, that whoever called multipart_new() closes; its offset is anywhere */
	int64_t size;
};
struct parts {
	struct part *v;
	size_t n;
};

/* A body as it comes. content_type is the whole header. Files go to files without a name in dir; NULL: to memory, as fields
 * do; memory: how many bytes of these there may be in all. NULL for a boundary that is none. Lives in mem. */
struct multipart;
struct multipart *multipart_new(struct arena *mem, str content_type, const char *dir, size_t memory);
/* ERR_INVALID: what came is not well-formed; ERR_LIMIT: more than fits in memory; ERR_BUSY: a file cannot be written, and
 * *full says whether for want of room. After an error it takes no more. */
enum err multipart_add(struct multipart *m, str bytes, bool *full) MUST_CHECK;
/* All of it is there. ERR_INVALID if not. */
enum err multipart_end(struct multipart *m, struct parts *out) MUST_CHECK;
/* Closes the files. NULL does nothing. */
void multipart_close(struct multipart *m);

/* A whole body. ERR_INVALID for anything malformed, for more than PARTS_MAX parts, for a part without a name, for text that
 * is not UTF-8. An empty file field without a file name is left out. */
enum err multipart_parse(struct arena *mem, str content_type, str body, struct parts *out) MUST_CHECK;
/* The value of a parameter of a header such as "form-data; name=\"a\"": quotes undone. STR_NONE without it. */
str header_param(struct arena *mem, str header, str name);
