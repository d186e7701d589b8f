/* Settings as text: whatever is accepted reads back the same from its own dump. */
#include "base/arena.h"
#include "base/err.h"
#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	struct config c, d;
	str text = str_n((const char *)data, size), why = STR_NONE, dump;

	/* Not the files of this machine. */
	if (str_find(text, S("@/")) >= 0)
		return 0;
	BUG_IF(!config_load(&c, &mem, NULL, &why) || !config_load(&d, &mem, NULL, &why));
	if (!config_read(&c, &mem, S("f"), text, &why)) {
		BUG_IF(!why.n);
		return 0;
	}
	dump = config_dump(&c, &mem);
	if (str_find(dump, S("(set)")) >= 0)
		return 0;
	BUG_IF(!config_read(&d, &mem, S("dump"), dump, &why));
	BUG_IF(!str_eq(config_dump(&d, &mem), dump));
	return 0;
}
