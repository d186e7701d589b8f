#include "text/csv.h"

#include "base/arena.h"

static bool at_end(str s)
{
	return !s.n || *s.p == '\n' || *s.p == '\r';
}

static void end_line(struct csv *c)
{
	if (str_skip(&c->rest, S("\r\n")) || str_skip(&c->rest, S("\n")) || str_skip(&c->rest, S("\r")))
		c->line++;
}

/* After the opening quote; a quote within is written twice. */
static bool quoted(struct arena *mem, struct csv *c, str *field)
{
	size_t end = 0, n = 0;
	char *out;

	while (end < c->rest.n && (c->rest.p[end] != '"' || (end + 1 < c->rest.n && c->rest.p[end + 1] == '"')))
		end += c->rest.p[end] == '"' ? 2 : 1;
	if (end >= c->rest.n)
		return false;
	out = NEWS(mem, char, end + 1);
	for (size_t i = 0; i < end; i++) {
		c->line += c->rest.p[i] == '\n';
		out[n++] = c->rest.p[i];
		i += c->rest.p[i] == '"';
	}
	*field = str_n(out, n);
	c->rest = str_from(c->rest, end + 1);
	return at_end(c->rest) || *c->rest.p == ',';
}

static void plain(struct csv *c, str *field)
{
	size_t n = 0;

	while (!at_end(str_from(c->rest, n)) && c->rest.p[n] != ',')
		n++;
	*field = str_to(c->rest, n);
	c->rest = str_from(c->rest, n);
}

bool csv_row(struct arena *mem, struct csv *c, struct strs *fields, bool *bad)
{
	*bad = false;
	if (!c->line) {
		str_skip(&c->rest, S("\xef\xbb\xbf"));
		c->line = 1;
	}
	while (c->rest.n && at_end(c->rest))
		end_line(c);
	if (!c->rest.n)
		return false;
	*fields = (struct strs){ NEWS(mem, str, CSV_FIELDS), 0 };
	for (;;) {
		str field;

		if (str_skip(&c->rest, S("\""))) {
			*bad = !quoted(mem, c, &field);
			if (*bad)
				return false;
		} else {
			plain(c, &field);
		}
		if (fields->n < CSV_FIELDS)
			fields->v[fields->n++] = field;
		if (!str_skip(&c->rest, S(",")))
			return true;
	}
}

void csv_add(struct buf *b, str field, bool last)
{
	bool quote = str_chr(field, ',') >= 0 || str_chr(field, '"') >= 0 || str_chr(field, '\n') >= 0 ||
	             str_chr(field, '\r') >= 0;

	if (quote)
		buf_add(b, S("\""));
	for (size_t i = 0; quote && i < field.n; i++)
		buf_add(b, field.p[i] == '"' ? S("\"\"") : str_n(field.p + i, 1));
	if (!quote)
		buf_add(b, field);
	else
		buf_add(b, S("\""));
	buf_add(b, last ? S("\n") : S(","));
}
