#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>

void bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "error at=bug file=%s line=%d what=\"%s\"\n", file, line, what);
	abort();
}

const char *err_name(enum err e)
{
	static const char *const names[] = {
		[OK] = "ok",
		[ERR_NOT_FOUND] = "not_found",
		[ERR_DENIED] = "denied",
		[ERR_INVALID] = "invalid",
		[ERR_CONFLICT] = "conflict",
		[ERR_LIMIT] = "limit",
		[ERR_BUSY] = "busy",
		[ERR_INTERNAL] = "internal",
	};

	return names[e];
}
