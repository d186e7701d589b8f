#pragma once
/* JSON that a test writes. */
#include "base/json.h"
#include "check.h"

static inline json_t *json(const char *text)
{
	json_t *doc = NULL;

	assert_int_equal(jr_parse(str_of(text), &doc), OK);
	return doc;
}
