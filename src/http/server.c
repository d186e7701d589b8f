/* libmicrohttpd's callbacks, starting and stopping. The library reads and writes sockets and takes requests apart; what
 * it is too lenient in, heads.c refuses; its timeouts are not used, conns.c has better ones. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/call.h"

enum { TARGET_MAX = 16 * 1024, POOL = 80 * 1024, STACK = 1024 * 1024, SPARE_FILES = 256 };

static enum MHD_Result on_accept(void *arg, const struct sockaddr *sa, socklen_t n)
{
	struct server *s = arg;

	(void)n;
	return !s->stopping && conns_admit(s->conns, sa) ? MHD_YES : MHD_NO;
}

static void on_connection(void *arg, struct MHD_Connection *mhd, void **mine, enum MHD_ConnectionNotificationCode code)
{
	struct server *s = arg;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
		const union MHD_ConnectionInfo *sa = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

		*mine = conns_add(s->conns, sa->client_addr, fd->connect_fd);
	} else if (*mine) {
		conns_remove(s->conns, *mine);
		*mine = NULL;
	}
}

static int target_fault(str target)
{
	if (target.n > TARGET_MAX)
		return 414;
	for (size_t i = 0; i < target.n; i++) {
		unsigned char c = (unsigned char)target.p[i];

		if (c <= ' ' || c >= 0x7f || c == '#')
			return 400;
	}
	return 0;
}

/* The library cuts the query apart into records afterwards, nobody reads them, and where they do not fit it forgets to
 * answer. So it gets to see none. */
static void end_query(const char *uri)
{
	char *query = strchr(uri, '?');

	if (query)
		query[1] = '\0';
}

/* The library cuts the target apart in place afterwards; signatures need it as it was sent. */
static void *on_target(void *arg, const char *uri, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct conn *conn = info->socket_context;
	str target = str_of(uri);

	(void)arg;
	conn->target_bad = target_fault(target);
	conn->target_n = 0;
	if (conn->target_bad) {
		end_query(uri);
		return conn;
	}
	if (target.n > conn->target_size) {
		free(conn->target);
		conn->target_size = target.n + 64;
		conn->target = malloc(conn->target_size);
		BUG_IF(!conn->target);
	}
	memcpy(conn->target, target.p, target.n);
	conn->target_n = target.n;
	end_query(uri);
	return conn;
}

static size_t leave_escaped(void *arg, struct MHD_Connection *mhd, char *text)
{
	(void)arg;
	(void)mhd;
	return strlen(text);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *n, void **mine)
{
	struct conn *conn = *mine;

	if (!conn->begun)
		return call_begin(arg, conn, mhd, method, url, version);
	if (!conn->call)
		return call_bodyless(arg, conn, mhd, str_of(method));
	if (*n)
		return call_data(conn->call, data, n);
	return call_run(conn->call);
}

static void on_completed(void *arg, struct MHD_Connection *mhd, void **mine, enum MHD_RequestTerminationCode why)
{
	struct conn *conn = *mine;

	(void)arg;
	(void)mhd;
	(void)why;
	if (!conn)
		return;
	if (conn->call)
		call_end(conn->call);
	conn->begun = false;
	atomic_fetch_add_explicit(&conn->requests, 1, memory_order_relaxed);
	conn_enter(conn, PHASE_HEAD);
	*mine = NULL;
}

__attribute__((format(printf, 2, 0))) static void on_log(void *arg, const char *fmt, va_list ap)
{
	char text[300];
	int n;

	(void)arg;
	if (log_level() > LOG_DEBUG)
		return;
	n = vsnprintf(text, sizeof(text), fmt, ap);
	if (n > 0)
		LOG(LOG_DEBUG, "mhd", LS("says", str_trim(str_n(text, n < 300 ? (size_t)n : 299))));
}

static void on_panic(void *arg, const char *file, unsigned line, const char *reason)
{
	(void)arg;
	bug(file ? file : "microhttpd", (int)line, reason ? reason : "panic");
}

static void *reap(void *arg)
{
	struct server *s = arg;
	const struct timespec nap = { .tv_nsec = 500 * 1000 * 1000 };

	while (!s->stopping) {
		conns_reap(s->conns);
		nanosleep(&nap, NULL);
	}
	return NULL;
}

/* As many descriptors as the connections may need, and some for files; how many may be open. */
static int raise_descriptors(int connections, int streams)
{
	struct rlimit limit;
	rlim_t want = (rlim_t)connections * 2 + (rlim_t)streams + 1536, had;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return INT32_MAX;
	had = limit.rlim_cur;
	if (had >= want)
		return had < INT32_MAX ? (int)had : INT32_MAX;
	limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		limit.rlim_cur = had;
	if (limit.rlim_cur < want)
		LOG(LOG_WARN, "http", LS("why", S("fewer open files are allowed than connections and streams")),
		    LI("files", limit.rlim_cur));
	return (int)limit.rlim_cur;
}

static int bound_port(int fd)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t n = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &n))
		return 0;
	return ntohs(sa.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&sa)->sin6_port
	                                      : ((struct sockaddr_in *)(void *)&sa)->sin_port);
}

static bool read_trusted(struct server *s, struct arena *mem, str *why)
{
	struct addresses *to = &s->co.trusted;

	to->v = calloc(s->o.trusted.n + 1, sizeof(*to->v));
	BUG_IF(!to->v);
	for (size_t i = 0; i < s->o.trusted.n; i++) {
		if (!address_parse(s->o.trusted.v[i], &to->v[to->n++])) {
			*why = strf(mem, "trusted_proxies: %.*s is no address", STR_F(s->o.trusted.v[i]));
			return false;
		}
	}
	return true;
}

/* The library divides its connection limit among its threads, so that one could be full while others are idle: ours
 * counts, its own is out of reach. */
static bool start_daemon(struct server *s)
{
	unsigned threads = s->o.threads < 1 ? 1 : (unsigned)s->o.threads;
	unsigned per_thread = (unsigned)s->o.max_connections * 2 + 512;

	MHD_set_panic_func(on_panic, NULL);
	s->daemon = MHD_start_daemon(
	        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0,
	        on_accept, s, on_request, s,
	        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
	        MHD_OPTION_LISTEN_SOCKET, s->listen_fd,
	        MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0,
	        MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK,
	        MHD_OPTION_CONNECTION_LIMIT, per_thread * threads,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL,
	        MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	        MHD_OPTION_STRICT_FOR_CLIENT, 0, /* heads.c and wire.c are stricter, and answer better */
	        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
	        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
	        MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
	        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, s,
	        MHD_OPTION_END);
	return s->daemon;
}

static void server_free(struct server *s)
{
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	router_free(s->router);
	conns_free(s->conns);
	memo_free(s->memo);
	free(s->co.trusted.v);
	free(s);
}

/* On PostgreSQL others may write too, of which dbs_version() knows nothing. */
static int64_t memo_age(const struct app *app)
{
	return app->dbs && dbs_is_postgres(app->dbs) ? 2 * SECOND : MINUTE;
}

enum err server_start(struct app *app, const struct server_options *o, const struct route_set *const *sets, int sets_n,
                      struct arena *mem, struct server **out, str *why)
{
	struct server *s = calloc(1, sizeof(*s));
	bool taken = false;

	BUG_IF(!s);
	s->app = app;
	s->o = *o;
	s->listen_fd = -1;
	s->co = (struct conns_options){ .max = o->max_connections, .max_per_ip = o->max_per_ip };
	if (!read_trusted(s, mem, why) || (s->listen_fd = address_listen(mem, o->listen, &taken, why)) < 0) {
		server_free(s);
		return taken ? ERR_BUSY : ERR_INVALID;
	}
	s->co.files = raise_descriptors(o->max_connections, o->max_streams);
	s->co.spare = s->co.files / 4 < SPARE_FILES ? s->co.files / 4 : SPARE_FILES;
	s->port = bound_port(s->listen_fd);
	s->router = router_new(sets, sets_n);
	s->conns = conns_new(&s->co);
	s->memo = memo_new(memo_age(app));
	s->slow = later_new(o->slow_threads);
	s->streams = streams_new();
	if (!start_daemon(s)) {
		*why = strf(mem, "the HTTP server does not start: %s", strerror(errno));
		later_free(s->slow);
		streams_free(s->streams);
		server_free(s);
		return ERR_INTERNAL;
	}
	BUG_IF(pthread_create(&s->reaper, NULL, reap, s));
	*out = s;
	return OK;
}

int server_port(const struct server *s)
{
	return s->port;
}

void server_stop(struct server *s, int64_t drain_ms)
{
	const struct timespec nap = { .tv_nsec = 5 * 1000 * 1000 };
	int64_t until = clock_mono() + drain_ms;

	if (!s)
		return;
	s->stopping = true;
	MHD_quiesce_daemon(s->daemon);
	conns_close_idle(s->conns);
	while (s->running && clock_mono() < until)
		nanosleep(&nap, NULL);
	/* A suspended request must be resumed before the library may stop. */
	later_free(s->slow);
	while (s->waiting)
		nanosleep(&nap, NULL);
	MHD_stop_daemon(s->daemon);
	streams_free(s->streams);
	pthread_join(s->reaper, NULL);
	server_free(s);
}
