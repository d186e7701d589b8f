/* The life of a request. Headers first: whatever can be refused by them is, before a byte of the body is read. Then the
 * body, counted as it comes. Then the handler, perhaps a wait on a slow thread, and the answer. The memo is asked before
 * anything is allocated. */
#include "http/call.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/site.h"
#include "http/wire.h"

enum { STREAM_PIECE = 32 * 1024,
       BODY_FIRST = 16 * 1024 };

static const struct refusal {
	int status;
	const char *text;
} refusals[] = {
	{ 400, "Bad request" },
	{ 413, "The body is too large" },
	{ 414, "The address is too long" },
	{ 417, "Expectation failed" },
	{ 421, "No site of that name is here" },
	{ 431, "Too many headers" },
	{ 500, "Something went wrong on this server" },
	{ 501, "Method not implemented" },
	{ 503, "Busy at the moment, try again later" },
	{ 505, "HTTP version not supported" },
	{ 507, "The disk of this server is full" },
};

static const struct refusal *refusal_of(int status)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].status == status)
			return &refusals[i];
	return &refusals[0];
}

static void add_defaults(struct MHD_Response *r)
{
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Referrer-Policy", "same-origin");
}

/* An answer without a handler; the connection is closed after it. */
static enum MHD_Result refuse(struct conn *conn, struct MHD_Connection *mhd, int status)
{
	const struct refusal *why = refusal_of(status);
	bool api = str_starts(str_n(conn->target, conn->target_n), S("/api/"));
	char text[120];
	int n = snprintf(text, sizeof(text), api ? "{\"error\":\"%s\"}" : "%s\n", why->text);
	struct MHD_Response *r = MHD_create_response_from_buffer((size_t)n, text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!r)
		return MHD_NO;
	add_defaults(r);
	MHD_add_response_header(r, "Content-Type", api ? "application/json; charset=utf-8" : "text/plain; charset=utf-8");
	MHD_add_response_header(r, "Connection", "close");
	conn_enter(conn, PHASE_SEND);
	result = MHD_queue_response(mhd, (unsigned)status, r);
	MHD_destroy_response(r);
	LOG(LOG_DEBUG, "refused", LI("status", status), LS("target", str_n(conn->target, conn->target_n)));
	return result;
}

/* The library queues no answer while a body is coming. So the refusal is written by hand, and what the client still sends
 * is thrown away for a moment: closing at once would reset the connection before the client has read why. */
static void refuse_body(struct call *call, int status, str json)
{
	struct buf b = buf_new(&call->mem, 16 * 1024);
	str text;

	buf_addf(&b, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n"
	             "X-Content-Type-Options: nosniff\r\n",
	         status, MHD_get_reason_phrase_for((unsigned)status));
	for (int i = 0; i < call->rp.headers_n; i++)
		buf_addf(&b, "%s: %.*s\r\n", call->rp.headers[i].name, STR_F(call->rp.headers[i].value));
	buf_addf(&b, "Content-Length: %zu\r\n\r\n%.*s", json.n, STR_F(json));
	text = buf_str(&b);
	if (send(call->conn->fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)text.n)
		shutdown(call->conn->fd, SHUT_WR);
	call->refused = true;
	multipart_close(call->upload);
	conn_enter(call->conn, PHASE_LINGER);
	LOG(LOG_DEBUG, "refused", LI("status", status), LS("target", call->rq.target));
}

static void refuse_status(struct call *call, int status)
{
	refuse_body(call, status, strf(&call->mem, "{\"error\":\"%s\"}", refusal_of(status)->text));
}

static str lower_host(struct arena *mem, str host)
{
	return host.p ? str_lower(mem, host) : S("");
}

static const struct site *site_for(struct server *s, str host)
{
	const struct site *site = s->o.site_of(s->app, host);

	/* Some clients name the standard port. */
	if (!site && (str_chop(&host, S(":443")) || str_chop(&host, S(":80"))))
		site = s->o.site_of(s->app, host);
	return site;
}

static str client_address(struct server *s, struct conn *conn, const struct heads *h, struct arena *mem)
{
	struct address a = conn->address;
	char text[ADDRESS_TEXT];

	if (conn->trusted && h->forwarded.p)
		a = address_forwarded(h->forwarded, &s->co.trusted, &conn->address);
	return str_dup(mem, address_text(&a, text));
}

static str request_id(struct arena *mem)
{
	static _Atomic uint64_t counter;
	uint64_t v = (atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed) + (uint64_t)clock_now()) *
	             0x9e3779b97f4a7c15u;

	return strf(mem, "%08x", (unsigned)(v >> 32));
}

static void set_request(struct call *call, const struct heads *h, str method)
{
	struct request *rq = &call->rq;
	struct pair *v = NEWS(&call->mem, struct pair, h->n + 1);

	memcpy(v, h->v, h->n * sizeof(*v));
	*rq = (struct request){
		.cx = &call->cx,
		.method = method_of(method),
		.target = str_n(call->conn->target, call->conn->target_n),
		.host = lower_host(&call->mem, h->host),
		.headers = v,
		.headers_n = h->n,
		.wants_as = accept_as(h->accept),
		.lengths_only = call->conn->old,
		.conn = call,
	};
	call->rp = (struct reply){ .rq = rq, .status = 200 };
}

static struct call *call_new(struct server *s, struct conn *conn, struct MHD_Connection *mhd)
{
	struct call *call = calloc(1, sizeof(*call));

	BUG_IF(!call);
	call->server = s;
	call->conn = conn;
	call->mhd = mhd;
	call->began = clock_mono();
	conn->call = call;
	conn->received = 0;
	atomic_fetch_add(&s->running, 1);
	ctx_init(&call->cx, s->app, &call->mem);
	call->cx.request_id = request_id(&call->mem);
	return call;
}

static enum MHD_Result refuse_call(struct call *call, int status)
{
	call->refused = true;
	return refuse(call->conn, call->mhd, status);
}

/* Room for it here and in the database. Where that cannot be told it is seen when it is written. */
static bool room_for(const struct server *s, int64_t length)
{
	struct statvfs fs;

	return !s->o.upload_dir || statvfs(s->o.upload_dir, &fs) ||
	       (uint64_t)length <= (uint64_t)fs.f_bavail * fs.f_frsize / 2;
}

/* Whoever may not upload is told before they do; of what is small, after it has come, as elsewhere. False: told. */
static bool expect_upload(struct call *call, int64_t length)
{
	str type = rq_header(&call->rq, "Content-Type");
	bool large = !length || (uint64_t)length > call->body_max;

	if (large && router_refuses(&call->to, &call->rq, &call->rp)) {
		refuse_body(call, call->rp.status, call->rp.is_json ? jw_done(&call->rp.json) : S("{}"));
		return false;
	}
	if (str_istarts(type, S("multipart/form-data")))
		call->upload = multipart_new(&call->mem, type, call->server->o.upload_dir, call->server->o.body_max);
	if (!call->upload)
		return true;
	call->rq.upload = call->upload;
	call->body_max = call->server->o.upload_max;
	if (!room_for(call->server, length)) {
		refuse_status(call, 507);
		return false;
	}
	return true;
}

/* How large the body may be, and how long it may take. */
static enum MHD_Result expect_body(struct call *call, const struct heads *h)
{
	int64_t length = 0;

	call->body_max = call->server->o.body_max;
	if (h->lengths)
		str_int(h->length, &length);
	if (call->to.route && call->to.route->flags & R_BIG && (h->lengths || h->encodings) && !expect_upload(call, length))
		return MHD_YES;
	if ((uint64_t)length > call->body_max) {
		if (h->expect.p)
			return refuse_call(call, 413);
		refuse_status(call, 413);
		return MHD_YES;
	}
	call->conn->heard = clock_mono();
	conn_enter(call->conn, call->upload ? PHASE_UPLOAD : PHASE_BODY);
	return MHD_YES;
}

static enum MHD_Result scan(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value,
                            size_t value_n)
{
	(void)kind;
	heads_add(arg, str_n(name, name_n), str_n(value ? value : "", value ? value_n : 0));
	return MHD_YES;
}

static _Thread_local struct heads heads;
static _Thread_local const struct conn *heads_of; /* whose they are */

static void read_heads(struct conn *conn, struct MHD_Connection *mhd)
{
	memset(&heads, 0, offsetof(struct heads, v));
	MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, scan, &heads);
	heads_of = conn;
}

static enum MHD_Result begin(struct server *s, struct conn *conn, struct MHD_Connection *mhd, str method, bool memo,
                             uint64_t version)
{
	struct call *call = call_new(s, conn, mhd);

	set_request(call, &heads, method);
	call->memo = memo;
	call->memo_host = heads.host;
	call->version = version;
	call->cx.address = client_address(s, conn, &heads, &call->mem);
	if (call->rq.method == M_OTHER)
		return refuse_call(call, 501);
	if (router_find(s->router, &call->rq, &call->to))
		return refuse_call(call, 400);
	call->cx.site = site_for(s, call->rq.host);
	if (!call->cx.site && !(call->to.route && call->to.route->flags & R_ANY_HOST))
		return refuse_call(call, 421);
	return expect_body(call, &heads);
}

enum MHD_Result call_begin(struct server *s, struct conn *conn, struct MHD_Connection *mhd, const char *method,
                           const char *url, const char *version)
{
	int status;

	read_heads(conn, mhd);
	conn->begun = true;
	conn->old = !str_eq(str_of(version), S("HTTP/1.1"));
	status = conn->target_bad ? conn->target_bad : heads_check(&heads, str_of(version));
	if (!status && !wire_plain(method, url, conn->target_n, version, heads.v, heads.n))
		status = 400;
	if (status)
		return refuse(conn, mhd, status);
	/* An answer queued now would close the connection, as if a body were left unread. */
	if (!heads.lengths && !heads.encodings)
		return MHD_YES;
	return begin(s, conn, mhd, str_of(method), false, 0);
}

enum MHD_Result call_bodyless(struct server *s, struct conn *conn, struct MHD_Connection *mhd, str method)
{
	uint64_t data = s->app->dbs ? dbs_version(s->app->dbs) : 0;
	enum MHD_Result result;
	bool memo;

	if (heads_of != conn)
		read_heads(conn, mhd);
	memo = !heads.personal && !s->stopping && (str_eq(method, S("GET")) || str_eq(method, S("HEAD")));
	if (memo) {
		struct memo_key key = { heads.host, str_n(conn->target, conn->target_n), accept_as(heads.accept) };

		conn_enter(conn, PHASE_SEND);
		if (memo_answer(s->memo, &key, data, mhd, &result))
			return result;
	}
	result = begin(s, conn, mhd, method, memo, data);
	return conn->call && !conn->call->refused ? call_run(conn->call) : result;
}

/* Bodies count together, so that many of them cannot take all memory. */
static bool grow(struct call *call, size_t need)
{
	size_t size = call->body_size ? call->body_size : BODY_FIRST, all;
	struct server *s = call->server;
	char *p;

	if (need <= call->body_size)
		return true;
	while (size < need)
		size *= 2;
	all = atomic_fetch_add(&s->body_bytes, size - call->body_size) + size - call->body_size;
	if (size > BODY_FIRST && all > s->o.body_max * 64) {
		atomic_fetch_sub(&s->body_bytes, size - call->body_size);
		return false;
	}
	p = realloc(call->body, size);
	BUG_IF(!p);
	call->body = p;
	call->body_size = size;
	return true;
}

/* What is not well-formed is taken to its end, and then told like any other bad input. */
static void take_upload(struct call *call, str bytes)
{
	bool full = false;

	call->upload_n += bytes.n;
	call->conn->received = (int64_t)call->upload_n;
	call->conn->heard = clock_mono();
	if (multipart_add(call->upload, bytes, &full) != ERR_BUSY)
		return;
	LOG(LOG_ERROR, "http", LS("why", full ? S("no room for an upload") : S("an upload cannot be written")),
	    LS("folder", str_of(call->server->o.upload_dir)));
	refuse_status(call, full ? 507 : 503);
}

static void take_body(struct call *call, str bytes)
{
	if (!grow(call, call->body_n + bytes.n)) {
		refuse_status(call, 503);
		return;
	}
	memcpy(call->body + call->body_n, bytes.p, bytes.n);
	call->body_n += bytes.n;
	call->conn->received = (int64_t)call->body_n;
}

enum MHD_Result call_data(struct call *call, const char *data, size_t *n)
{
	str bytes = str_n(data, *n);

	*n = 0;
	if (call->refused)
		return MHD_YES;
	if (bytes.n > call->body_max - (call->upload ? call->upload_n : call->body_n))
		refuse_status(call, 413);
	else if (call->upload)
		take_upload(call, bytes);
	else
		take_body(call, bytes);
	return MHD_YES;
}

/* After this the call is its connection's thread's again. */
static void read_on(void *arg)
{
	struct call *call = arg;

	conn_enter(call->conn, PHASE_SEND);
	MHD_resume_connection(call->mhd);
}

static ssize_t stream(void *arg, uint64_t at, char *to, size_t n)
{
	struct call *call = arg;
	struct reply *rp = &call->rp;
	long got = rp->read(rp->read_arg, rp->skip + (int64_t)at, to, n);

	if (got == READ_OVER && rp->size < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (got == READ_LATER && rp->wait) {
		/* It is not the client that is slow. */
		conn_enter(call->conn, PHASE_WORK);
		MHD_suspend_connection(call->mhd);
		rp->wait(rp->read_arg, rp->skip + (int64_t)at, read_on, call);
		return 0;
	}
	return got > 0 && (size_t)got <= n ? got : MHD_CONTENT_READER_END_WITH_ERROR;
}

static bool is_memo(const struct call *call, str body)
{
	const struct reply *rp = &call->rp;

	if (!call->memo || !call->to.route || !(call->to.route->flags & R_MEMO) || rp->memo_no || rp->read || rp->release)
		return false;
	for (int i = 0; i < rp->headers_n; i++)
		if (str_ieq(str_of(rp->headers[i].name), S("Set-Cookie")))
			return false;
	return rp->status == 200 && body.n <= MEMO_ENTRY_MAX && !call->server->stopping;
}

/* From now on the library releases it. */
static struct MHD_Response *held_response(struct reply *rp)
{
	struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(
		rp->body.n, (void *)(uintptr_t)rp->body.p, rp->release, rp->held);

	if (r)
		rp->release = NULL;
	return r;
}

static struct MHD_Response *response_of(struct call *call, str body, bool copy)
{
	struct reply *rp = &call->rp;
	struct MHD_Response *r;

	if (rp->read && rp->size)
		r = MHD_create_response_from_callback(rp->size < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)rp->size, STREAM_PIECE, stream,
		                                      call, NULL);
	else if (rp->status == 304 && rp->size > 0) /* nothing is read: only its length is told */
		r = MHD_create_response_from_callback((uint64_t)rp->size, STREAM_PIECE, stream, call, NULL);
	else if (rp->release)
		r = held_response(rp);
	else
		r = MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p,
		                                    copy ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
	if (!r)
		return NULL;
	add_defaults(r);
	if (rp->type.n)
		MHD_add_response_header(r, "Content-Type", cstr(&call->mem, rp->type));
	for (int i = 0; i < rp->headers_n; i++)
		MHD_add_response_header(r, rp->headers[i].name, cstr(&call->mem, rp->headers[i].value));
	if (call->server->stopping)
		MHD_add_response_header(r, "Connection", "close");
	return r;
}

/* One line a request, but only what went wrong here is worth a line in the usual log: others are at debug, or a busy
 * server would write more log than answers. */
static void log_call(const struct call *call)
{
	int status = call->rp.status;

	LOG(status == 500 ? LOG_ERROR : status > 500 ? LOG_WARN
	                                             : LOG_DEBUG,
	    "http",
	    LS("method", call->rq.method == M_GET ? S("GET") : S("other")), LS("path", call->rq.path),
	    LI("status", status), LI("took", clock_mono() - call->began), LS("req", call->cx.request_id));
}

static enum MHD_Result answer(struct call *call)
{
	struct reply *rp = &call->rp;
	str body = rp->body;
	struct MHD_Response *r;
	enum MHD_Result result;
	bool memo;

	if (rp->is_json) {
		body = jw_done(&rp->json);
		if (str_none(body)) {
			reply_text(rp, 500, "text/plain; charset=utf-8", S("The answer is too large\n"));
			body = rp->body;
		}
	}
	if (rp->status == 204 || rp->status == 304)
		body = S("");
	memo = is_memo(call, body);
	r = response_of(call, body, memo);
	log_call(call);
	if (!r)
		return MHD_NO;
	conn_enter(call->conn, PHASE_SEND);
	result = MHD_queue_response(call->mhd, (unsigned)rp->status, r);
	if (memo)
		memo_put(call->server->memo, &(struct memo_key){ call->memo_host, call->rq.target, call->rq.wants_as },
		         call->version, rp->status, r, body.n);
	else
		MHD_destroy_response(r);
	return result;
}

/* The socket goes to the thread of streams and all that the library holds for the connection is freed: it is given the end
 * of a dead one under the same number. Suspended, it does not watch the socket; when it goes on it finds that end closed. */
static enum MHD_Result hand_over(struct call *call)
{
	struct reply *rp = &call->rp;
	int fd, dead[2];

	if (call->server->stopping || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, dead)) {
		reply_error(rp, ERR_BUSY);
		return answer(call);
	}
	close(dead[1]);
	MHD_suspend_connection(call->mhd);
	fd = fcntl(call->conn->fd, F_DUPFD_CLOEXEC, 0);
	if (fd >= 0) {
		conns_swap(call->server->conns, call->conn, dead[0]);
		streams_add(call->server->streams, fd, rp->format, rp->client, rp->body);
		rp->client = NULL;
	}
	close(dead[0]);
	call->gone = true;
	MHD_resume_connection(call->mhd);
	return MHD_YES;
}

enum MHD_Result call_run(struct call *call)
{
	struct request *rq = &call->rq;

	if (call->refused || call->gone)
		return MHD_NO;
	conn_enter(call->conn, PHASE_WORK);
	rq->body = str_n(call->body, call->body_n);
	if (call->later || call->waited) {
		rq->waiting = false;
		rq->resumed = true;
	}
	if (call->later_dropped)
		reply_error(&call->rp, ERR_BUSY);
	else
		router_run(&call->to, rq, &call->rp);
	if (!rq->waiting)
		return call->rp.client ? hand_over(call) : answer(call);
	MHD_suspend_connection(call->mhd);
	if (call->start) {
		void (*start)(void *arg, void *waiting) = call->start;

		call->start = NULL;
		call->waited = true;
		atomic_fetch_add(&call->server->waiting, 1);
		start(rq->later, call);
	} else {
		later_add(call->server->slow, call);
	}
	return MHD_YES;
}

void call_end(struct call *call)
{
	struct server *s = call->server;

	call->conn->call = NULL;
	atomic_fetch_sub(&s->body_bytes, call->body_size);
	atomic_fetch_sub(&s->running, 1);
	free(call->body);
	multipart_close(call->upload);
	if (call->rp.release)
		call->rp.release(call->rp.held);
	if (call->rp.client)
		hub_leave(call->rp.client); /* nobody took it */
	arena_free(&call->mem);
	free(call);
}
