/* JSON reading: whatever comes, no crash; and what was read and written reads as the same again. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	json_t *doc JR_SCOPE = NULL, *again JR_SCOPE = NULL;
	str once;

	if (jr_parse(str_n((const char *)data, size), &doc))
		return 0;
	once = jr_dump(&mem, doc);
	if (jr_parse(once, &again) || !str_eq(once, jr_dump(&mem, again)))
		abort();
	jr_str(doc, "content");
	jr_int(doc, "totalItems", 0);
	for (size_t i = 0; i < jr_many(doc); i++)
		jr_nth(doc, i);
	for (void *it = jr_first(doc); it; it = jr_next(doc, it))
		jr_key(it);
	return 0;
}
