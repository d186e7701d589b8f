#pragma once
/* A request as handlers see it: method, path, headers, parameters from wherever they came. */
#include "base/err.h"
#include "base/str.h"
#include "core/ctx.h"
#include "core/page.h"

enum method { M_GET, M_POST, M_PUT, M_PATCH, M_DELETE, M_OPTIONS, M_HEAD, M_OTHER };

struct multipart;
struct part; /* http/multipart.h */
struct reply;
struct route;

enum { RQ_ARGS = 4 };

struct pair {
	str name, value;
};

/* Owned by the thread that runs the handler; lives in cx->mem. */
struct request {
	struct ctx *cx;
	enum method method; /* HEAD is seen as M_GET */
	str path;           /* percent-decoded, valid UTF-8, without the query */
	str target;         /* path and query as sent, for signatures */
	str query;          /* raw, without '?' */
	str host;           /* the Host header, lower case, with its port if one was sent */
	str body;           /* raw */
	const struct pair *headers; /* as sent, in order */
	size_t headers_n;
	str args[RQ_ARGS];  /* what the ":names" of the route matched, in order */
	const struct route *route;
	bool resumed;       /* the handler runs again after rq_later() */
	void *later;        /* the arg of the last one */
	enum err (*then)(struct request *rq, struct reply *rp); /* goes on after a wait instead of the handler, if it says so */
	bool wants_as;      /* Accept asks for ActivityPub at least as much as for HTML */
	bool lengths_only;  /* HTTP/1.0: a body without a length has no end that can be told from a break */
	struct params *params; /* parsed on first use */
	void *conn;         /* the server's own */
	bool waiting;       /* rq_later() was called in this run */
	int instead;        /* of 404: what a signature deserves that proves nothing; 0: 404 */
	bool entered;       /* the set's enter() has run: before the body came */
	struct multipart *upload; /* the body of an R_BIG route, in pieces instead of rq->body; the server's own */
};

/* The header's value, or STR_NONE; names without case. With several of one name: the first. */
str rq_header(const struct request *rq, const char *name);
/* How often the header was sent; the signature check refuses doubles. */
int rq_header_count(const struct request *rq, const char *name);
str rq_cookie(const struct request *rq, const char *name);
/* "https://social.example.org" of the site asked, never from the Host header. */
str rq_base(const struct request *rq);
/* The path argument as an id; ERR_NOT_FOUND if it is not a positive decimal number. */
enum err rq_id(const struct request *rq, int arg, int64_t *id) MUST_CHECK;

/* For what must wait for the network: suspends the request without holding its thread, runs fn(cx, arg) on one of a few
 * slow threads, then calls the handler again with rq->resumed set. arg lives in cx->mem. Return its result from the
 * handler: return rq_later(rq, fn, arg); ERR_BUSY (503) when too many wait already. One call a run, four a
 * request; rq->resumed tells that the handler has been here before. */
enum err rq_later(struct request *rq, void (*fn)(struct ctx *cx, void *arg), void *arg) MUST_CHECK;
/* The same where others do the waiting, and no thread is held at all: start(arg, waiting) is called once the request is
 * suspended, must not wait, and sees to it that rq_go_on(waiting) is called exactly once, on any thread, from within start()
 * too. Before the server is stopped all must go on. */
enum err rq_wait(struct request *rq, void (*start)(void *arg, void *waiting), void *arg) MUST_CHECK;
void rq_go_on(void *waiting);

/* Parameters of query, form, multipart and JSON alike (clients mix them); body wins over query. Described by tables:
 *   struct post_in { str text; int64_t reply_to; bool sensitive; struct ids media; };
 *   static const struct param post_params[] = {
 *	P(post_in, text, P_STR, "status", 5000),
 *   };
 *   TRY(PARAMS(rq, post_params, &in));
 * Names are Rails': a[b] is nested, a[] a list; JSON {"a":{"b":1},"l":[1]} is read as a[b]=1&l[]=1. An absent parameter
 * leaves its member alone, so that defaults can be set before. */
enum param_kind {
	P_STR,  /* str; max: bytes, longer is ERR_INVALID */
	P_ID,   /* int64_t; what is no id becomes -1, which matches nothing; "" is absent */
	P_INT,  /* int64_t; clamped to what fits; rubbish is ERR_INVALID */
	P_BOOL, /* bool; true 1 on t yes, everything else is false; "" is absent */
	P_TRI,  /* int: 0 absent, 1 true, -1 false */
	P_IDS,  /* struct ids, of "name[]" or "name"; max: items, more are dropped */
	P_STRS, /* struct strs, of "name[]" or "name"; max: items, more is ERR_INVALID */
	P_TIME, /* int64_t ms from an ISO date; rubbish is ERR_INVALID */
};
struct param {
	const char *name;
	enum param_kind kind;
	size_t at;
	size_t max;
	size_t given_at; /* offset of a bool that says whether it was there; 0: not wanted */
};
#define P(t, member, kind, name, max) { name, kind, offsetof(struct t, member), max, 0 }
/* Also sets the bool member `given`, not for a list that is null. It must not be the first member. */
#define P_GIVEN(t, member, kind, name, max, given) { name, kind, offsetof(struct t, member), max, offsetof(struct t, given) }
#define PARAMS(rq, table, into) params_read(rq, table, sizeof(table) / sizeof((table)[0]), into)
enum err params_read(struct request *rq, const struct param *table, size_t n, void *into) MUST_CHECK;

/* One by hand: the last value of that exact name, or STR_NONE. */
str param_get(struct request *rq, const char *name);
/* Parsed names and values in order, for nested lists such as fields_attributes[0][name]. ERR_INVALID for a broken body. */
enum err params_all(struct request *rq, const struct pair **pairs, size_t *n) MUST_CHECK;
/* Rows of a nested list, of all pairs in order: list[0][member], or list[][member], where a member that the row has already
 * begins the next one. Begin with { .name = "list" }. */
struct param_rows {
	const char *name;
	size_t n; /* rows so far, the one of the pair among them */
	str index, had[8];
	size_t had_n;
};
/* Is the pair of the list? *member: its name. */
bool param_row(struct param_rows *rows, const struct pair *pair, str *member);
/* An uploaded file by the name of its part (http/multipart.h), whose descriptor stays the request's; ERR_NOT_FOUND without
 * one. On routes with R_BIG it is a file on disk, elsewhere in memory. */
enum err param_file(struct request *rq, const char *name, const struct part **file) MUST_CHECK;

/* max_id, since_id, min_id, limit as every list takes them. limit is clamped to 1..most; negative counts as positive. */
enum err rq_page(struct request *rq, int64_t standard, int64_t most, struct page *page) MUST_CHECK;
