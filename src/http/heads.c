/* RFC 9112 framing: whatever two readers of the same bytes could understand differently is refused, since a proxy stands
 * in front. The library has taken the lines apart by then; lengths it could not read never get here. */
#include "http/heads.h"

static bool is_token(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';

		if (!letter && !(c >= '0' && c <= '9') && (!c || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return s.n;
}

static bool is_value(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool sets(str name, const char *wanted, str *to, str value)
{
	if (!str_ieq(name, str_of(wanted)))
		return false;
	*to = value;
	return true;
}

/* Names are told apart by their length first: this runs for each header of each request. */
void heads_add(struct heads *h, str name, str value)
{
	str ignored;

	while (value.n && (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t'))
		value.n--;
	if (h->n == HEADERS_MAX) {
		h->too_many = true;
		return;
	}
	h->v[h->n++] = (struct pair){ name, value };
	if (!is_token(name) || !is_value(value))
		h->malformed = true;
	switch (name.n) {
	case 4: h->hosts += sets(name, "host", &h->host, value); break;
	case 6:
		if (!sets(name, "accept", &h->accept, value) && !sets(name, "expect", &h->expect, value))
			h->personal |= sets(name, "cookie", &ignored, value);
		break;
	case 9: h->personal |= sets(name, "signature", &ignored, value); break;
	case 13: h->personal |= sets(name, "authorization", &ignored, value); break;
	case 14: h->lengths += sets(name, "content-length", &h->length, value); break;
	case 15: sets(name, "x-forwarded-for", &h->forwarded, value); break;
	case 17: h->encodings += sets(name, "transfer-encoding", &h->encoding, value); break;
	default: break;
	}
}

static bool is_port(str port)
{
	int64_t n;

	return port.n <= 5 && str_int(port, &n) && n > 0 && n < 65536;
}

static bool is_name(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';

		if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '_')
			return false;
	}
	return name.n && name.n <= 253;
}

static bool is_host(str host)
{
	str name = host;
	struct address a;
	long end;

	if (!str_skip(&name, S("["))) {
		str_cut(&host, ':', &name);
		return is_name(name) && (!host.p || is_port(host));
	}
	end = str_chr(name, ']');
	if (end < 0 || !address_parse(str_to(name, (size_t)end), &a))
		return false;
	name = str_from(name, (size_t)end + 1);
	return !name.n || (str_skip(&name, S(":")) && is_port(name));
}

static bool is_length(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n && s.n <= 18;
}

/* One host, that is a host; one length, that is a length. */
static bool is_plain(const struct heads *h, bool old)
{
	if (h->malformed || h->lengths > 1 || h->encodings > 1 || h->hosts > 1)
		return false;
	if (h->hosts ? !is_host(h->host) : !old)
		return false;
	return !h->lengths || (!h->encodings && is_length(h->length));
}

int heads_check(const struct heads *h, str version)
{
	bool old = str_eq(version, S("HTTP/1.0"));

	if (!old && !str_eq(version, S("HTTP/1.1")))
		return 505;
	if (h->too_many)
		return 431;
	if (!is_plain(h, old))
		return 400;
	if (h->encodings && (old || !str_ieq(h->encoding, S("chunked"))))
		return old ? 400 : 501;
	if (h->expect.p && !str_ieq(h->expect, S("100-continue")))
		return 417;
	return 0;
}

/* 0 to 1000; what cannot be read counts as 1. */
static int weight(str params)
{
	for (str piece; str_cut(&params, ';', &piece);) {
		int q = 0, unit = 1000;

		piece = str_trim(piece);
		if (!str_skip(&piece, S("q=")) && !str_skip(&piece, S("Q=")))
			continue;
		for (size_t i = 0; i < piece.n && unit; i++) {
			if (piece.p[i] == '.')
				continue;
			if (piece.p[i] < '0' || piece.p[i] > '9')
				return 1000;
			q += (piece.p[i] - '0') * unit;
			unit /= 10;
		}
		return q > 1000 ? 1000 : q;
	}
	return 1000;
}

bool accept_as(str accept)
{
	int as = 0, html = 0;

	if (str_find(accept, S("json")) < 0)
		return false;
	for (str piece; str_cut(&accept, ',', &piece);) {
		str params = piece, type;
		int q;

		str_cut(&params, ';', &type);
		type = str_trim(type);
		q = weight(params);
		if (str_ieq(type, S("application/activity+json")) || str_ieq(type, S("application/ld+json")) ||
		    str_ieq(type, S("application/json")))
			as = q > as ? q : as;
		else if (str_ieq(type, S("text/html")) || str_ieq(type, S("application/xhtml+xml")))
			html = q > html ? q : html;
	}
	return as && as >= html;
}

enum method method_of(str name)
{
	static const char *const names[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD" };

	for (int i = 0; i < M_OTHER; i++)
		if (str_eq(name, str_of(names[i])))
			return i == M_HEAD ? M_GET : (enum method)i;
	return M_OTHER;
}
