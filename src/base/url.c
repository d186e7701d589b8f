#include "base/url.h"

#include <arpa/inet.h>
#include <idn2.h>

#include "base/arena.h"
#include "base/buf.h"

/* RFC 3986, narrowed to what a server may be asked to visit. Strict on purpose: a text that two parsers could
 * read differently is refused, so that the host that was checked is the host that is connected to. Names are
 * mapped by UTS 46 (libidn2) and checked again afterwards: mapping can make dots, digits and slashes. */

enum { URL_LIMIT = 2048,
       NAME_LIMIT = 253,
       LABEL_LIMIT = 63 };

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_ascii(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* No byte that any reader of URLs skips, trims or turns into another. */
static bool bytes_ok(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == 0x7f || c == '\\')
			return false;
	}
	return true;
}

static bool label_ok(str label)
{
	if (!label.n || label.n > LABEL_LIMIT || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];

		if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-')
			return false;
	}
	return true;
}

/* Some readers take a last label like 0x7f or 1 for part of an address. */
static bool is_number(str label)
{
	size_t i = str_istarts(label, S("0x")) ? 2 : 0;
	bool hex = i == 2;

	for (; i < label.n; i++)
		if (!is_digit(label.p[i]) && !(hex && (label.p[i] | 0x20) >= 'a' && (label.p[i] | 0x20) <= 'f'))
			return false;
	return true;
}

static str idna(struct arena *mem, str name)
{
	char *out = NULL;
	str made = STR_NONE;
	/* Not with its STD3 rules: version 2.3 drops what they forbid instead of refusing it. */
	int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;

	if (str_utf8(name) && idn2_to_ascii_8z(cstr(mem, name), &out, flags) == IDN2_OK)
		made = str_lower(mem, str_of(out));
	idn2_free(out);
	return made;
}

/* Lower-case punycode of a name, or an IPv4 address as it is; STR_NONE if it is neither. */
static str name_of(struct arena *mem, str text, bool *literal)
{
	str name = str_lower(mem, text), rest, label = STR_NONE;
	struct in_addr four;

	*literal = false;
	if (!name.n || name.n > URL_LIMIT)
		return STR_NONE;
	if (!is_ascii(name) || str_find(name, S("xn--")) >= 0)
		name = idna(mem, name);
	str_chop(&name, S("."));
	if (!name.n || name.n > NAME_LIMIT)
		return STR_NONE;
	for (rest = name; str_cut(&rest, '.', &label);)
		if (!label_ok(label))
			return STR_NONE;
	if (!is_number(label))
		return name;
	*literal = true;
	return inet_pton(AF_INET, cstr(mem, name), &four) == 1 ? name : STR_NONE;
}

static bool port_of(str text, int *port)
{
	int64_t v;

	if (!text.n || text.n > 5 || text.p[0] == '0' || !str_int(text, &v) || v < 1 || v > 65535)
		return false;
	*port = (int)v;
	return true;
}

static bool six_of(struct arena *mem, str inside, struct url *u)
{
	char shown[INET6_ADDRSTRLEN];
	struct in6_addr six;

	if (inside.n >= INET6_ADDRSTRLEN || inet_pton(AF_INET6, cstr(mem, inside), &six) != 1)
		return false;
	inet_ntop(AF_INET6, &six, shown, sizeof(shown));
	u->host = str_dup(mem, str_of(shown));
	u->literal = true;
	return true;
}

static bool authority_of(struct arena *mem, str text, struct url *u)
{
	int own = u->https ? 443 : 80;
	str port = STR_NONE, host = text;
	long at;

	u->port = own;
	if (str_skip(&host, S("["))) {
		at = str_chr(host, ']');
		if (at < 0 || !six_of(mem, str_to(host, (size_t)at), u))
			return false;
		port = str_from(host, (size_t)at + 1);
		if (!port.n)
			port = STR_NONE;
		else if (!str_skip(&port, S(":")))
			return false;
	} else {
		at = str_chr(host, ':');
		if (at >= 0) {
			port = str_from(host, (size_t)at + 1);
			host = str_to(host, (size_t)at);
		}
		u->host = name_of(mem, host, &u->literal);
		if (!u->host.n)
			return false;
	}
	if (port.p && !port_of(port, &u->port))
		return false;
	u->authority = str_chr(u->host, ':') >= 0 ? strf(mem, "[%.*s]", STR_F(u->host)) : u->host;
	if (u->port != own)
		u->authority = strf(mem, "%.*s:%d", STR_F(u->authority), u->port);
	return true;
}

static size_t first_of(str s, const char *set)
{
	size_t i = 0;

	while (i < s.n && !strchr(set, s.p[i]))
		i++;
	return i;
}

enum err url_parse(struct arena *mem, str text, struct url *u)
{
	str rest = text, authority, fragment;
	size_t at;

	memset(u, 0, sizeof(*u));
	if (!text.n || text.n > URL_LIMIT || !bytes_ok(text))
		return ERR_INVALID;
	u->https = str_istarts(text, S("https://"));
	if (!u->https && !str_istarts(text, S("http://")))
		return ERR_INVALID;
	rest = str_from(rest, u->https ? 8 : 7);
	at = first_of(rest, "/?#");
	authority = str_to(rest, at);
	rest = str_from(rest, at);
	if (!is_ascii(rest) || !authority_of(mem, authority, u))
		return ERR_INVALID;
	at = first_of(rest, "#");
	fragment = str_from(rest, at);
	u->fragment = str_skip(&fragment, S("#")) ? str_dup(mem, fragment) : STR_NONE;
	rest = str_to(rest, at);
	u->target = str_cat(mem, str_starts(rest, S("/")) ? S("") : S("/"), rest);
	u->path = str_to(u->target, first_of(u->target, "?"));
	u->origin = str_cat(mem, u->https ? S("https://") : S("http://"), u->authority);
	u->whole = str_cat(mem, u->origin, u->target);
	return u->whole.n > URL_LIMIT ? ERR_INVALID : OK;
}

/* RFC 3986 5.2.4, on a path that starts with a slash. */
static str without_dots(struct arena *mem, str path)
{
	char *out = arena_alloc(mem, path.n + 2, 1);
	str rest = str_from(path, 1), part;
	size_t n = 0;

	while (str_cut(&rest, '/', &part)) {
		bool up = str_eq(part, S("..")), here = str_eq(part, S("."));

		if (up)
			while (n && out[--n] != '/')
				;
		if (!up && !here) {
			out[n++] = '/';
			if (part.n)
				memcpy(out + n, part.p, part.n);
			n += part.n;
		} else if (!rest.p) {
			out[n++] = '/';
		}
	}
	if (!n)
		out[n++] = '/';
	return str_n(out, n);
}

static bool has_scheme(str ref)
{
	size_t i = 0;

	if (!ref.n || !is_alpha(ref.p[0]))
		return false;
	while (i < ref.n && (is_alpha(ref.p[i]) || is_digit(ref.p[i]) || strchr("+-.", ref.p[i])))
		i++;
	return i < ref.n && ref.p[i] == ':';
}

enum err url_join(struct arena *mem, const struct url *base, str ref, struct url *u)
{
	str path, tail, folder = base->path;
	size_t at;

	if (ref.n > URL_LIMIT || !bytes_ok(ref))
		return ERR_INVALID;
	if (has_scheme(ref))
		return url_parse(mem, ref, u);
	if (str_starts(ref, S("//")))
		return url_parse(mem, str_cat(mem, base->https ? S("https:") : S("http:"), ref), u);
	at = first_of(ref, "?#");
	path = str_to(ref, at);
	tail = str_from(ref, at);
	if (!path.n) {
		str keep = str_starts(tail, S("?")) ? base->path : base->target;

		return url_parse(mem, str_cat(mem, str_cat(mem, base->origin, keep), tail), u);
	}
	if (path.p[0] != '/') {
		while (folder.n > 1 && folder.p[folder.n - 1] != '/')
			folder.n--;
		path = str_cat(mem, folder, path);
	}
	path = str_cat(mem, base->origin, without_dots(mem, path));
	return url_parse(mem, str_cat(mem, path, tail), u);
}

enum err url_domain(struct arena *mem, str text, str *domain)
{
	long at = str_chr(text, ':');
	bool literal;
	int port = 443;
	str name;

	if (text.n > URL_LIMIT || !bytes_ok(text))
		return ERR_INVALID;
	name = name_of(mem, at < 0 ? text : str_to(text, (size_t)at), &literal);
	if (!name.n || literal || (at >= 0 && !port_of(str_from(text, (size_t)at + 1), &port)))
		return ERR_INVALID;
	*domain = port == 443 ? name : strf(mem, "%.*s:%d", STR_F(name), port);
	return OK;
}

bool url_same_origin(str a, str b)
{
	struct arena mem ARENA_SCOPE;
	struct url ua, ub;

	return !url_parse(&mem, a, &ua) && !url_parse(&mem, b, &ub) && ua.https == ub.https &&
	       ua.port == ub.port && str_eq(ua.host, ub.host);
}

str url_authority(struct arena *mem, str text)
{
	struct url u;

	return url_parse(mem, text, &u) ? STR_NONE : u.authority;
}

/* What may be shown: letters of one script beside digits and hyphens. Han goes with kana or with hangul. */
enum script { SC_NONE,
	      SC_LATIN = 1,
	      SC_GREEK = 2,
	      SC_CYRILLIC = 4,
	      SC_ARMENIAN = 8,
	      SC_HEBREW = 16,
	      SC_ARABIC = 32,
	      SC_DEVANAGARI = 64,
	      SC_BENGALI = 128,
	      SC_TAMIL = 256,
	      SC_THAI = 512,
	      SC_GEORGIAN = 1024,
	      SC_KANA = 2048,
	      SC_HAN = 4096,
	      SC_HANGUL = 8192,
	      SC_ANY = 16384 };

static const struct {
	uint32_t from, to;
	enum script script;
} scripts[] = {
	{ '-', '-', SC_ANY },
	{ '0', '9', SC_ANY },
	{ 'a', 'z', SC_LATIN },
	{ 0xdf, 0xf6, SC_LATIN },
	{ 0xf8, 0x17f, SC_LATIN },
	{ 0x1e00, 0x1eff, SC_LATIN },
	{ 0x390, 0x3ce, SC_GREEK },
	{ 0x430, 0x45f, SC_CYRILLIC },
	{ 0x490, 0x491, SC_CYRILLIC },
	{ 0x561, 0x587, SC_ARMENIAN },
	{ 0x5d0, 0x5ea, SC_HEBREW },
	{ 0x620, 0x64a, SC_ARABIC },
	{ 0x671, 0x6d3, SC_ARABIC },
	{ 0x901, 0x97f, SC_DEVANAGARI },
	{ 0x981, 0x9fe, SC_BENGALI },
	{ 0xb82, 0xbfa, SC_TAMIL },
	{ 0xe01, 0xe4e, SC_THAI },
	{ 0x10d0, 0x10ff, SC_GEORGIAN },
	{ 0x3041, 0x3096, SC_KANA },
	{ 0x30a1, 0x30fa, SC_KANA },
	{ 0x30fc, 0x30fc, SC_KANA },
	{ 0x3400, 0x4dbf, SC_HAN },
	{ 0x4e00, 0x9fff, SC_HAN },
	{ 0xac00, 0xd7a3, SC_HANGUL },
};

static int script_of(uint32_t r)
{
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		if (r >= scripts[i].from && r <= scripts[i].to)
			return scripts[i].script;
	return SC_NONE;
}

/* Cyrillic and Greek letters that pass for Latin ones: a name of nothing else is a disguise. */
static bool is_disguise(uint32_t r)
{
	static const uint32_t like[] = { 0x430, 0x435, 0x43e, 0x440, 0x441, 0x443, 0x445, 0x455, 0x456, 0x458,
		                         0x45b, 0x44a, 0x44c, 0x432, 0x43a, 0x43c, 0x43d, 0x442, 0x3b1, 0x3bd,
		                         0x3bf, 0x3c1, 0x3c5, 0x3b9, 0x3ba, 0x3c4, 0x3c9, 0x3b7, 0x3b3, 0x3c7 };

	for (size_t i = 0; i < sizeof(like) / sizeof(like[0]); i++)
		if (like[i] == r)
			return true;
	return r < 0x80 && !is_alpha((char)r);
}

static bool label_plain(str label)
{
	bool disguise = true;
	int seen = 0;
	uint32_t r;

	for (size_t at = 0; (r = str_rune(label, &at));) {
		int script = script_of(r);

		if (!script)
			return false;
		seen |= script;
		disguise = disguise && is_disguise(r);
	}
	seen &= ~SC_ANY;
	if (disguise && seen)
		return false;
	return !(seen & (seen - 1)) || seen == (SC_HAN | SC_KANA) || seen == (SC_HAN | SC_HANGUL);
}

str url_domain_shown(struct arena *mem, str domain)
{
	long at = str_chr(domain, ':');
	str name = at < 0 ? domain : str_to(domain, (size_t)at), rest, label;
	char *out = NULL;
	str shown;

	if (str_find(name, S("xn--")) < 0)
		return domain;
	if (idn2_to_unicode_8z8z(cstr(mem, name), &out, IDN2_NONTRANSITIONAL) != IDN2_OK)
		return domain;
	shown = str_dup(mem, str_of(out));
	idn2_free(out);
	if (!str_utf8(shown))
		return domain;
	for (rest = shown; str_cut(&rest, '.', &label);)
		if (!label_plain(label))
			return domain;
	return at < 0 ? shown : str_cat(mem, shown, str_from(domain, (size_t)at));
}
