/* Old doors: addresses that other servers and browsers still know, each leading to the one that is used now. */
#include "base/arena.h"
#include "base/buf.h"
#include "web/html.h"
#include "web/web.h"

enum { ADDRESS_MAX = 4096 };

static enum err go(struct request *rq, struct reply *rp, str path, str name, str value)
{
	struct buf b = buf_new(rq->cx->mem, 3 * ADDRESS_MAX + 64);

	buf_add(&b, path);
	buf_byte(&b, '?');
	buf_add(&b, name);
	buf_byte(&b, '=');
	buf_pct(&b, value);
	if (str_none(buf_str(&b)))
		return web_problem(rq, rp, 400, "That request could not be understood");
	reply_redirect(rp, 302, buf_str(&b));
	return OK;
}

/* ?acct=user@host, of servers before WebFinger's template led to /authorize_interaction. */
enum err web_authorize_follow(struct request *rq, struct reply *rp)
{
	str acct = str_or(param_get(rq, "acct"), S(""));

	if (!acct.n || acct.n > ADDRESS_MAX)
		return web_problem(rq, rp, 400, "That request could not be understood");
	return go(rq, rp, S("/authorize_interaction"), S("uri"), acct);
}

/* ?uri=web+ap://host/path, which browsers may hand to a site: what is at https://host/path. */
enum err web_well_known_proxy(struct request *rq, struct reply *rp)
{
	str uri = str_or(param_get(rq, "uri"), S(""));

	if (!str_skip(&uri, S("web+ap://")) || !uri.n || uri.n > ADDRESS_MAX)
		return web_problem(rq, rp, 400, "That request could not be understood");
	return go(rq, rp, S("/authorize_interaction"), S("uri"), str_cat(rq->cx->mem, S("https://"), uri));
}

/* The value of that name in a query, still percent-encoded. */
static str raw_value(str query, const char *name)
{
	for (str pair; str_cut(&query, '&', &pair);) {
		str key;

		if (str_cut(&pair, '=', &key) && str_eq(key, str_of(name)) && pair.n)
			return pair;
	}
	return STR_NONE;
}

/* Encoded already by who made it: only what may stand in a query is let through. */
static bool query_safe(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f || strchr("\"<>\\#&", s.p[i]))
			return false;
	return true;
}

/* ?uri=web+mastodon://follow?uri=acct:... and web+mastodon://share?text=..., which browsers may hand to a site. */
enum err web_intent(struct request *rq, struct reply *rp)
{
	static const struct {
		const char *what, *name, *path;
	} doors[] = { { "follow", "uri", "/authorize_interaction?uri=" }, { "share", "text", "/share?text=" } };
	str uri = str_or(param_get(rq, "uri"), S("")), host;

	if (uri.n <= ADDRESS_MAX && str_skip(&uri, S("web+mastodon://")) && str_cut(&uri, '?', &host) && uri.n) {
		str_chop(&host, S("/"));
		for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
			str value = raw_value(uri, doors[i].name);

			if (!str_eq(host, str_of(doors[i].what)) || !value.n || !query_safe(value))
				continue;
			reply_redirect(rp, 302, str_cat(rq->cx->mem, str_of(doors[i].path), value));
			return OK;
		}
	}
	return web_problem(rq, rp, 404, "Nothing was found at that address");
}
