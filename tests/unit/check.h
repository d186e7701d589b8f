#pragma once
/* cmocka needs these in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#define assert_str(got, want)                                                                              \
	do {                                                                                               \
		str got_ = (got), want_ = (want);                                                          \
		if (!str_eq(got_, want_))                                                                  \
			fail_msg("got \"%.*s\"%s, want \"%.*s\"%s", STR_F(got_), got_.p ? "" : " (none)",  \
			         STR_F(want_), want_.p ? "" : " (none)");                                  \
	} while (0)
