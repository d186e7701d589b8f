#include "net/httpsig.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/url.h"
#include "net/httpsig_in.h"
#include "net/keys.h"

/* What both kinds of signatures share, and signing. The order of checks is from cheap to dear, and all that needs no
 * key comes first, so that nobody makes us fetch a key for a request that is refused anyway. */

static const struct {
	const char *name;
	int status;
} reasons[] = {
	[SIG_GOOD] = { "good", 0 },
	[SIG_NONE] = { "none", 401 },
	[SIG_MALFORMED] = { "malformed", 400 },
	[SIG_ALGORITHM] = { "algorithm", 401 },
	[SIG_UNCOVERED] = { "uncovered", 401 },
	[SIG_HEADERS] = { "headers", 401 },
	[SIG_HOST] = { "host", 401 },
	[SIG_STALE] = { "stale", 401 },
	[SIG_DIGEST] = { "digest", 401 },
	[SIG_WRONG] = { "wrong", 401 },
};

const char *sig_reason_name(enum sig_reason r)
{
	return reasons[r].name;
}

int sig_reason_status(enum sig_reason r)
{
	return reasons[r].status;
}

bool sig_reads_only(str method)
{
	return str_eq(method, S("GET")) || str_eq(method, S("HEAD"));
}

enum sig_reason sig_header(const struct sig_request *rq, str name, str *value)
{
	str first = rq->header(rq->arg, name, 0), other;

	if (!first.p)
		return SIG_HEADERS;
	*value = str_trim(first);
	for (size_t i = 1; (other = rq->header(rq->arg, name, i)).p; i++)
		if (!str_eq(str_trim(other), *value))
			return SIG_HEADERS;
	return SIG_GOOD;
}

enum sig_reason sig_host(struct arena *mem, const struct sig_request *rq, str *authority)
{
	str host;
	enum sig_reason r = sig_header(rq, S("host"), &host);

	if (r)
		return r;
	*authority = str_lower(mem, host);
	str_chop(authority, rq->http ? S(":80") : S(":443"));
	return strs_has(rq->hosts, *authority) ? SIG_GOOD : SIG_HOST;
}

enum sig_reason sig_time(const struct sig_request *rq, int64_t since, int64_t expires)
{
	if (since < rq->now - 12 * (int64_t)HOUR || since > rq->now + HOUR)
		return SIG_STALE;
	/* Half a minute for clocks: some peers let a signature expire ten seconds after they made it. */
	return expires && expires < rq->now - 30 * SECOND ? SIG_STALE : SIG_GOOD;
}

bool sig_is_body_digest(const struct sig_request *rq, str digest)
{
	unsigned char own[SHA256_SIZE];

	codec_sha256(str_or(rq->body, S("")), own);
	return codec_same(digest, str_n((char *)own, sizeof(own)));
}

enum sig_reason sig_read(struct arena *mem, const struct sig_request *rq, struct sig *s)
{
	str text = rq->header(rq->arg, S("signature"), 0);

	*s = (struct sig){ 0 };
	if (rq->header(rq->arg, S("signature-input"), 0).p)
		return rfc9421_read(mem, rq, s);
	if (!text.p) {
		text = rq->header(rq->arg, S("authorization"), 0);
		if (!text.p || !str_istarts(text, S("Signature ")))
			return SIG_NONE;
	} else if (rq->header(rq->arg, S("signature"), 1).p) {
		return SIG_MALFORMED;
	}
	if (text.n > SIG_TEXT_MAX)
		return SIG_MALFORMED;
	return cavage_read(mem, rq, text, s);
}

static bool algorithm_fits(const struct sig *s, enum key_kind kind)
{
	if (!s->algorithm.p || str_ieq(s->algorithm, S("hs2019")))
		return true;
	return str_istarts(s->algorithm, S("rsa-")) == (kind == KEY_RSA);
}

static bool matches(const struct sig *s, const struct sig_key *key, str base)
{
	bool only512 = s->algorithm.p && str_ieq(s->algorithm, S("rsa-sha512"));
	bool vague = !s->rfc9421 && (!s->algorithm.p || str_ieq(s->algorithm, S("hs2019")));

	if (!base.p)
		return false;
	if (key_verify(key, base, s->bytes, only512))
		return true;
	return vague && key_kind(key) == KEY_RSA && key_verify(key, base, s->bytes, true);
}

enum sig_reason sig_verify(struct arena *mem, const struct sig_request *rq, const struct sig *s,
                           const struct sig_key *key)
{
	long query = str_chr(rq->target, '?');

	if (!algorithm_fits(s, key_kind(key)))
		return SIG_ALGORITHM;
	if (s->rfc9421)
		return matches(s, key, rfc9421_base(mem, rq, s)) ? SIG_GOOD : SIG_WRONG;
	if (matches(s, key, cavage_base(mem, rq, s, rq->target)))
		return SIG_GOOD;
	if (query >= 0 && matches(s, key, cavage_base(mem, rq, s, str_to(rq->target, (size_t)query))))
		return SIG_GOOD;
	return SIG_WRONG;
}

static str digest_of(struct arena *mem, str body)
{
	unsigned char raw[SHA256_SIZE];

	codec_sha256(body, raw);
	return codec_base64(mem, str_n((char *)raw, sizeof(raw)));
}

static void line(struct strs *lines, str text)
{
	lines->v[lines->n++] = text;
}

static struct strs sign_9421(struct arena *mem, const struct sig_with *w, str method, const struct url *u, str body)
{
	struct strs lines = { NEWS(mem, str, 5), 0 };
	str digest = body.p ? digest_of(mem, body) : STR_NONE;
	struct buf base = buf_new(mem, SIG_BASE_MAX);
	str params, made;

	params = strf(mem, "(\"@method\" \"@target-uri\"%s%s);created=%lld;keyid=\"%.*s\"",
	              body.p ? " \"content-digest\"" : "", w->sync.p ? " \"collection-synchronization\"" : "",
	              (long long)(w->now / SECOND), STR_F(w->key_id));
	buf_addf(&base, "\"@method\": %.*s\n\"@target-uri\": %.*s\n", STR_F(method), STR_F(u->whole));
	if (body.p)
		buf_addf(&base, "\"content-digest\": sha-256=:%.*s:\n", STR_F(digest));
	if (w->sync.p)
		buf_addf(&base, "\"collection-synchronization\": %.*s\n", STR_F(w->sync));
	buf_addf(&base, "\"@signature-params\": %.*s", STR_F(params));
	made = key_sign(mem, w->key, buf_str(&base));
	if (!made.p)
		return (struct strs){ 0 };
	if (body.p)
		line(&lines, strf(mem, "Content-Digest: sha-256=:%.*s:", STR_F(digest)));
	if (w->sync.p)
		line(&lines, strf(mem, "Collection-Synchronization: %.*s", STR_F(w->sync)));
	line(&lines, strf(mem, "Signature-Input: sig1=%.*s", STR_F(params)));
	line(&lines, strf(mem, "Signature: sig1=:%.*s:", STR_F(codec_base64(mem, made))));
	return lines;
}

struct strs sig_sign(struct arena *mem, const struct sig_with *w, str method, const struct url *u, str body)
{
	struct strs lines = { NEWS(mem, str, 5), 0 };
	str digest = STR_NONE, made, date;
	struct buf base = buf_new(mem, SIG_BASE_MAX);
	char text[CLOCK_TEXT];

	if (w->rfc9421)
		return sign_9421(mem, w, method, u, body);
	date = clock_http(w->now, text);
	buf_addf(&base, "(request-target): %.*s %.*s\nhost: %.*s\ndate: %.*s", STR_F(str_lower(mem, method)),
	         STR_F(w->no_query ? u->path : u->target), STR_F(u->authority), STR_F(date));
	line(&lines, strf(mem, "Host: %.*s", STR_F(u->authority)));
	line(&lines, strf(mem, "Date: %.*s", STR_F(date)));
	if (body.p) {
		digest = digest_of(mem, body);
		buf_addf(&base, "\ndigest: SHA-256=%.*s", STR_F(digest));
		line(&lines, strf(mem, "Digest: SHA-256=%.*s", STR_F(digest)));
	}
	if (w->sync.p) {
		buf_addf(&base, "\ncollection-synchronization: %.*s", STR_F(w->sync));
		line(&lines, strf(mem, "Collection-Synchronization: %.*s", STR_F(w->sync)));
	}
	made = key_sign(mem, w->key, buf_str(&base));
	if (!made.p)
		return (struct strs){ 0 };
	line(&lines, strf(mem, "Signature: keyId=\"%.*s\",algorithm=\"%s\",headers=\"(request-target) host date%s%s\","
	                       "signature=\"%.*s\"",
	                  STR_F(w->key_id), key_kind(w->key) == KEY_RSA ? "rsa-sha256" : "hs2019",
	                  body.p ? " digest" : "", w->sync.p ? " collection-synchronization" : "",
	                  STR_F(codec_base64(mem, made))));
	return lines;
}
