/* The peer of tests/unit/peer.h: well behaved under some paths, hostile under others. */
#include "peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

struct visit {
	struct peer *peer;
	int fd;
	char in[65536];
	size_t n;
};

static bool put(struct visit *v, const void *data, size_t n)
{
	return !n || send(v->fd, data, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool say(struct visit *v, const char *text)
{
	return put(v, text, strlen(text));
}

static bool answer(struct visit *v, const char *head, const void *body, size_t n)
{
	char text[1024];

	snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n", head, n);
	return say(v, text) && put(v, body, n);
}

static bool big(struct visit *v)
{
	size_t n = 2 * 1024 * 1024;
	char *data = calloc(1, n);
	bool ok = answer(v, "200 OK", data, n);

	free(data);
	return ok;
}

static bool zipped(struct visit *v, size_t n)
{
	z_stream z = { 0 };
	char *data = calloc(1, n), out[65536];

	memset(data, 'a', n);
	deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (unsigned char *)data;
	z.avail_in = (unsigned)n;
	z.next_out = (unsigned char *)out;
	z.avail_out = sizeof(out);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	free(data);
	return answer(v, "200 OK\r\nContent-Encoding: gzip", out, z.total_out);
}

static bool endless(struct visit *v, const char *start, const char *again, unsigned pause_us)
{
	say(v, start);
	while (!v->peer->stop && say(v, again))
		usleep(pause_us);
	return false;
}

/* /hop/3 leads to /hop/2 and so on to /ok */
static bool hop(struct visit *v, const char *at)
{
	char head[200];
	int n = atoi(at);

	if (n)
		snprintf(head, sizeof(head), "302 Found\r\nLocation: ../hop/%d", n - 1);
	else
		snprintf(head, sizeof(head), "302 Found\r\nLocation: http://127.0.0.1:%d/ok", v->peer->port);
	return answer(v, head, "", 0);
}

static bool respond(struct visit *v, const char *path)
{
	static const char x4k[] = "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";

	v->peer->requests++;
	if (!strncmp(path, "/ok", 3))
		return answer(v, "200 OK\r\nContent-Type: application/activity+json", "{}", 2);
	if (!strncmp(path, "/echo", 5))
		return answer(v, "200 OK", v->in, v->n);
	if (!strncmp(path, "/big", 4))
		return big(v);
	if (!strncmp(path, "/gzip", 5))
		return zipped(v, 1000);
	if (!strncmp(path, "/bomb", 5))
		return zipped(v, 16 * 1024 * 1024);
	if (!strncmp(path, "/nested", 7))
		return answer(v, "200 OK\r\nContent-Encoding: gzip, gzip", "x", 1);
	if (!strncmp(path, "/twice", 6))
		return answer(v, "200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip", "x", 1);
	if (!strncmp(path, "/transfer", 9))
		return answer(v, "200 OK\r\nTransfer-Encoding: gzip", "x", 1);
	if (!strncmp(path, "/slow", 5))
		return endless(v, "HTTP/1.1 200 OK\r\n\r\n", "x", 20000);
	if (!strncmp(path, "/drip", 5))
		return endless(v, "HTTP/1.1 200 OK\r\nX: ", "x", 20000);
	if (!strncmp(path, "/heads", 6))
		return endless(v, "HTTP/1.1 200 OK\r\n", x4k, 0);
	if (!strncmp(path, "/continue", 9))
		return endless(v, "", "HTTP/1.1 100 Continue\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n", 0);
	if (!strncmp(path, "/hop/", 5))
		return hop(v, path + 5);
	if (!strncmp(path, "/loop", 5))
		return answer(v, "302 Found\r\nLocation: /loop", "", 0);
	if (!strncmp(path, "/away", 5))
		return answer(v, "302 Found\r\nLocation: http://evil.test/x", "", 0);
	if (!strncmp(path, "/file", 5))
		return answer(v, "302 Found\r\nLocation: file:///etc/passwd", "", 0);
	if (!strncmp(path, "/repost", 7))
		return answer(v, "307 Temporary Redirect\r\nLocation: /ok", "", 0);
	if (!strncmp(path, "/retry", 6))
		return answer(v, "503 Busy\r\nRetry-After: 7", "", 0);
	if (!strncmp(path, "/garbage", 8))
		return say(v, "SSH-2.0-OpenSSH\r\n") && false;
	return false; /* /drop */
}

/* One request with its body; false at the end. */
static bool take(struct visit *v)
{
	char *end, *length, path[1024];
	size_t want = 0;

	v->n = 0;
	for (;;) {
		ssize_t got;

		v->in[v->n] = 0;
		end = strstr(v->in, "\r\n\r\n");
		length = strcasestr(v->in, "\r\nContent-Length:");
		if (end)
			want = (size_t)(end + 4 - v->in) + (length && length < end ? (size_t)atol(length + 17) : 0);
		if (end && v->n >= want)
			break;
		got = recv(v->fd, v->in + v->n, sizeof(v->in) - 1 - v->n, 0);
		if (got <= 0)
			return false;
		v->n += (size_t)got;
	}
	return sscanf(v->in, "%*s %1000s", path) == 1 && respond(v, path);
}

static void *serve(void *arg)
{
	struct visit *v = arg;

	while (!v->peer->stop && take(v))
		;
	close(v->fd);
	v->peer->connections--;
	free(v);
	return NULL;
}

static void *listen_all(void *arg)
{
	struct peer *p = arg;
	pthread_t t;
	int fd;

	while ((fd = accept(p->fd, NULL, NULL)) >= 0) {
		struct visit *v = calloc(1, sizeof(*v));
		struct timeval tv = { 2, 0 };
		int on = 1;

		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		v->peer = p;
		v->fd = fd;
		p->connections++;
		pthread_create(&t, NULL, serve, v);
		pthread_detach(t);
	}
	return NULL;
}

void peer_start(struct peer *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	pthread_t t;

	memset(p, 0, sizeof(*p));
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->fd < 0 || bind(p->fd, (struct sockaddr *)&a, n) || listen(p->fd, 64) ||
	    getsockname(p->fd, (struct sockaddr *)&a, &n) || pthread_create(&t, NULL, listen_all, p))
		abort();
	p->port = ntohs(a.sin_port);
	p->thread = t;
}

void peer_stop(struct peer *p)
{
	p->stop = true;
	shutdown(p->fd, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->fd);
	for (int i = 0; i < 300 && p->connections > 0; i++)
		usleep(10000);
}
