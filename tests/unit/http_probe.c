/* A tiny server for the tests that speak raw HTTP: a few routes that show what a handler sees. Prints its port, serves
 * until its input ends, then stops as a server does. Arguments: connections in all, of one address. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/site.h"
#include "http/multipart.h"
#include "http/server.h"
#include "no_db.h"

static const struct site probe = { .id = 1, .domain = { "probe.test", 10 }, .host = { "probe.test", 10 },
	                           .base = { "https://probe.test", 18 } };
static _Atomic int memo_runs;

static const struct site *site_of(struct app *app, str host)
{
	(void)app;
	return str_eq(host, probe.host) || str_eq(host, S("probe.test:8080")) ? &probe : NULL;
}

static enum err get_memo(struct request *rq, struct reply *rp)
{
	char *text = NEWS(rq->cx->mem, char, 2048);

	memset(text, 'x', 2048);
	reply_text(rp, 200, "text/plain", str_n(text, 2048));
	reply_header(rp, "X-Runs", strf(rq->cx->mem, "%d", ++memo_runs));
	return OK;
}

static enum err get_plain(struct request *rq, struct reply *rp)
{
	TRY(get_memo(rq, rp));
	return OK;
}

static enum err echo(struct request *rq, struct reply *rp)
{
	const struct pair *pairs;
	size_t n;
	struct jw *w;

	TRY(params_all(rq, &pairs, &n));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_int(w, "body", (int64_t)rq->body.n);
	jw_str(w, "path", rq->path);
	jw_str(w, "target", rq->target);
	jw_str(w, "host", rq->host);
	jw_str(w, "address", rq->cx->address);
	jw_str(w, "arg", rq->args[0]);
	jw_bool(w, "as", rq->wants_as);
	jw_str(w, "x", rq_header(rq, "X"));
	jw_int(w, "headers", (int64_t)rq->headers_n);
	jw_int(w, "pairs", (int64_t)n);
	jw_arr(w, "params");
	for (size_t i = 0; i < n && i < 20; i++) {
		jw_str(w, NULL, pairs[i].name);
		jw_str(w, NULL, pairs[i].value);
	}
	jw_end(w);
	jw_end(w);
	return OK;
}

static enum err upload(struct request *rq, struct reply *rp)
{
	const struct part *file;
	char first[8] = "";

	TRY(param_file(rq, "file", &file));
	if (file->fd >= 0 && pread(file->fd, first, sizeof(first) - 1, 0) < 0)
		return ERR_INTERNAL;
	reply_text(rp, 200, "text/plain",
	           strf(rq->cx->mem, "%lld %.*s %s %.*s", (long long)file->size, STR_F(file->type), first, STR_F(param_get(rq, "text"))));
	return OK;
}

static enum err bump(struct request *rq, struct reply *rp)
{
	(void)rq;
	no_db_version++;
	reply_empty(rp);
	return OK;
}

struct wait {
	int64_t ms;
	int ran;
};

static void slow(struct ctx *cx, void *arg)
{
	struct wait *wait = arg;

	(void)cx;
	usleep((useconds_t)wait->ms * 1000);
	wait->ran++;
}

static enum err later(struct request *rq, struct reply *rp)
{
	struct wait *wait;
	int64_t again = 0;

	/* A free argument carries the struct over to the second run. */
	if (!rq->resumed) {
		wait = NEW(rq->cx->mem, struct wait);
		str_int(param_get(rq, "ms"), &wait->ms);
		rq->args[RQ_ARGS - 1] = str_n((const char *)wait, sizeof(*wait));
		return rq_later(rq, slow, wait);
	}
	wait = (struct wait *)(uintptr_t)rq->args[RQ_ARGS - 1].p;
	str_int(param_get(rq, "again"), &again);
	if (wait->ran <= again)
		return rq_later(rq, slow, wait);
	reply_text(rp, 200, "text/plain", strf(rq->cx->mem, "ran %d", wait->ran));
	return OK;
}

static void *go_on(void *waiting)
{
	usleep(20000);
	rq_go_on(waiting);
	return NULL;
}

static void wait_elsewhere(void *arg, void *waiting)
{
	struct wait *wait = arg;
	pthread_t t;

	wait->ran++;
	if (!wait->ms) {
		rq_go_on(waiting);
		return;
	}
	pthread_create(&t, NULL, go_on, waiting);
	pthread_detach(t);
}

static enum err waited(struct request *rq, struct reply *rp)
{
	struct wait *wait = rq->later;

	if (wait->ran < 2)
		return rq_wait(rq, wait_elsewhere, wait);
	reply_text(rp, 200, "text/plain", strf(rq->cx->mem, "ran %d", wait->ran));
	return OK;
}

/* Runs once: another function goes on after the wait. */
static enum err then(struct request *rq, struct reply *rp)
{
	struct wait *wait = NEW(rq->cx->mem, struct wait);

	(void)rp;
	str_int(param_get(rq, "ms"), &wait->ms);
	rq->then = waited;
	return rq_wait(rq, wait_elsewhere, wait);
}

static long read_stream(void *arg, int64_t at, char *to, size_t n)
{
	(void)arg;
	for (size_t i = 0; i < n; i++)
		to[i] = (char)('a' + (at + (int64_t)i) % 26);
	return (long)n;
}

static enum err get_stream(struct request *rq, struct reply *rp)
{
	int64_t size = 0;

	str_int(param_get(rq, "size"), &size);
	reply_stream(rp, "application/octet-stream", size, read_stream, NULL);
	return OK;
}

static enum err links(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_empty(rp);
	reply_links(rp, 9, 3);
	reply_cookie(rp, "s", S("v"), 60);
	return OK;
}

static enum err health(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_text(rp, 200, "text/plain", S("OK"));
	return OK;
}

static enum err broken(struct request *rq, struct reply *rp)
{
	(void)rp;
	return fail(rq->cx, ERR_INTERNAL, "secret reason");
}

static enum err actor(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_text(rp, 200, "application/activity+json", S("{}"));
	return OK;
}

static const struct route site_routes[] = {
	{ M_GET, "/memo", get_memo, R_MEMO, NULL },
	{ M_GET, "/plain", get_plain, 0, NULL },
	{ M_GET, "/echo", echo, 0, NULL },
	{ M_POST, "/echo", echo, 0, NULL },
	{ M_POST, "/upload", upload, R_BIG, NULL },
	{ M_POST, "/bump", bump, 0, NULL },
	{ M_GET, "/later", later, 0, NULL },
	{ M_GET, "/then", then, 0, NULL },
	{ M_GET, "/stream", get_stream, 0, NULL },
	{ M_GET, "/links", links, 0, NULL },
	{ M_GET, "/health", health, R_ANY_HOST, NULL },
	{ M_GET, "/broken", broken, 0, NULL },
	{ M_GET, "/users/:name", actor, R_AS, NULL },
	{ M_GET, "/users/:name", echo, 0, NULL },
	{ M_GET, "/@:name", echo, 0, NULL },
};
static const struct route_set site_set = { NULL, site_routes, sizeof(site_routes) / sizeof(site_routes[0]), NULL, NULL, NULL };

static const struct route api_routes[] = {
	{ M_GET, "/api/v1/things/new", echo, 0, NULL },
	{ M_GET, "/api/v1/things/:id", echo, 0, NULL },
	{ M_POST, "/api/v1/things/:id/follow", echo, 0, NULL },
};

static void api_leave(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_header(rp, "Access-Control-Allow-Origin", S("*"));
}

static const struct route_set api_set = { "/api/", api_routes, 3, NULL, NULL, api_leave };
static const struct route_set *const sets[] = { &api_set, &site_set };

int main(int argc, char **argv)
{
	struct arena mem ARENA_SCOPE;
	struct app app = { .dbs = no_dbs };
	str local = S("127.0.0.9"), why = S("");
	struct server_options o = {
		.listen = S("127.0.0.1:0"),
		.trusted = { &local, 1 },
		.threads = 4,
		.slow_threads = 2,
		.max_connections = argc > 1 ? atoi(argv[1]) : 100,
		.max_per_ip = argc > 2 ? atoi(argv[2]) : 50,
		.body_max = 1 << 20,
		.upload_max = 4 << 20,
		.upload_dir = "/tmp",
		.site_of = site_of,
	};
	struct server *s;
	int64_t began;
	char c;

	if (getenv("PROBE_DEBUG"))
		log_set_level(LOG_DEBUG);
	if (server_start(&app, &o, sets, 2, &mem, &s, &why)) {
		fprintf(stderr, "%.*s\n", STR_F(why));
		return 1;
	}
	printf("%d\n", server_port(s));
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	began = clock_mono();
	server_stop(s, 3000);
	printf("stopped in %lld ms\n", (long long)(clock_mono() - began));
	return 0;
}
