#pragma once
/* Connections, limits and deadlines: bytes to requests and back, on libmicrohttpd. */
#include "core/ctx.h"
#include "http/router.h"

struct server;
struct server_options {
	str listen;                /* "127.0.0.1:8420", "[::1]:0", "8420" */
	struct strs trusted;       /* proxies whose X-Forwarded-For counts: addresses */
	int threads, slow_threads; /* slow: for rq_later() */
	int max_connections, max_per_ip;
	int max_streams;           /* that descriptors should suffice for */
	size_t body_max, upload_max; /* 1 MiB for JSON and forms, 413 past it; of multipart bodies of R_BIG routes */
	const char *upload_dir;      /* where uploads wait, as files without a name */
	/* Which site a Host header (lower case) means; NULL answers 421. */
	const struct site *(*site_of)(struct app *app, str host);
};
/* Listens and serves from its own threads. ERR_BUSY: the address is taken; *why is a sentence in mem. */
enum err server_start(struct app *app, const struct server_options *o, const struct route_set *const *sets, int sets_n,
                      struct arena *mem, struct server **out, str *why) MUST_CHECK;
/* The port really bound. */
int server_port(const struct server *s);
/* Stops accepting, lets running requests end (at most drain_ms), closes. Work of rq_later() that has begun is waited for
 * however long it takes: bound it by its own timeouts. */
void server_stop(struct server *s, int64_t drain_ms);
