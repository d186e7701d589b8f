#pragma once
/* What tests of text share. */
#include "check.h"

#include "base/buf.h"

#define REL             "rel=\"nofollow noopener noreferrer\" target=\"_blank\""
#define LINK(url, text) "<a href=\"" url "\" " REL ">" text "</a>"

struct pair {
	const char *in, *out;
};

static inline str repeat(struct arena *mem, const char *what, size_t n)
{
	struct buf b = buf_new(mem, n * strlen(what) + 1);

	for (size_t i = 0; i < n; i++)
		buf_add(&b, str_of(what));
	return buf_str(&b);
}
