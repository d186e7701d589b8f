/* WebFinger, host-meta, media types, handles, and the links of pages. */
#include <stddef.h>

#include "base/arena.h"
#include "fed/fetch_as.h"
#include "fed/jrd.h"

#define MUST(x)                           \
	do {                              \
		if (!(x))                 \
			__builtin_trap(); \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str in = str_n((const char *)data, size), clean;
	struct jrd j;

	if (!size)
		in = S("");
	if (!jrd_read(&mem, in, &j))
		MUST(j.subject.n && j.self.n);
	(void)host_meta_url(&mem, in, S("acct:a@b.test"));
	(void)alternate_in_page(&mem, in);
	(void)alternate_in_head(&mem, in);
	(void)fetch_type_ok(in);
	clean = handle_clean(&mem, in);
	MUST(str_none(clean) || str_eq(handle_clean(&mem, clean), clean));
	return 0;
}
