/* RFC 7578, RFC 2046 5.1: parts between lines of "--boundary", each with a few headers. Preambles are allowed to be an
 * empty line only; nested multipart and transfer encodings are refused, as no client has sent them for decades. */
#include "http/multipart.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

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

/* lines: all but the empty one. */
static enum err part_headers(struct arena *mem, str lines, struct part *part)
{
	bool has_name = false;

	for (;;) {
		long eol = str_find(lines, S("\r\n"));

		TRY(one_header(mem, eol < 0 ? lines : str_to(lines, (size_t)eol), part, &has_name));
		if (eol < 0)
			break;
		lines = str_from(lines, (size_t)eol + 2);
	}
	return has_name ? OK : ERR_INVALID;
}

enum { WINDOW = 64 * 1024 };

/* Lives in an arena; one thread at a time. Bytes wait in the window until it is clear what they are. */
struct multipart {
	struct arena *mem;
	str mark; /* what ends a part: a line break, two dashes, the boundary */
	const char *dir;
	size_t memory;
	enum {
		AT_START,
		AT_MARK, /* behind a boundary */
		AT_HEADERS,
		AT_FIRST, /* of a part's bytes */
		IN_PART,
		AT_END,
	} at;
	enum err failed;
	struct parts parts;
	int parts_seen;
	struct part now;
	struct buf text; /* of now, where it goes to memory */
	size_t n;
	char window[WINDOW];
};

struct multipart *multipart_new(struct arena *mem, str content_type, const char *dir, size_t memory)
{
	str boundary = header_param(mem, content_type, S("boundary"));
	struct multipart *m;

	if (!boundary_fits(boundary))
		return NULL;
	m = NEW(mem, struct multipart);
	m->mem = mem;
	m->mark = str_cat(mem, S("\r\n--"), boundary);
	m->dir = dir;
	m->memory = memory;
	m->now.fd = -1;
	m->parts.v = NEWS(mem, struct part, PARTS_MAX);
	return m;
}

static bool no_room(int no)
{
	return no == ENOSPC || no == EDQUOT || no == EFBIG;
}

static enum err part_begin(struct multipart *m, str headers, bool *full)
{
	struct part *p = &m->now;

	*p = (struct part){ .file = STR_NONE, .fd = -1 };
	TRY(part_headers(m->mem, str_dup(m->mem, headers), p));
	m->text = buf_new(m->mem, m->memory);
	if (!m->dir || !p->file.p)
		return OK;
	p->fd = open(m->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	*full = p->fd < 0 && no_room(errno);
	return p->fd < 0 ? ERR_BUSY : OK;
}

static enum err part_bytes(struct multipart *m, str bytes, bool *full)
{
	m->now.size += (int64_t)bytes.n;
	if (m->now.fd < 0) {
		if (bytes.n > m->memory)
			return ERR_LIMIT;
		m->memory -= bytes.n;
		buf_add(&m->text, bytes);
		return OK;
	}
	while (bytes.n) {
		ssize_t done = write(m->now.fd, bytes.p, bytes.n);

		if (done < 0 && errno != EINTR) {
			*full = no_room(errno);
			return ERR_BUSY;
		}
		bytes = str_from(bytes, done > 0 ? (size_t)done : 0);
	}
	return OK;
}

static enum err part_end(struct multipart *m)
{
	struct part *p = &m->now;

	p->bytes = p->fd < 0 ? str_or(buf_str(&m->text), S("")) : S("");
	m->at = AT_MARK;
	if (p->file.p && !p->file.n && !p->size) {
		if (p->fd >= 0)
			close(p->fd);
		p->fd = -1;
		return OK;
	}
	if (!p->file.p && !str_utf8(p->bytes))
		return ERR_INVALID;
	m->parts.v[m->parts.n++] = *p;
	p->fd = -1;
	return OK;
}

static void take(struct multipart *m, size_t n)
{
	m->n -= n;
	memmove(m->window, m->window + n, m->n);
}

static enum err at_start(struct multipart *m, str w)
{
	size_t n = str_starts(w, S("\r\n")) ? m->mark.n : m->mark.n - 2;

	if (w.n < m->mark.n)
		return OK; /* a whole body is longer */
	if (!str_starts(w, str_from(m->mark, m->mark.n - n)))
		return ERR_INVALID;
	take(m, n);
	m->at = AT_MARK;
	return OK;
}

static enum err at_mark(struct multipart *m, str w)
{
	if (w.n < 2)
		return OK;
	m->at = str_starts(w, S("--")) ? AT_END : AT_HEADERS;
	if (m->at == AT_HEADERS && (m->parts_seen++ >= PARTS_MAX || !str_starts(w, S("\r\n"))))
		return ERR_INVALID;
	take(m, 2);
	return OK;
}

/* A part that begins with the empty line has no headers, hence no name. */
static enum err at_headers(struct multipart *m, str w, bool *full)
{
	long end = str_find(str_to(w, PART_HEADERS_MAX), S("\r\n\r\n"));

	if (end < 0)
		return w.n < PART_HEADERS_MAX ? OK : ERR_INVALID;
	TRY(part_begin(m, str_to(w, (size_t)end), full));
	take(m, (size_t)end + 4);
	m->at = AT_FIRST;
	return OK;
}

/* An empty part's line break may be the one that ended its headers. */
static enum err at_first(struct multipart *m, str w)
{
	str first = str_from(m->mark, 2);

	if (w.n < first.n && str_starts(first, w))
		return OK;
	m->at = IN_PART;
	if (!str_starts(w, first))
		return OK;
	take(m, first.n);
	return part_end(m);
}

static enum err in_part(struct multipart *m, str w, bool *full)
{
	long end = str_find(w, m->mark);
	size_t sure = w.n < m->mark.n ? 0 : w.n - m->mark.n + 1;

	if (end < 0) {
		TRY(part_bytes(m, str_to(w, sure), full));
		take(m, sure);
		return OK;
	}
	TRY(part_bytes(m, str_to(w, (size_t)end), full));
	take(m, (size_t)end + m->mark.n);
	return part_end(m);
}

static enum err step(struct multipart *m, bool *full)
{
	str w = str_n(m->window, m->n);

	switch (m->at) {
	case AT_START: return at_start(m, w);
	case AT_MARK: return at_mark(m, w);
	case AT_HEADERS: return at_headers(m, w, full);
	case AT_FIRST: return at_first(m, w);
	case IN_PART: return in_part(m, w, full);
	case AT_END: m->n = 0; return OK;
	}
	return ERR_INTERNAL;
}

enum err multipart_add(struct multipart *m, str bytes, bool *full)
{
	*full = false;
	while (bytes.n && !m->failed) {
		size_t n = WINDOW - m->n, left;
		int was;

		n = bytes.n < n ? bytes.n : n;
		memcpy(m->window + m->n, bytes.p, n);
		m->n += n;
		bytes = str_from(bytes, n);
		do {
			left = m->n;
			was = m->at;
			m->failed = step(m, full);
		} while (!m->failed && m->n && (left != m->n || was != (int)m->at));
	}
	return m->failed;
}

enum err multipart_end(struct multipart *m, struct parts *out)
{
	*out = (struct parts){ 0 };
	if (m->failed || m->at != AT_END)
		return m->failed ? m->failed : ERR_INVALID;
	*out = m->parts;
	return OK;
}

void multipart_close(struct multipart *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->parts.n; i++)
		if (m->parts.v[i].fd >= 0)
			close(m->parts.v[i].fd);
	if (m->now.fd >= 0)
		close(m->now.fd);
	m->parts.n = 0;
	m->now.fd = -1;
}

enum err multipart_parse(struct arena *mem, str content_type, str body, struct parts *out)
{
	struct multipart *m = multipart_new(mem, content_type, NULL, body.n);
	bool full;

	*out = (struct parts){ 0 };
	if (!m || multipart_add(m, body, &full))
		return ERR_INVALID;
	return multipart_end(m, out);
}
