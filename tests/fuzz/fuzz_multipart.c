/* multipart/form-data with the boundary "b", or, after a '!', with the Content-Type of the first line. In however many pieces
 * it comes, and whether files go to memory or to disk, it says the same. */
#include <unistd.h>

#include "base/arena.h"
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static str bytes_of(struct arena *mem, const struct part *p)
{
	char *copy;

	if (p->fd < 0)
		return p->bytes;
	copy = NEWS(mem, char, (size_t)p->size + 1);
	BUG_IF(pread(p->fd, copy, (size_t)p->size + 1, 0) != (ssize_t)p->size);
	return str_n(copy, (size_t)p->size);
}

static void in_pieces(str type, str body, size_t piece, const char *dir, enum err e, const struct parts *whole)
{
	struct arena mem ARENA_SCOPE;
	struct multipart *m = multipart_new(&mem, type, dir, body.n);
	struct parts parts = { 0 };
	bool full;

	if (!m) {
		BUG_IF(!e);
		return;
	}
	for (str rest = body; rest.n; rest = str_from(rest, piece))
		if (multipart_add(m, str_to(rest, piece), &full))
			break;
	BUG_IF((multipart_end(m, &parts) == OK) != (e == OK) || parts.n != whole->n);
	for (size_t i = 0; i < parts.n; i++) {
		const struct part *a = &parts.v[i], *b = &whole->v[i];

		BUG_IF(!str_eq(a->name, b->name) || !str_eq(a->type, b->type) || a->size != b->size);
		BUG_IF(!str_eq(bytes_of(&mem, a), b->bytes));
	}
	multipart_close(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str body = str_n((const char *)data, size), type = S("multipart/form-data; boundary=b");
	struct parts parts;
	enum err e;

	if (size && data[0] == '!') {
		str_cut(&body, '\n', &type);
		if (!body.p)
			body = S("");
	}
	e = multipart_parse(&mem, type, body, &parts);
	in_pieces(type, body, size % 5 + 1, NULL, e, &parts);
	in_pieces(type, body, size / 2 + 1, "/tmp", e, &parts);
	if (e)
		return 0;
	BUG_IF(parts.n > PARTS_MAX);
	for (size_t i = 0; i < parts.n; i++) {
		const struct part *p = &parts.v[i];

		BUG_IF(!p->name.n || !str_utf8(p->name));
		BUG_IF(p->size != (int64_t)p->bytes.n || p->size > (int64_t)body.n);
		BUG_IF(!p->file.p && !str_utf8(p->bytes));
	}
	return 0;
}
