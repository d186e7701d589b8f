/* URLs, references and domain names. What is taken reads the same again, and libcurl reads the same host and port in it:
 * no two parsers of ours may disagree. First line: a URL or a domain; second line: a reference to resolve. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)               \
	do {                     \
		if (!(cond))     \
			abort(); \
	} while (0)

static void curl_agrees(struct arena *mem, const struct url *u)
{
	CURLU *c = curl_url();
	char *host = NULL, *port = NULL, *scheme = NULL;
	str theirs;

	MUST(c && !curl_url_set(c, CURLUPART_URL, cstr(mem, u->whole), CURLU_PATH_AS_IS));
	MUST(!curl_url_get(c, CURLUPART_HOST, &host, 0) && !curl_url_get(c, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT));
	MUST(!curl_url_get(c, CURLUPART_SCHEME, &scheme, 0));
	theirs = str_of(host);
	str_skip(&theirs, S("["));
	str_chop(&theirs, S("]"));
	MUST(str_eq(theirs, u->host));
	MUST(atoi(port) == u->port);
	MUST(str_eq(str_of(scheme), u->https ? S("https") : S("http")));
	curl_free(host);
	curl_free(port);
	curl_free(scheme);
	curl_url_cleanup(c);
}

static void check(struct arena *mem, const struct url *u)
{
	struct url again;

	for (size_t i = 0; i < u->host.n; i++)
		MUST(strchr("abcdefghijklmnopqrstuvwxyz0123456789.-:", u->host.p[i]));
	MUST(u->host.n && u->target.n && u->target.p[0] == '/');
	MUST(u->port > 0 && u->port < 65536);
	MUST(!url_parse(mem, u->whole, &again));
	MUST(str_eq(again.whole, u->whole) && str_eq(again.host, u->host) && str_eq(again.target, u->target));
	MUST(url_same_origin(u->whole, again.origin));
	curl_agrees(mem, u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str rest = str_n(size ? (const char *)data : "", size), first, domain, again;
	struct url base, u;

	str_cut(&rest, '\n', &first);
	if (!url_parse(&mem, first, &base)) {
		check(&mem, &base);
		if (rest.p && !url_join(&mem, &base, rest, &u))
			check(&mem, &u);
	}
	if (!url_domain(&mem, first, &domain)) {
		MUST(!url_domain(&mem, domain, &again) && str_eq(again, domain));
		MUST(!url_domain(&mem, url_domain_shown(&mem, domain), &again) && str_eq(again, domain));
	}
	return 0;
}
