#pragma once
/* A request as the server would have read it, for tests without one. */
#include "core/site.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/request.h"
#include "no_db.h"

static const struct site here = { .id = 1, .base = { "https://here.test", 17 } };

struct asked {
	struct arena mem;
	struct ctx cx;
	struct request rq;
	struct reply rp;
	struct pair headers[4];
};

static inline void asked_done(struct asked *a)
{
	arena_free(&a->mem);
}
#define ASKED __attribute__((cleanup(asked_done)))

static inline void ask(struct asked *a, const char *target, const char *type, str body)
{
	long mark = str_chr(str_of(target), '?');

	*a = (struct asked){ 0 };
	ctx_init(&a->cx, NULL, &a->mem);
	a->cx.site = &here;
	a->rq = (struct request){ .cx = &a->cx, .method = M_GET, .target = str_of(target), .body = body, .headers = a->headers };
	a->rq.query = mark < 0 ? S("") : str_from(a->rq.target, (size_t)mark + 1);
	a->rp = (struct reply){ .rq = &a->rq, .status = 200 };
	if (type)
		a->headers[a->rq.headers_n++] = (struct pair){ S("content-TYPE"), str_of(type) };
}
