#pragma once
/* What the library is too lenient in, seen from where it left the pieces of a request. */
#include "http/request.h"

/* Method, target, version and headers stand one after the other in the library's buffer, with NULs where a space, a colon
 * or a line end was. False where there is more between them than that: NUL bytes, doubled spaces, bare line feeds,
 * folded lines, or a line without a name, which the library takes for the end of the headers. */
bool wire_plain(const char *method, const char *url, size_t target_n, const char *version, const struct pair *headers,
                size_t n);
