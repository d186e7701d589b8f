/* multipart/form-data with the boundary "b", or, after a '!', with the Content-Type of the first line. What is found must
 * lie within the body. */
#include "base/arena.h"
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str body = str_n((const char *)data, size), type = S("multipart/form-data; boundary=b");
	struct parts parts;

	if (size && data[0] == '!') {
		str_cut(&body, '\n', &type);
		if (!body.p)
			body = S("");
	}
	if (multipart_parse(&mem, type, body, &parts))
		return 0;
	BUG_IF(parts.n > PARTS_MAX);
	for (size_t i = 0; i < parts.n; i++) {
		const struct part *p = &parts.v[i];

		BUG_IF(!p->name.n || !str_utf8(p->name));
		BUG_IF(p->bytes.p < body.p || p->bytes.p + p->bytes.n > body.p + body.n);
		BUG_IF(!p->file.p && !str_utf8(p->bytes));
	}
	return 0;
}
