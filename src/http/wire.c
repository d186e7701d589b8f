/* libmicrohttpd 0.9.7x cuts requests apart in place by C strings. It accepts NUL bytes in targets and values, folded
 * lines (whose headers it loses), bare line feeds, and ends the headers at a line ": x", so that what follows is read as
 * another request. Each leaves bytes between the pieces where there should be none. Later versions have an option for
 * strictness and another layout: there this says yes to all. The one case left over is a line of a lone colon, which
 * looks like the empty line. */
#include "http/wire.h"

#include <microhttpd.h>

static bool known_library(void)
{
	static _Atomic int known = -1;

	if (known < 0)
		known = strncmp(MHD_get_version(), "0.9.7", 5) == 0;
	return known;
}

/* Two NULs: what was CR LF. */
static const char *line_end(const char *p)
{
	return p && !p[0] && !p[1] ? p + 2 : NULL;
}

static const char *skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

bool wire_plain(const char *method, const char *url, size_t target_n, const char *version, const struct pair *headers,
                size_t n)
{
	const char *p;

	if (!known_library())
		return true;
	if (method + strlen(method) + 1 != url || url + target_n + 1 != version)
		return false;
	p = line_end(version + strlen(version));
	for (size_t i = 0; p && i < n; i++) {
		const struct pair *h = &headers[i];

		if (h->name.p != p || skip_blanks(p + h->name.n + 1) != h->value.p)
			return false;
		p = line_end(skip_blanks(h->value.p + h->value.n));
	}
	return line_end(p);
}
