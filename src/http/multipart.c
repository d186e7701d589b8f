/* RFC 7578, RFC 2046 5.1: parts between lines of "--boundary", each with a few headers. Preambles are allowed to be an
 * empty line only; nested multipart and transfer encodings are refused, as no client has sent them for decades. */
#include "http/multipart.h"

#include "base/arena.h"

static bool token_end(char c)
{
	return c == ';' || c == ' ' || c == '\t';
}

/* Only \" and \\ are escapes: old browsers send C:\dir\file as it is. */
static bool escape_at(str s, size_t i)
{
	return s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\');
}

/* Reads a token or a quoted string at *rest. False for an open quote. */
static bool read_value(struct arena *mem, str *rest, str *value)
{
	bool quoted = rest->n && rest->p[0] == '"';
	size_t end = quoted, n = 0;
	char *p;

	if (!quoted) {
		while (end < rest->n && !token_end(rest->p[end]))
			end++;
		*value = str_to(*rest, end);
		*rest = str_from(*rest, end);
		return true;
	}
	while (end < rest->n && rest->p[end] != '"')
		end += 1 + (size_t)escape_at(*rest, end);
	if (end >= rest->n)
		return false;
	p = NEWS(mem, char, end);
	for (size_t i = 1; i < end; i++) {
		i += (size_t)escape_at(*rest, i);
		p[n++] = rest->p[i];
	}
	*value = str_n(p, n);
	*rest = str_from(*rest, end + 1);
	return true;
}

str header_param(struct arena *mem, str header, str name)
{
	long semicolon = str_chr(header, ';');

	while (semicolon >= 0) {
		str rest = str_trim(str_from(header, (size_t)semicolon + 1)), key, value;
		long equals = str_chr(rest, '=');

		if (equals < 0)
			return STR_NONE;
		key = str_trim(str_to(rest, (size_t)equals));
		rest = str_trim(str_from(rest, (size_t)equals + 1));
		if (!read_value(mem, &rest, &value))
			return STR_NONE;
		if (str_ieq(key, name))
			return value;
		header = rest;
		semicolon = str_chr(header, ';');
	}
	return STR_NONE;
}

static str before_params(str header)
{
	long semicolon = str_chr(header, ';');

	return str_trim(semicolon < 0 ? header : str_to(header, (size_t)semicolon));
}

static bool boundary_fits(str b)
{
	if (b.n < 1 || b.n > 70)
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < ' ' || b.p[i] == 0x7f)
			return false;
	return true;
}

static enum err one_header(struct arena *mem, str line, struct part *part, bool *has_name)
{
	str name, value = line;

	str_cut(&value, ':', &name);
	if (str_none(value) || !name.n)
		return ERR_INVALID;
	value = str_trim(value);
	if (str_ieq(name, S("content-disposition"))) {
		if (*has_name || !str_ieq(before_params(value), S("form-data")))
			return ERR_INVALID;
		part->name = header_param(mem, value, S("name"));
		part->file = header_param(mem, value, S("filename"));
		*has_name = part->name.n && str_utf8(part->name) && (!part->file.p || str_utf8(part->file));
		return *has_name ? OK : ERR_INVALID;
	}
	if (str_ieq(name, S("content-type"))) {
		part->type = value;
		return str_istarts(value, S("multipart/")) ? ERR_INVALID : OK;
	}
	if (str_ieq(name, S("content-transfer-encoding")))
		return str_ieq(value, S("binary")) || str_ieq(value, S("8bit")) || str_ieq(value, S("7bit"))
		               ? OK
		               : ERR_INVALID;
	return OK;
}

/* The lines up to the empty one; *rest is moved behind it. */
static enum err part_headers(struct arena *mem, str *rest, struct part *part)
{
	str lines;
	bool has_name = false;
	long end;

	/* A part that begins with the empty line has no headers, hence no name. */
	end = str_find(str_to(*rest, PART_HEADERS_MAX), S("\r\n\r\n"));
	if (end < 0)
		return ERR_INVALID;
	lines = str_to(*rest, (size_t)end);
	*rest = str_from(*rest, (size_t)end + 4);
	for (;;) {
		long eol = str_find(lines, S("\r\n"));

		TRY(one_header(mem, eol < 0 ? lines : str_to(lines, (size_t)eol), part, &has_name));
		if (eol < 0)
			break;
		lines = str_from(lines, (size_t)eol + 2);
	}
	return has_name ? OK : ERR_INVALID;
}

static enum err add_part(struct parts *out, struct part part)
{
	if (part.file.p && !part.file.n && !part.bytes.n)
		return OK;
	if (!part.file.p && !str_utf8(part.bytes))
		return ERR_INVALID;
	out->v[out->n++] = part;
	return OK;
}

enum err multipart_parse(struct arena *mem, str content_type, str body, struct parts *out)
{
	str boundary = header_param(mem, content_type, S("boundary")), mark, first;

	*out = (struct parts){ 0 };
	if (!boundary_fits(boundary))
		return ERR_INVALID;
	mark = str_cat(mem, S("\r\n--"), boundary);
	first = str_from(mark, 2);
	str_skip(&body, S("\r\n"));
	if (!str_skip(&body, first))
		return ERR_INVALID;
	out->v = NEWS(mem, struct part, PARTS_MAX);
	for (int parts = 0; !str_starts(body, S("--")); parts++) {
		struct part part = { .file = STR_NONE };
		long end;

		if (parts >= PARTS_MAX || !str_skip(&body, S("\r\n")))
			return ERR_INVALID;
		TRY(part_headers(mem, &body, &part));
		/* An empty part's line break is the one that ended its headers. */
		end = str_starts(body, first) ? -1 : str_find(body, mark);
		if (end < 0 && !str_starts(body, first))
			return ERR_INVALID;
		part.bytes = str_to(body, end < 0 ? 0 : (size_t)end);
		body = str_from(body, end < 0 ? first.n : (size_t)end + mark.n);
		TRY(add_part(out, part));
	}
	return OK;
}
