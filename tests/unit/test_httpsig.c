/* net/httpsig: who is believed, and who is not. Words in the names of the cases are those of the rule they hold. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/keygen.h"
#include "base/url.h"
#include "base/codec.h"
#include "net/httpsig_in.h"
#include "net/keys.h"
#include "sig_data.h"

#define EACH(i, list) for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)

/* Headers as lines "Name: value". */
static str header(void *arg, str name, size_t at)
{
	const struct strs *lines = arg;

	for (size_t i = 0; i < lines->n; i++) {
		str rest = lines->v[i], own;

		if (str_cut(&rest, ':', &own) && str_ieq(own, name) && !at--)
			return str_trim(rest);
	}
	return STR_NONE;
}

static int64_t now(void)
{
	int64_t ms = 0;

	assert_true(clock_parse_http(S(SIGNED_DATE), &ms));
	return ms + MINUTE;
}

static str our_hosts[] = { S("local.test"), S("other.local.test:8080") };

static struct sig_request request(struct strs *lines)
{
	return (struct sig_request){ .method = S("POST"), .target = S("/users/bob/inbox"), .body = S(SIGNED_BODY), .hosts = { our_hosts, 2 }, .now = now(), .header = header, .arg = lines };
}

static enum sig_reason judge(struct arena *mem, const struct sig_request *rq, const struct sig_key *key)
{
	struct sig s;
	enum sig_reason r = sig_read(mem, rq, &s);

	return r ? r : sig_verify(mem, rq, &s, key);
}

#define HOST    "Host: local.test"
#define DATE    "Date: " SIGNED_DATE
#define DIGEST  "Digest: SHA-256=" SIGNED_DIGEST
#define COVERED "headers=\"(request-target) host date digest\""
#define ID      "keyId=\"https://b.test/u#main-key\""
#define SIG     "signature=\"" SIGNED_SHA256 "\""
#define GOOD    "Signature: " ID ",algorithm=\"rsa-sha256\"," COVERED "," SIG

static void what_openssl_signed_is_believed(void **state)
{
	static const str good[] = {
		S(GOOD),
		S("Signature: " ID "," COVERED "," SIG),
		S("Signature: " ID ",algorithm=\"hs2019\"," COVERED "," SIG),
		S("Signature: " ID ",algorithm=hs2019 , " COVERED " ,  " SIG),
		S("Signature: Signature " ID "," COVERED "," SIG),
		S("Authorization: Signature " ID "," COVERED "," SIG),
		S("Signature: " ID ",unknown=\"x\"," COVERED "," SIG),
		S("Signature: " ID ",algorithm=\"rsa-sha512\"," COVERED ",signature=\"" SIGNED_SHA512 "\""),
		S("Signature: " ID ",algorithm=\"hs2019\"," COVERED ",signature=\"" SIGNED_SHA512 "\""),
		S("Signature: " ID "," COVERED "," SIG ",created=1795395723,expires=1795395783"),
	};
	struct sig_key *key = key_public(S(RSA_SPKI));
	struct arena mem ARENA_SCOPE;

	(void)state;
	EACH(i, good)
	{
		str lines[] = { S(HOST), S(DATE), S(DIGEST), good[i] };
		struct sig_request rq = request(&(struct strs){ lines, 4 });

		if (judge(&mem, &rq, key))
			fail_msg("case %zu: %s", i, sig_reason_name(judge(&mem, &rq, key)));
		/* A query that the peer did not sign is the quirk of some. */
		rq.target = S("/users/bob/inbox?x=1");
		assert_int_equal(judge(&mem, &rq, key), SIG_GOOD);
		/* SIG-06 */
		rq.target = S("/users/alice/inbox");
		assert_int_equal(judge(&mem, &rq, key), SIG_WRONG);
	}
	key_free(key);
}

static void signature_headers_that_cannot_be_read_are_refused_without_looking_for_a_key(void **state)
{
	static const struct {
		str line;
		enum sig_reason want;
	} cases[] = {
		{ S("Signature:"), SIG_MALFORMED },
		{ S("Signature: keyId="), SIG_MALFORMED },
		{ S("Signature: keyId=\""), SIG_MALFORMED },
		{ S("Signature: keyId=\"x"), SIG_MALFORMED },
		{ S("Signature: x"), SIG_MALFORMED },
		{ S("Signature: ,"), SIG_MALFORMED },
		{ S("Signature: " ID), SIG_MALFORMED },
		{ S("Signature: " ID "," COVERED "," SIG ","), SIG_MALFORMED },
		{ S("Signature: " ID "," ID "," COVERED "," SIG), SIG_MALFORMED },
		{ S("Signature: " ID "," COVERED "," COVERED "," SIG), SIG_MALFORMED },
		{ S("Signature: " ID "," COVERED "," SIG ",Signature=\"AAAA\""), SIG_MALFORMED },
		{ S("Signature: " ID "," COVERED ",signature=\"!!!\""), SIG_MALFORMED },
		{ S("Signature: " ID "," COVERED ",signature=\"\""), SIG_MALFORMED },
		{ S("Signature: keyId=\"\"," COVERED "," SIG), SIG_MALFORMED },
		{ S("Signature: keyId=\"\xff\xfe\"," COVERED "," SIG), SIG_MALFORMED },
		{ S("Signature: keyId=\"a\\\"b\"," COVERED "," SIG), SIG_MALFORMED },
		{ S("Signature: " ID ",headers=\"\"," SIG), SIG_MALFORMED },
		{ S("Signature: " ID ",headers=\"date date\"," SIG), SIG_MALFORMED },
		{ S("Signature: " ID "," SIG), SIG_UNCOVERED },
		{ S("Signature: " ID ",headers=\"host date digest\"," SIG), SIG_UNCOVERED },
		{ S("Signature: " ID ",headers=\"(request-target) date digest\"," SIG), SIG_UNCOVERED },
		{ S("Signature: " ID ",headers=\"(request-target) host digest\"," SIG), SIG_UNCOVERED },
		{ S("Signature: " ID ",headers=\"(request-target) host date\"," SIG), SIG_UNCOVERED },
		{ S("Signature: " ID ",headers=\"(request-target) host date digest x-not-there\"," SIG), SIG_HEADERS },
		{ S("Signature: " ID ",headers=\"(request-target) host date digest (magic)\"," SIG), SIG_HEADERS },
		{ S("Signature: " ID ",algorithm=\"none\"," COVERED "," SIG), SIG_ALGORITHM },
		{ S("Signature: " ID ",algorithm=\"hmac-sha256\"," COVERED "," SIG), SIG_ALGORITHM },
		{ S("Signature: " ID ",algorithm=\"rsa-sha1\"," COVERED "," SIG), SIG_ALGORITHM },
		{ S("Signature: " ID ",algorithm=\"\"," COVERED "," SIG), SIG_ALGORITHM },
		{ S("Signature: " ID ",algorithm=\"rsa-sha256\",created=1795395723,headers=\"(request-target) host (created) digest\"," SIG),
		  SIG_ALGORITHM },
		{ S("Signature: " ID ",created=1795395723,expires=1795395723,headers=\"(request-target) host (created) (expires) digest\"," SIG),
		  SIG_STALE },
		{ S("Signature: " ID ",created=1795405723,headers=\"(request-target) host (created) digest\"," SIG), SIG_STALE },
		{ S("Signature: " ID ",created=1e99,headers=\"(request-target) host (created) digest\"," SIG), SIG_STALE },
		{ S("Signature: " ID ",headers=\"(request-target) host (created) digest\"," SIG), SIG_STALE },
		{ S("Signature: " ID ",expires=1795395700," COVERED "," SIG), SIG_STALE },
		{ S("X-Signature: x"), SIG_NONE },
		{ S("Authorization: Bearer x"), SIG_NONE },
	};
	struct arena mem ARENA_SCOPE;
	char big[10000];
	struct sig s;

	(void)state;
	EACH(i, cases)
	{
		str lines[] = { S(HOST), S(DATE), S(DIGEST), cases[i].line };
		struct sig_request rq = request(&(struct strs){ lines, 4 });
		enum sig_reason r = sig_read(&mem, &rq, &s);

		if (r != cases[i].want)
			fail_msg("case %zu: %s", i, sig_reason_name(r));
		assert_int_equal(sig_reason_status(r), r == SIG_MALFORMED ? 400 : 401);
	}
	memset(big, 'a', sizeof(big));
	memcpy(big, "Signature: ", 11);
	str lines[] = { S(HOST), S(DATE), S(DIGEST), str_n(big, sizeof(big)) };
	struct sig_request rq = request(&(struct strs){ lines, 4 });
	assert_int_equal(sig_read(&mem, &rq, &s), SIG_MALFORMED);
}

static void dates_hosts_and_digests_are_held_to_the_rules(void **state)
{
	static const struct {
		str host, date, digest, more;
		enum sig_reason want;
	} cases[] = {
		{ S(HOST), S(DATE), S("Digest: sha-256=" SIGNED_DIGEST), S("X: y"), SIG_GOOD },
		{ S(HOST), S(DATE), S("Digest: SHA-256=" SIGNED_DIGEST ",MD5=AAAA"), S("X: y"), SIG_GOOD },
		{ S("Host: LOCAL.test:443"), S(DATE), S(DIGEST), S("X: y"), SIG_GOOD },
		{ S(HOST), S(DATE), S(DIGEST), S(DIGEST), SIG_GOOD },
		/* SIG-05 */
		{ S(HOST), S(DATE), S("Digest: SHA-512=" SIGNED_DIGEST), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("Digest: MD5=XrY7u+Ae7tCTyyK7j1rNww=="), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("Digest: SHA-256=XrY7u+Ae7tCTyyK7j1rNww=="), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("Digest: SHA-256=!!!!"), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("Digest: SHA-256"), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("Digest:"), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("Digest: SHA-256=" SIGNED_DIGEST ",SHA-256=" SIGNED_DIGEST), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("Digest: SHA-256=AYwYnH3BiO6aICFt0ThC5bUIJ4byvqdpWtR8m5fNkww="), S("X: y"), SIG_DIGEST },
		{ S(HOST), S(DATE), S("X: y"), S("X: y"), SIG_HEADERS },
		/* SIG-36 */
		{ S(HOST), S(DATE), S(DIGEST), S("Digest: SHA-256=AAAA"), SIG_HEADERS },
		{ S(HOST), S(DATE), S(DIGEST), S("Date: Mon, 23 Nov 2026 01:02:04 GMT"), SIG_HEADERS },
		{ S(HOST), S(DATE), S(DIGEST), S("Host: other.test"), SIG_HEADERS },
		/* SIG-07 */
		{ S("Host: other.test"), S(DATE), S(DIGEST), S("X: y"), SIG_HOST },
		{ S("Host: local.test:8443"), S(DATE), S(DIGEST), S("X: y"), SIG_HOST },
		{ S("Host:"), S(DATE), S(DIGEST), S("X: y"), SIG_HOST },
		{ S("X: y"), S(DATE), S(DIGEST), S("X: y"), SIG_HEADERS },
		/* SIG-09 */
		{ S(HOST), S("Date: Sun, 22 Nov 2026 12:02:03 GMT"), S(DIGEST), S("X: y"), SIG_STALE },
		{ S(HOST), S("Date: Mon, 23 Nov 2026 03:04:03 GMT"), S(DIGEST), S("X: y"), SIG_STALE },
		{ S(HOST), S("Date: yesterday"), S(DIGEST), S("X: y"), SIG_STALE },
		{ S(HOST), S("Date: Mon, 23 Nov 2026 06:32:03 +0530"), S(DIGEST), S("X: y"), SIG_STALE },
		{ S(HOST), S("X: y"), S(DIGEST), S("X: y"), SIG_STALE },
		{ S(HOST), S("Date: Sun, 22 Nov 2026 13:10:03 GMT"), S(DIGEST), S("X: y"), SIG_GOOD },
		{ S(HOST), S("Date: Mon, 23 Nov 2026 02:00:03 GMT"), S(DIGEST), S("X: y"), SIG_GOOD },
	};
	struct arena mem ARENA_SCOPE;
	struct sig s;

	(void)state;
	EACH(i, cases)
	{
		str lines[] = { cases[i].host, cases[i].date, cases[i].digest, cases[i].more, S(GOOD) };
		struct sig_request rq = request(&(struct strs){ lines, 5 });
		enum sig_reason r = sig_read(&mem, &rq, &s);

		if (r != cases[i].want)
			fail_msg("case %zu: %s", i, sig_reason_name(r));
	}
	/* SIG-04 */
	str lines[] = { S(HOST), S(DATE), S(DIGEST), S(GOOD) };
	struct sig_request rq = request(&(struct strs){ lines, 4 });
	rq.body = S(SIGNED_BODY " ");
	assert_int_equal(sig_read(&mem, &rq, &s), SIG_DIGEST);
}

static void an_algorithm_that_contradicts_the_key_is_refused(void **state)
{
	struct sig_key *rsa = key_public(S(RSA_SPKI));
	struct sig_key *ed = key_multikey(S("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"));
	str lines[] = { S(HOST), S(DATE), S(DIGEST), S(GOOD) };
	struct sig_request rq = request(&(struct strs){ lines, 4 });
	struct arena mem ARENA_SCOPE;

	(void)state;
	assert_int_equal(judge(&mem, &rq, ed), SIG_ALGORITHM);
	lines[3] = S("Signature: " ID ",algorithm=\"ed25519\"," COVERED "," SIG);
	assert_int_equal(judge(&mem, &rq, rsa), SIG_ALGORITHM);
	lines[3] = S("Signature: " ID ",algorithm=\"rsa-sha512\"," COVERED "," SIG);
	assert_int_equal(judge(&mem, &rq, rsa), SIG_WRONG);
	key_free(rsa);
	key_free(ed);
}

static void what_we_sign_we_believe(void **state)
{
	struct arena mem ARENA_SCOPE;
	str secret, public;
	struct url u;

	(void)state;
	assert_int_equal(url_parse(&mem, S("https://local.test/users/bob/inbox?a=b"), &u), OK);
	for (int kind = 0; kind < 16; kind++) {
		bool post = kind & 1, ed = kind & 2, rfc = kind & 4, bare = kind & 8;
		str body = post ? S(SIGNED_BODY) : STR_NONE;
		struct sig_key *own, *theirs;
		struct strs lines;
		struct sig_request rq;
		struct sig s;

		assert_true((ed ? keygen_ed25519 : keygen_rsa)(&mem, &secret, &public));
		own = key_private(secret);
		theirs = key_public(public);
		lines = sig_sign(&mem, &(struct sig_with){ own, S("https://b.test/u#k"), now(), bare, rfc,
		                                             post ? S("digest=\"00\"") : STR_NONE },
		                 post ? S("POST") : S("GET"), &u, body);
		assert_true(lines.n >= 2);
		if (rfc) {
			str *v = NEWS(&mem, str, lines.n + 1);

			memcpy(v, lines.v, lines.n * sizeof(str));
			v[lines.n] = S(HOST);
			lines = (struct strs){ v, lines.n + 1 };
		}
		rq = request(&lines);
		rq.target = u.target;
		rq.method = post ? S("POST") : S("GET");
		rq.body = body;
		assert_int_equal(judge(&mem, &rq, theirs), SIG_GOOD);
		assert_int_equal(sig_read(&mem, &rq, &s), SIG_GOOD);
		assert_str(s.key_id, S("https://b.test/u#k"));
		assert_int_equal(strs_has(s.covered, S("collection-synchronization")), post);
		rq.method = post ? S("GET") : S("POST");
		assert_int_not_equal(judge(&mem, &rq, theirs), SIG_GOOD);
		key_free(own);
		key_free(theirs);
	}
}

#define C9421  "Content-Digest: sha-256=:" SIGNED_DIGEST ":"
#define IN9421 "Signature-Input: "
#define PARTS  "(\"@method\" \"@target-uri\" \"content-digest\")"
#define P9421  ";created=1795395723;keyid=\"https://b.test/u#k\""
#define S9421  "Signature: s=:AAAA:"

static void message_signatures_with_gaps_are_refused(void **state)
{
	static const struct {
		str input, signature, digest;
		enum sig_reason want;
	} cases[] = {
		{ S(IN9421 "s=" PARTS P9421), S(S9421), S(C9421), SIG_GOOD },
		{ S(IN9421 "s=" PARTS P9421 ";alg=\"rsa-v1_5-sha256\";nonce=\"x\";tag=\"y\""), S(S9421), S(C9421), SIG_GOOD },
		{ S(IN9421 "s=(\"@method\" \"@authority\" \"@path\" \"content-digest\")" P9421), S(S9421), S(C9421), SIG_GOOD },
		{ S(IN9421 "bad=(\"@method\")" P9421 ", s=" PARTS P9421), S("Signature: bad=:AAAA:, s=:AAAA:"), S(C9421), SIG_GOOD },
		{ S(IN9421 "bad=(\"x\";sf \"y\")" P9421 ", s=" PARTS P9421), S("Signature: bad=:AAAA:, s=:AAAA:"), S(C9421), SIG_GOOD },
		/* SIG-28 */
		{ S(IN9421 "s=" PARTS ";keyid=\"https://b.test/u#k\""), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=" PARTS ";created=1795395723"), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=(\"@target-uri\" \"content-digest\")" P9421), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=(\"@method\" \"content-digest\")" P9421), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=(\"@method\" \"@authority\" \"content-digest\")" P9421), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=(\"@method\" \"@target-uri\")" P9421), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=(\"@method\" \"@target-uri\" \"content-digest\";sf)" P9421), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=()" P9421), S(S9421), S(C9421), SIG_UNCOVERED },
		{ S(IN9421 "s=(\"@method\" \"@target-uri\" \"content-digest\" \"@magic\")" P9421), S(S9421), S(C9421), SIG_HEADERS },
		{ S(IN9421 "s=(\"@method\" \"@target-uri\" \"content-digest\" \"x-y\")" P9421), S(S9421), S(C9421), SIG_HEADERS },
		{ S(IN9421 "s=" PARTS P9421 ";alg=\"hmac-sha256\""), S(S9421), S(C9421), SIG_ALGORITHM },
		{ S(IN9421 "s=" PARTS ";created=1795305723;keyid=\"https://b.test/u#k\""), S(S9421), S(C9421), SIG_STALE },
		{ S(IN9421 "s=" PARTS P9421 ";expires=1795395724"), S(S9421), S(C9421), SIG_STALE },
		{ S(IN9421 "s=" PARTS P9421), S(S9421), S("Content-Digest: sha-512=:AAAA:"), SIG_DIGEST },
		/* SIG-29 */
		{ S(IN9421 "s=" PARTS P9421), S(S9421), S("Content-Digest: sha-256=:AAAA:"), SIG_DIGEST },
		{ S(IN9421 "s=" PARTS P9421), S(S9421), S("Content-Digest: SHA-256=:" SIGNED_DIGEST ":"), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS P9421), S(S9421), S("Content-Digest: sha-256=" SIGNED_DIGEST), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS P9421), S("Signature: t=:AAAA:"), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS P9421), S("Signature: s=AAAA"), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS P9421), S("Signature: s=:!!:"), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS P9421), S("X: y"), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS P9421 ","), S(S9421), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "S=" PARTS P9421), S(S9421), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=(\"@method\"" P9421), S(S9421), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=(\"@method\" \"@method\")" P9421), S(S9421), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=(method)" P9421), S(S9421), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS P9421 ";created=1795395723"), S(S9421), S(C9421), SIG_MALFORMED },
		{ S(IN9421 "s=" PARTS ";created=1e99;keyid=\"x\""), S(S9421), S(C9421), SIG_MALFORMED },
		{ S(IN9421), S(S9421), S(C9421), SIG_MALFORMED },
	};
	struct arena mem ARENA_SCOPE;
	struct sig s;

	(void)state;
	EACH(i, cases)
	{
		str lines[] = { S(HOST), cases[i].input, cases[i].signature, cases[i].digest };
		struct sig_request rq = request(&(struct strs){ lines, 4 });
		enum sig_reason r = sig_read(&mem, &rq, &s);

		if (r != cases[i].want)
			fail_msg("case %zu: %s", i, sig_reason_name(r));
	}
}

static str file(struct arena *mem, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = buf_new(mem, 1 << 24);
	char part[4096];
	size_t n;

	if (!f)
		return STR_NONE;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, str_n(part, n));
	fclose(f);
	return buf_str(&b);
}

static struct sig_request request_of_vector(struct arena *mem, const json_t *v, int64_t at)
{
	static str host = S("www.example.com");
	json_t *headers = jr_get(v, "headers");
	struct strs *lines = NEW(mem, struct strs);
	struct sig_request rq = request(lines);

	lines->v = NEWS(mem, str, 16);
	for (void *it = jr_first(headers); it; it = jr_next(headers, it))
		lines->v[lines->n++] = strf(mem, "%.*s: %.*s", STR_F(jr_key(it)), STR_F(jr_text(jr_value(it))));
	rq.hosts = (struct strs){ &host, 1 };
	rq.now = at;
	rq.method = jr_str(v, "method");
	rq.target = jr_str(v, "path");
	rq.body = jr_str(v, "body");
	return rq;
}

static enum sig_reason judge_vector(struct arena *mem, const json_t *v, int64_t at, struct sig_key *rsa, struct sig_key *ed)
{
	struct sig_request rq = request_of_vector(mem, v, at);

	return judge(mem, &rq, str_eq(jr_str(v, "key"), S("ed25519")) ? ed : rsa);
}

/* What we think was signed. */
static str base_of_vector(struct arena *mem, const json_t *v, int64_t at)
{
	struct sig_request rq = request_of_vector(mem, v, at);
	long query = str_chr(rq.target, '?');
	struct sig s;

	assert_int_equal(sig_read(mem, &rq, &s), SIG_GOOD);
	if (s.rfc9421)
		return rfc9421_base(mem, &rq, &s);
	return cavage_base(mem, &rq, &s, query < 0 || jr_bool(v, "query_included", true) ? rq.target : str_to(rq.target, (size_t)query));
}

/* NULL where they are not. */
static json_t *vectors(struct arena *mem)
{
	const char *dir = getenv("SHARED");
	str path = dir ? strf(mem, "%s/federation/vectors/http-signatures.json", dir) : strf(mem, "%s/../shared/federation/vectors/http-signatures.json", getenv("SRC") ?: ".");
	str text = file(mem, path.p);
	json_t *doc = NULL;

	if (text.p)
		assert_int_equal(jr_parse(text, &doc), OK);
	else
		print_message("# the vectors are not here\n");
	return doc;
}

/* A header of a vector, or of what we made: the rest of the line with that name. */
static str said(const json_t *v, const char *name)
{
	return jr_str(jr_get(v, "headers"), name);
}

/* The bytes of a vector's signature. */
static str signature_of(struct arena *mem, const json_t *v)
{
	str text = said(v, "Signature");
	long at = str_find(text, S("signature=\""));

	if (str_eq(jr_str(v, "kind"), S("cavage")))
		return codec_unbase64(mem, str_to(str_from(text, (size_t)at + 11), text.n - (size_t)at - 12));
	return codec_unbase64(mem, str_to(str_from(text, strlen("sig1=:")), text.n - strlen("sig1=::")));
}

static str line_of(const struct strs *lines, const char *name)
{
	return header((void *)lines, str_of(name), 0);
}

/* RFC 9421 is sent in the very form of the vectors: all headers are the same to the byte. */
static void make_9421(struct arena *mem, const json_t *v, int64_t at, const struct sig_key *key)
{
	static const char *const names[] = { "Content-Digest", "Signature-Input", "Signature" };
	str body = jr_str(v, "body");
	struct sig_with with = { .key = key, .key_id = S("https://remote.domain/users/bob#main-key"), .now = at, .rfc9421 = true };
	struct strs lines;
	struct url u;

	assert_int_equal(url_parse(mem, str_cat(mem, S("https://www.example.com"), jr_str(v, "path")), &u), OK);
	lines = sig_sign(mem, &with, jr_str(v, "method"), &u, body);
	EACH(i, names)
	assert_str(line_of(&lines, names[i]), said(v, names[i]));
}

/* Every base that verifies is the one that we build, and signing it gives the same bytes. */
static void other_peoples_signatures_are_made_to_the_byte(void **state)
{
	struct arena mem ARENA_SCOPE;
	json_t *doc JR_SCOPE = vectors(&mem);
	struct sig_key *rsa, *ed;
	int made = 0, sent = 0;
	int64_t at;

	(void)state;
	if (!doc)
		return;
	assert_true(clock_parse_iso(jr_str(doc, "clock"), &at));
	rsa = key_private(jr_str(doc, "rsa_private_key_pem"));
	ed = key_private(jr_str(doc, "ed25519_private_key_pem"));
	for (size_t i = 0; i < jr_len(jr_get(doc, "vectors")); i++) {
		const json_t *v = jr_at(jr_get(doc, "vectors"), i);
		str base = jr_str(v, "verifies_with_base");
		struct sig_key *key = str_eq(jr_str(v, "key"), S("ed25519")) ? ed : rsa;

		if (!base.p)
			continue;
		made++;
		assert_str(codec_hex(&mem, key_sign(&mem, key, base)), codec_hex(&mem, signature_of(&mem, v)));
		if (!str_starts(jr_str(v, "expect"), S("accept")))
			continue;
		assert_str(base_of_vector(&mem, v, at), base);
		if (str_eq(jr_str(v, "kind"), S("rfc9421"))) {
			make_9421(&mem, v, at, key);
			sent++;
		}
	}
	assert_true(made >= 14 && sent >= 4);
	key_free(rsa);
	key_free(ed);
}

static void other_peoples_vectors_come_out_as_they_say(void **state)
{
	struct arena mem ARENA_SCOPE;
	json_t *doc JR_SCOPE = vectors(&mem);
	struct sig_key *rsa, *ed;
	int64_t at;

	(void)state;
	if (!doc)
		return;
	assert_true(clock_parse_iso(jr_str(doc, "clock"), &at));
	rsa = key_public(jr_str(doc, "rsa_public_key_pem"));
	ed = key_private(jr_str(doc, "ed25519_private_key_pem"));
	for (size_t i = 0; i < jr_len(jr_get(doc, "vectors")); i++) {
		const json_t *v = jr_at(jr_get(doc, "vectors"), i);
		str want = jr_str(v, "expect"), name = jr_str(v, "name");
		enum sig_reason r = judge_vector(&mem, v, at, rsa, ed);

		/* About finding the key, which is not done here. */
		if (str_eq(name, S("with an inaccessible key")))
			continue;
		if (str_eq(want, S("accept")) != !r)
			fail_msg("%.*s: %s", STR_F(name), sig_reason_name(r));
		if (str_find(want, S("400")) >= 0)
			assert_int_equal(sig_reason_status(r), 400);
	}
	key_free(rsa);
	key_free(ed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_openssl_signed_is_believed),
		cmocka_unit_test(signature_headers_that_cannot_be_read_are_refused_without_looking_for_a_key),
		cmocka_unit_test(dates_hosts_and_digests_are_held_to_the_rules),
		cmocka_unit_test(an_algorithm_that_contradicts_the_key_is_refused),
		cmocka_unit_test(what_we_sign_we_believe),
		cmocka_unit_test(message_signatures_with_gaps_are_refused),
		cmocka_unit_test(other_peoples_vectors_come_out_as_they_say),
		cmocka_unit_test(other_peoples_signatures_are_made_to_the_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
