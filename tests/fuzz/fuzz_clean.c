/* The cleaner: whatever comes in, what goes out is of the allow-list, and cleaning it again changes nothing. */
#include "base/arena.h"
#include "text/clean.h"

#include "markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str in = str_n((const char *)data, size), once, text;

	if (!size)
		in = S("");
	once = clean_html(&mem, in);
	markup_check(once);
	MUST(once.n <= CLEAN_INPUT_MAX);
	MUST(str_eq(clean_html(&mem, once), once));
	text = clean_text(&mem, in);
	MUST(str_utf8(text));
	text = clean_line(&mem, text);
	MUST(str_utf8(text));
	MUST(str_eq(clean_line(&mem, text), text));
	return 0;
}
