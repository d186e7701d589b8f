/* Signatures of both kinds. The input is a request: a line "METHOD TARGET", header lines, an empty line, the body. Nothing
 * may be believed that is not covered, and nobody can sign for the key used here. */
#include <stdlib.h>

#include "base/arena.h"
#include "net/httpsig.h"
#include "net/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)               \
	do {                     \
		if (!(cond))     \
			abort(); \
	} while (0)

static str header(void *arg, str name, size_t at)
{
	const struct strs *lines = arg;

	for (size_t i = 0; i < lines->n; i++) {
		str rest = lines->v[i], own;

		if (str_cut(&rest, ':', &own) && rest.p && str_ieq(own, name) && !at--)
			return rest;
	}
	return STR_NONE;
}

static void check(struct arena *mem, const struct sig_request *rq)
{
	static struct sig_key *keys[2];
	struct sig s;
	enum sig_reason r = sig_read(mem, rq, &s);
	str query = S("@target-uri");

	if (!keys[0]) {
		keys[0] = key_multikey(S("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"));
		keys[1] = key_ref(keys[0]);
	}
	MUST(sig_reason_name(r) && (r == SIG_GOOD) == !sig_reason_status(r));
	if (r)
		return;
	MUST(s.key_id.n && s.bytes.n && s.covered.n);
	if (s.rfc9421) {
		MUST(s.created && strs_has(s.covered, S("@method")));
		MUST(strs_has(s.covered, query) || strs_has(s.covered, S("@authority")));
	} else {
		MUST(strs_has(s.covered, S("(request-target)")) && strs_has(s.covered, S("host")));
	}
	MUST(!str_eq(rq->method, S("POST")) || strs_has(s.covered, S("digest")) || strs_has(s.covered, S("content-digest")));
	MUST(sig_verify(mem, rq, &s, keys[0]) != SIG_GOOD);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str ours = S("local.test"), rest = str_n(size ? (const char *)data : "", size), line, method;
	struct strs lines = { NEWS(&mem, str, 64), 0 };
	struct sig_request rq = { .hosts = { &ours, 1 }, .now = 1795395723000, .header = header, .arg = &lines };

	str_cut(&rest, '\n', &line);
	str_cut(&line, ' ', &method);
	rq.method = method;
	rq.target = line.p ? line : S("/");
	while (lines.n < 64 && str_cut(&rest, '\n', &line) && line.n)
		lines.v[lines.n++] = line;
	rq.body = rest;
	check(&mem, &rq);
	return 0;
}
