/* Parameters by every way in: the first byte says which, the rest is a query, a form or JSON; then a path for the
 * router, a header for the framing checks and an Accept. Whatever comes out must keep its promises. */
#include <stddef.h>
#include <stdlib.h>

#include "base/arena.h"
#include "http/heads.h"
#include "http/match.h"
#include "http/params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct in {
	int64_t id, number, when;
	str text;
	bool flag;
	int tri;
	struct ids ids;
	struct strs strs;
	struct page page;
};

static const struct param table[] = {
	P(in, id, P_ID, "id", 0), P(in, number, P_INT, "n", 0), P(in, when, P_TIME, "t", 0), P(in, text, P_STR, "s", 20),
	P(in, flag, P_BOOL, "b", 0), P(in, tri, P_TRI, "r", 0), P(in, ids, P_IDS, "i", 4), P(in, strs, P_STRS, "l", 4),
};

static enum err nothing(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_empty(rp);
	return OK;
}

static const struct route routes[] = {
	{ M_GET, "/a/:x", nothing, 0, NULL },
	{ M_GET, "/a/b/:x/c/:y", nothing, 0, NULL },
	{ M_GET, "/@:x", nothing, R_AS, NULL },
	{ M_POST, "/", nothing, 0, NULL },
};
static const struct route_set set = { "/", routes, 4, NULL, NULL, NULL };
static const struct route_set *const sets[] = { &set };

static void try_params(struct request *rq)
{
	struct in in = { 0 };
	struct param_rows rows = { .name = "a" };
	const struct pair *v;
	struct page page;
	str member;
	size_t n;

	if (!params_read(rq, table, sizeof(table) / sizeof(table[0]), &in)) {
		BUG_IF(in.ids.n > 4 || in.strs.n > 4 || in.text.n > 20);
		BUG_IF(params_all(rq, &v, &n) || n > PAIRS_MAX);
		for (size_t i = 0; i < n; i++) {
			BUG_IF(!str_utf8(v[i].name) || (v[i].value.p && !str_utf8(v[i].value)));
			BUG_IF(param_row(&rows, &v[i], &member) && (!rows.n || rows.n > i + 1 || !str_utf8(member)));
		}
	}
	if (!rq_page(rq, 20, 40, &page))
		BUG_IF(page.limit < 1 || page.limit > 40);
}

static void try_path(struct request *rq, str text)
{
	struct router *r = router_new(sets, 1);
	struct reply rp = { .rq = rq, .status = 200 };
	struct routed to;

	rq->target = text;
	if (!router_find(r, rq, &to)) {
		BUG_IF(!str_utf8(rq->path));
		router_run(&to, rq, &rp);
		reply_links(&rp, 5, 3);
		for (int i = 0; i < rp.headers_n; i++)
			BUG_IF(memchr(rp.headers[i].value.p, '\n', rp.headers[i].value.n));
	}
	router_free(r);
}

static void try_heads(str text)
{
	struct heads *h = calloc(1, sizeof(*h));
	str name;

	BUG_IF(!h);
	(void)accept_as(text);
	for (str line; str_cut(&text, '\n', &line);) {
		str_cut(&line, ':', &name);
		heads_add(h, name, line.p ? line : S(""));
	}
	(void)heads_check(h, S("HTTP/1.1"));
	free(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	str text = size ? str_n((const char *)data + 1, size - 1) : S("");
	struct pair type = { S("Content-Type"), S("application/json") };
	struct ctx cx;
	struct request rq = { .cx = &cx, .headers = &type, .headers_n = 1, .target = S("/") };

	ctx_init(&cx, NULL, &mem);
	switch (size ? data[0] : 0) {
	case 'q': rq.query = text; break;
	case 'f': type.value = S("application/x-www-form-urlencoded"); rq.body = text; break;
	case 'j': rq.body = text; break;
	case 'p': try_path(&rq, text); return 0;
	case 'h': try_heads(text); return 0;
	default: return 0;
	}
	try_params(&rq);
	return 0;
}
