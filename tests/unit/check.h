#pragma once
/* cmocka needs these in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
/* fail() is core's */
#undef fail
#undef fail_msg
#define fail_msg(msg, ...)                                           \
	do {                                                         \
		print_error("ERROR: " msg "\n", ##__VA_ARGS__);      \
		_fail(__FILE__, __LINE__);                           \
	} while (0)

#include "base/str.h"

#define assert_str(got, want)                                                                              \
	do {                                                                                               \
		str got_ = (got), want_ = (want);                                                          \
		if (!str_eq(got_, want_))                                                                  \
			fail_msg("got \"%.*s\"%s, want \"%.*s\"%s", STR_F(got_), got_.p ? "" : " (none)",  \
			         STR_F(want_), want_.p ? "" : " (none)");                                  \
	} while (0)
