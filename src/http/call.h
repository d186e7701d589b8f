#pragma once
/* One request from its headers to its last byte, as the server sees it. */
#include <microhttpd.h>

#include "base/arena.h"
#include "http/conns.h"
#include "http/heads.h"
#include "http/later.h"
#include "http/match.h"
#include "http/memo.h"
#include "http/multipart.h"
#include "http/server.h"
#include "http/streams.h"

/* Owned by the connection's thread; by a slow thread while it is suspended. On the heap until the answer is sent. */
struct call {
	struct call *next; /* in the queue of the slow threads */
	struct server *server;
	struct conn *conn;
	struct MHD_Connection *mhd;
	struct arena mem;
	struct ctx cx;
	struct request rq;
	struct reply rp;
	struct routed to;
	char *body; /* malloc: grows in place */
	size_t body_n, body_size, body_max;
	struct multipart *upload; /* takes the body apart as it comes */
	size_t upload_n;
	int64_t began;
	bool refused; /* in the middle of its body */
	bool memo;    /* this request may be answered from there, and remembered */
	str memo_host;
	uint64_t version; /* of the data, when the request began */
	void (*later)(struct ctx *cx, void *arg);
	void *later_arg;
	int waits;          /* so often already */
	bool later_dropped; /* the server stops: not run */
	void (*start)(void *arg, void *waiting); /* rq_wait() */
	bool waited;
	bool gone;          /* its connection is a stream's now */
};

struct server {
	struct app *app;
	struct server_options o;
	struct conns_options co;
	struct MHD_Daemon *daemon;
	struct router *router;
	struct conns *conns;
	struct memo *memo;
	struct later *slow;
	struct streams *streams;
	pthread_t reaper;
	int port, listen_fd;
	_Atomic bool stopping;
	_Atomic int running;       /* requests between headers and answer sent */
	_Atomic int waiting;       /* of them, those in rq_wait() */
	_Atomic size_t body_bytes; /* of large bodies being received */
};

/* The headers are complete: checks them, and prepares for a body if there is to be one. */
enum MHD_Result call_begin(struct server *s, struct conn *conn, struct MHD_Connection *mhd, const char *method,
                           const char *url, const char *version);
/* There is no body: answers from the memo, or by a call that begins now. */
enum MHD_Result call_bodyless(struct server *s, struct conn *conn, struct MHD_Connection *mhd, str method);
enum MHD_Result call_data(struct call *call, const char *data, size_t *n);
/* All of the body is there, or the slow work is done. */
enum MHD_Result call_run(struct call *call);
void call_end(struct call *call);
