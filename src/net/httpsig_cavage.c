/* draft-cavage-http-signatures-12, read more strictly than it is written: see docs on federation for who sends what.
 * Nothing here looks at a key. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "net/httpsig_in.h"

struct params {
	str key_id, algorithm, headers, signature, created, expires;
};

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/* One k="v" or k=v off the front. */
static bool take_param(str *text, str *name, str *value)
{
	size_t i = 0;
	bool quoted;

	while (i < text->n && is_name(text->p[i]))
		i++;
	*name = str_to(*text, i);
	*text = str_trim(str_from(*text, i));
	if (!i || !str_skip(text, S("=")))
		return false;
	*text = str_trim(*text);
	quoted = str_skip(text, S("\""));
	for (i = 0; i < text->n && text->p[i] != (quoted ? '"' : ','); i++)
		if (text->p[i] == '\\' || (unsigned char)text->p[i] < ' ' || (unsigned char)text->p[i] > '~')
			return false;
	if (quoted && i >= text->n)
		return false;
	*value = quoted ? str_to(*text, i) : str_trim(str_to(*text, i));
	*text = str_trim(str_from(*text, i + quoted));
	return true;
}

static bool take_params(str text, struct params *p)
{
	const struct {
		str name;
		str *to;
	} known[] = {
		{ S("keyId"), &p->key_id },
		{ S("algorithm"), &p->algorithm },
		{ S("headers"), &p->headers },
		{ S("signature"), &p->signature },
		{ S("created"), &p->created },
		{ S("expires"), &p->expires },
	};
	str name, value;

	for (int n = 0; n < SIG_PARTS_MAX; n++) {
		if (!take_param(&text, &name, &value))
			return false;
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
			if (!str_ieq(name, known[i].name))
				continue;
			if (known[i].to->p)
				return false; /* there twice: two readers could take different ones */
			*known[i].to = value;
		}
		if (!text.n)
			return true;
		if (!str_skip(&text, S(",")))
			return false;
		text = str_trim(text);
	}
	return false;
}

static bool take_covered(struct arena *mem, str list, struct strs *covered)
{
	str name;

	covered->v = NEWS(mem, str, SIG_PARTS_MAX);
	while (str_cut(&list, ' ', &name)) {
		if (!name.n)
			continue;
		name = str_lower(mem, name);
		if (covered->n == SIG_PARTS_MAX || strs_has(*covered, name))
			return false;
		covered->v[covered->n++] = name;
	}
	return covered->n;
}

static enum sig_reason check_names(const struct sig *s)
{
	bool rsa = s->algorithm.p && str_istarts(s->algorithm, S("rsa-"));

	for (size_t i = 0; i < s->covered.n; i++) {
		str name = s->covered.v[i];
		bool time = str_eq(name, S("(created)")) || str_eq(name, S("(expires)"));

		if (time && rsa)
			return SIG_ALGORITHM;
		if (name.p[0] == '(' && !time && !str_eq(name, S("(request-target)")))
			return SIG_HEADERS;
	}
	return SIG_GOOD;
}

static enum sig_reason check_algorithm(const struct sig *s)
{
	static const str known[] = { S("rsa-sha256"), S("hs2019"), S("rsa-sha512"), S("ed25519") };

	if (!s->algorithm.p)
		return SIG_GOOD;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_ieq(s->algorithm, known[i]))
			return SIG_GOOD;
	return SIG_ALGORITHM;
}

static bool seconds(str text, int64_t *ms)
{
	int64_t v;

	if (!text.p)
		return true;
	if (text.n > 12 || !str_int(text, &v) || v <= 0)
		return false;
	*ms = v * SECOND;
	return true;
}

/* The time that is signed; a time that is only said narrows the window further. */
static enum sig_reason check_time(const struct sig_request *rq, const struct sig *s)
{
	bool covers = strs_has(s->covered, S("(created)"));
	str date;
	int64_t at;
	enum sig_reason r = sig_header(rq, S("date"), &date);

	if (s->created > rq->now + HOUR || (covers && !s->created) ||
	    (strs_has(s->covered, S("(expires)")) && !s->expires))
		return SIG_STALE;
	if (covers && !strs_has(s->covered, S("date")))
		return sig_time(rq, s->created, s->expires);
	if (!strs_has(s->covered, S("date")))
		return SIG_UNCOVERED;
	if (r)
		return rq->header(rq->arg, S("date"), 0).p ? r : SIG_STALE;
	if (!clock_parse_http(date, &at))
		return SIG_STALE;
	return sig_time(rq, covers && s->created < at ? s->created : at, s->expires);
}

static enum sig_reason check_digest(struct arena *mem, const struct sig_request *rq, const struct sig *s)
{
	str all, part, name, digest = STR_NONE;
	enum sig_reason r;

	if (!strs_has(s->covered, S("digest")))
		return sig_reads_only(rq->method) ? SIG_GOOD : SIG_UNCOVERED;
	r = sig_header(rq, S("digest"), &all);
	if (r)
		return r;
	while (str_cut(&all, ',', &part)) {
		str_cut(&part, '=', &name);
		if (!str_ieq(str_trim(name), S("sha-256")))
			continue;
		if (digest.p || !part.p)
			return SIG_DIGEST;
		digest = str_trim(part);
	}
	if (!digest.n)
		return SIG_DIGEST;
	return sig_is_body_digest(rq, codec_unbase64(mem, digest)) ? SIG_GOOD : SIG_DIGEST;
}

static enum sig_reason check_rest(struct arena *mem, const struct sig_request *rq, const struct sig *s)
{
	enum sig_reason r;
	str authority, value;

	for (size_t i = 0; i < s->covered.n; i++) {
		str name = s->covered.v[i];

		/* Date and Digest have reasons of their own. */
		if (name.p[0] == '(' || str_eq(name, S("date")))
			continue;
		r = sig_header(rq, name, &value);
		if (r)
			return r;
	}
	r = sig_host(mem, rq, &authority);
	if (!r)
		r = check_time(rq, s);
	return r ? r : check_digest(mem, rq, s);
}

enum sig_reason cavage_read(struct arena *mem, const struct sig_request *rq, str text, struct sig *s)
{
	struct params p = { 0 };
	enum sig_reason r;

	text = str_trim(text);
	if (str_istarts(text, S("Signature ")))
		text = str_trim(str_from(text, 10));
	if (!take_params(text, &p) || !p.key_id.n || p.key_id.n > 2048 || !p.signature.n)
		return SIG_MALFORMED;
	s->key_id = p.key_id;
	s->algorithm = p.algorithm;
	s->bytes = codec_unbase64(mem, p.signature);
	if (!s->bytes.n || s->bytes.n > 1024)
		return SIG_MALFORMED;
	r = check_algorithm(s);
	if (r)
		return r;
	if (!p.headers.p)
		return SIG_UNCOVERED; /* the draft's default is only a date */
	if (!take_covered(mem, p.headers, &s->covered))
		return SIG_MALFORMED;
	if (!seconds(p.created, &s->created) || !seconds(p.expires, &s->expires))
		return SIG_STALE;
	r = check_names(s);
	if (r)
		return r;
	if (!strs_has(s->covered, S("(request-target)")) || !strs_has(s->covered, S("host")))
		return SIG_UNCOVERED;
	return check_rest(mem, rq, s);
}

str cavage_base(struct arena *mem, const struct sig_request *rq, const struct sig *s, str target)
{
	struct buf b = buf_new(mem, SIG_BASE_MAX);
	str value;

	for (size_t i = 0; i < s->covered.n; i++) {
		str name = s->covered.v[i];

		if (i)
			buf_byte(&b, '\n');
		buf_add(&b, name);
		buf_add(&b, S(": "));
		if (str_eq(name, S("(request-target)"))) {
			buf_add(&b, str_lower(mem, rq->method));
			buf_byte(&b, ' ');
			buf_add(&b, target);
		} else if (str_eq(name, S("(created)"))) {
			buf_int(&b, s->created / SECOND);
		} else if (str_eq(name, S("(expires)"))) {
			buf_int(&b, s->expires / SECOND);
		} else {
			if (sig_header(rq, name, &value))
				return STR_NONE;
			buf_add(&b, value);
		}
	}
	return buf_str(&b);
}
