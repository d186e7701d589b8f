/* The header Collection-Synchronization. */
#include <stddef.h>

#include "fed/sync.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sync_told t;

	if (sync_read(size ? str_n((const char *)data, size) : S(""), &t) && (!t.collection.n || !t.url.n || t.digest.n != 64))
		__builtin_trap();
	return 0;
}
