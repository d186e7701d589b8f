/* RFC 9421 (HTTP Message Signatures) with the parts of RFC 8941 (structured fields) it needs, and RFC 9530
 * (Content-Digest). Component parameters (;sf ;bs ;key ;req ;tr) are not implemented, so they are refused. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "net/httpsig_in.h"

enum sf_kind { SF_NUMBER,
	       SF_STRING,
	       SF_TOKEN,
	       SF_BYTES,
	       SF_BOOL };

struct sf_item {
	enum sf_kind kind;
	str raw;  /* as written, with quotes and colons */
	str text; /* string without quotes, base64 without colons, number's digits */
};

static bool is_key(char c, bool first)
{
	if ((c >= 'a' && c <= 'z') || c == '*')
		return true;
	return !first && ((c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.');
}

static bool is_token(char c)
{
	return c > ' ' && c <= '~' && !strchr("\"(),;<=>?@[\\]{}", c);
}

static void skip_spaces(str *t)
{
	while (t->n && (t->p[0] == ' ' || t->p[0] == '\t'))
		*t = str_from(*t, 1);
}

static bool take_key(str *t, str *key)
{
	size_t n = 0;

	while (n < t->n && is_key(t->p[n], !n))
		n++;
	*key = str_to(*t, n);
	*t = str_from(*t, n);
	return n;
}

/* Strings with escapes are refused: nobody puts quotes or back slashes into a component, key id or nonce. */
static bool take_quoted(str *t, char end, str *text)
{
	size_t n = 1;

	while (n < t->n && t->p[n] != end) {
		unsigned char c = (unsigned char)t->p[n++];

		if (c < ' ' || c > '~' || c == '\\')
			return false;
	}
	if (n >= t->n)
		return false;
	*text = str_n(t->p + 1, n - 1);
	*t = str_from(*t, n + 1);
	return true;
}

static bool take_item(str *t, struct sf_item *it)
{
	str start = *t;
	bool ok = true;
	size_t n = 0;

	if (!t->n)
		return false;
	if (t->p[0] == '"' || t->p[0] == ':') {
		it->kind = t->p[0] == '"' ? SF_STRING : SF_BYTES;
		ok = take_quoted(t, t->p[0], &it->text);
	} else if (t->p[0] == '?') {
		it->kind = SF_BOOL;
		ok = t->n > 1 && (t->p[1] == '0' || t->p[1] == '1');
		it->text = str_to(str_from(*t, 1), 1);
		*t = str_from(*t, 2);
	} else {
		while (n < t->n && is_token(t->p[n]))
			n++;
		it->kind = t->p[0] == '-' || (t->p[0] >= '0' && t->p[0] <= '9') ? SF_NUMBER : SF_TOKEN;
		it->text = str_to(*t, n);
		*t = str_from(*t, n);
		ok = n > 0;
	}
	it->raw = str_n(start.p, (size_t)(t->p - start.p));
	return ok;
}

/* ;key or ;key=item off the front; *has is false when there is none. */
static bool take_param(str *t, str *key, struct sf_item *it, bool *has)
{
	*has = str_skip(t, S(";"));
	if (!*has)
		return true;
	while (str_skip(t, S(" ")))
		;
	if (!take_key(t, key))
		return false;
	if (!str_skip(t, S("="))) {
		*it = (struct sf_item){ SF_BOOL, STR_NONE, S("1") };
		return true;
	}
	return take_item(t, it);
}

/* Behind a member of a dictionary: the end, or a comma and another. */
static bool take_comma(str *t)
{
	skip_spaces(t);
	if (!t->n)
		return true;
	if (!str_skip(t, S(",")))
		return false;
	skip_spaces(t);
	return t->n;
}

/* All lines of a header as one; STR_NONE if it is absent or too long. */
static str joined(struct arena *mem, const struct sig_request *rq, str name)
{
	struct buf b = buf_new(mem, SIG_TEXT_MAX);
	str line;

	for (size_t i = 0; (line = rq->header(rq->arg, name, i)).p; i++) {
		if (i)
			buf_add(&b, S(", "));
		buf_add(&b, str_trim(line));
	}
	return b.n ? buf_str(&b) : STR_NONE;
}

/* A dictionary of byte sequences: calls back to *value for the label; -1 malformed, 0 not there, 1 there. */
static int bytes_member(struct arena *mem, str text, str label, str *value)
{
	struct sf_item it;
	str key, param;
	bool has;
	int found = 0;

	text = str_trim(text);
	while (text.n) {
		if (!take_key(&text, &key) || !str_skip(&text, S("=")) || !take_item(&text, &it) || it.kind != SF_BYTES)
			return -1;
		if (str_eq(key, label)) {
			if (found++)
				return -1;
			*value = codec_unbase64(mem, it.text);
			if (!value->p)
				return -1;
		}
		do {
			if (!take_param(&text, &param, &it, &has))
				return -1;
		} while (has);
		if (!take_comma(&text))
			return -1;
	}
	return found;
}

str rfc9421_digest(struct arena *mem, str text, bool *bad)
{
	str value = STR_NONE;

	*bad = bytes_member(mem, text, S("sha-256"), &value) < 0;
	return *bad ? STR_NONE : value;
}

struct member {
	str label, key_id, alg;
	struct strs covered;
	int64_t created, expires;
	struct buf params; /* serialised again, as RFC 9421 2.3 wants it */
	bool refused;      /* has what we do not implement */
};

static bool take_components(struct arena *mem, str *t, struct member *m)
{
	struct sf_item it;

	m->covered = (struct strs){ NEWS(mem, str, SIG_PARTS_MAX), 0 };
	if (!str_skip(t, S("(")))
		return false;
	buf_byte(&m->params, '(');
	for (;;) {
		while (str_skip(t, S(" ")))
			;
		if (str_skip(t, S(")")))
			break;
		if (!take_item(t, &it) || it.kind != SF_STRING || m->covered.n == SIG_PARTS_MAX)
			return false;
		m->refused = m->refused || str_starts(*t, S(";"));
		if (m->refused)
			return true; /* the rest is not looked at: the signature is not used */
		if (!t->n || (t->p[0] != ' ' && t->p[0] != ')') || strs_has(m->covered, it.text))
			return false;
		if (m->covered.n)
			buf_byte(&m->params, ' ');
		buf_add(&m->params, it.raw);
		m->covered.v[m->covered.n++] = it.text;
	}
	buf_byte(&m->params, ')');
	return true;
}

static bool set_param(struct member *m, str key, const struct sf_item *it)
{
	bool created = str_eq(key, S("created")), expires = str_eq(key, S("expires"));
	bool id = str_eq(key, S("keyid")), alg = str_eq(key, S("alg"));
	int64_t v;

	if (created || expires) {
		if (it->kind != SF_NUMBER || it->text.n > 12 || !str_int(it->text, &v) || v <= 0)
			return false;
		*(created ? &m->created : &m->expires) = v * SECOND;
	}
	if (id || alg) {
		if (it->kind != SF_STRING)
			return false;
		*(id ? &m->key_id : &m->alg) = it->text;
	}
	return true;
}

static bool take_params(struct arena *mem, str *t, struct member *m)
{
	struct strs seen = { NEWS(mem, str, SIG_PARTS_MAX), 0 };
	struct sf_item it;
	bool has;
	str key;

	for (;;) {
		if (!take_param(t, &key, &it, &has))
			return false;
		if (!has)
			return true;
		if (strs_has(seen, key) || seen.n == SIG_PARTS_MAX || !set_param(m, key, &it))
			return false;
		seen.v[seen.n++] = key;
		buf_byte(&m->params, ';');
		buf_add(&m->params, key);
		if (it.raw.p) {
			buf_byte(&m->params, '=');
			buf_add(&m->params, it.raw);
		}
	}
}

/* Behind a refused list: past its parentheses, strings counted as strings. */
static bool skip_list(str *t)
{
	str text;

	while (t->n && t->p[0] != ')') {
		if (t->p[0] != '"')
			*t = str_from(*t, 1);
		else if (!take_quoted(t, '"', &text))
			return false;
	}
	return str_skip(t, S(")"));
}

static bool take_member(struct arena *mem, str *t, struct member *m)
{
	*m = (struct member){ .params = buf_new(mem, SIG_TEXT_MAX) };
	if (!take_key(t, &m->label) || !str_skip(t, S("=")) || !take_components(mem, t, m))
		return false;
	if (m->refused && !skip_list(t))
		return false;
	return take_params(mem, t, m) && take_comma(t);
}

static bool covers_target(const struct sig_request *rq, const struct strs c)
{
	if (strs_has(c, S("@target-uri")))
		return true;
	if (!strs_has(c, S("@authority")))
		return false;
	return strs_has(c, S("@request-target")) ||
	       (strs_has(c, S("@path")) && (strs_has(c, S("@query")) || str_chr(rq->target, '?') < 0));
}

static bool is_derived(str name)
{
	static const str known[] = { S("@method"), S("@target-uri"), S("@authority"), S("@scheme"),
		                     S("@request-target"), S("@path"), S("@query") };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(name, known[i]))
			return true;
	return false;
}

static enum sig_reason check_fields(const struct sig_request *rq, const struct sig *s)
{
	enum sig_reason r;
	str value;

	for (size_t i = 0; i < s->covered.n; i++) {
		if (is_derived(s->covered.v[i]))
			continue;
		if (str_starts(s->covered.v[i], S("@")) || !s->covered.v[i].n)
			return SIG_HEADERS;
		r = sig_header(rq, s->covered.v[i], &value);
		if (r)
			return r;
	}
	return SIG_GOOD;
}

static enum sig_reason check_digest(struct arena *mem, const struct sig_request *rq, const struct sig *s)
{
	enum sig_reason r;
	str text, digest;
	bool bad;

	if (!strs_has(s->covered, S("content-digest")))
		return sig_reads_only(rq->method) ? SIG_GOOD : SIG_UNCOVERED;
	r = sig_header(rq, S("content-digest"), &text);
	if (r)
		return r;
	digest = rfc9421_digest(mem, text, &bad);
	if (bad)
		return SIG_MALFORMED;
	return digest.p && sig_is_body_digest(rq, digest) ? SIG_GOOD : SIG_DIGEST;
}

static enum sig_reason check(struct arena *mem, const struct sig_request *rq, const struct sig *s)
{
	enum sig_reason r;
	str authority;

	if (!s->created || !strs_has(s->covered, S("@method")) || !covers_target(rq, s->covered))
		return SIG_UNCOVERED;
	if (s->algorithm.p && !str_eq(s->algorithm, S("rsa-v1_5-sha256")) && !str_eq(s->algorithm, S("ed25519")))
		return SIG_ALGORITHM;
	r = check_fields(rq, s);
	if (!r)
		r = sig_host(mem, rq, &authority);
	if (!r)
		r = sig_time(rq, s->created, s->expires);
	return r ? r : check_digest(mem, rq, s);
}

/* The first signature that passes all that needs no key; else the reason of the first that does not. */
enum sig_reason rfc9421_read(struct arena *mem, const struct sig_request *rq, struct sig *s)
{
	str inputs = joined(mem, rq, S("signature-input")), signatures = joined(mem, rq, S("signature"));
	enum sig_reason first = SIG_NONE;
	struct member m;

	if (!inputs.p || !signatures.p)
		return SIG_MALFORMED;
	for (int n = 0; inputs.n; n++) {
		enum sig_reason r = SIG_UNCOVERED;

		if (n == 4 || !take_member(mem, &inputs, &m))
			return SIG_MALFORMED;
		*s = (struct sig){
			.key_id = m.key_id,
			.algorithm = m.alg,
			.rfc9421 = true,
			.covered = m.covered,
			.created = m.created,
			.expires = m.expires,
			.params = buf_str(&m.params),
		};
		if (bytes_member(mem, signatures, m.label, &s->bytes) < 1)
			return SIG_MALFORMED;
		if (!m.refused && s->key_id.n && s->key_id.n <= 2048 && s->bytes.n && s->bytes.n <= 1024)
			r = check(mem, rq, s);
		if (!r)
			return SIG_GOOD;
		if (first == SIG_NONE)
			first = r;
	}
	return first;
}

static bool add_derived(struct arena *mem, struct buf *b, const struct sig_request *rq, str name)
{
	long at = str_chr(rq->target, '?');
	str scheme = rq->http ? S("http") : S("https"), authority;

	if (sig_host(mem, rq, &authority))
		return false;
	if (str_eq(name, S("@method")))
		buf_add(b, rq->method);
	else if (str_eq(name, S("@target-uri")))
		buf_addf(b, "%.*s://%.*s%.*s", STR_F(scheme), STR_F(authority), STR_F(rq->target));
	else if (str_eq(name, S("@authority")))
		buf_add(b, authority);
	else if (str_eq(name, S("@scheme")))
		buf_add(b, scheme);
	else if (str_eq(name, S("@request-target")))
		buf_add(b, rq->target);
	else if (str_eq(name, S("@path")))
		buf_add(b, at < 0 ? rq->target : str_to(rq->target, (size_t)at));
	else
		buf_add(b, at < 0 ? S("?") : str_from(rq->target, (size_t)at));
	return true;
}

str rfc9421_base(struct arena *mem, const struct sig_request *rq, const struct sig *s)
{
	struct buf b = buf_new(mem, SIG_BASE_MAX);
	str value;

	for (size_t i = 0; i < s->covered.n; i++) {
		str name = s->covered.v[i];

		buf_addf(&b, "\"%.*s\": ", STR_F(name));
		if (is_derived(name)) {
			if (!add_derived(mem, &b, rq, name))
				return STR_NONE;
		} else {
			if (sig_header(rq, name, &value))
				return STR_NONE;
			buf_add(&b, value);
		}
		buf_byte(&b, '\n');
	}
	buf_addf(&b, "\"@signature-params\": %.*s", STR_F(s->params));
	return buf_str(&b);
}
