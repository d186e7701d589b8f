/* Load for the benchmarks, as light as it can be, since it shares the machine with what it measures:
 *   load sign KEY.pem KEY_ID URL COUNT TEMPLATE OUT    signed POSTs to URL, "{N}" in the template numbered
 *   load blast ADDRESS PORT FILE CONNECTIONS           sends them, prints rate and latencies
 *   load sink PORT                                     answers 202 to every POST; GET says how many there were
 * Loopback only. Every run is bounded by its input. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/url.h"
#include "net/httpsig.h"
#include "net/keys.h"

enum { BUFFER = 1 << 16, CONNECTIONS = 512 };

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static str slurp(struct arena *mem, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size;
	char *p;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0)
		die(path);
	rewind(f);
	p = arena_alloc(mem, (size_t)size + 1, 1);
	if (fread(p, 1, (size_t)size, f) != (size_t)size)
		die(path);
	fclose(f);
	return str_n(p, (size_t)size);
}

/* sign */

static str numbered(struct arena *mem, str template, int n)
{
	struct buf b = buf_new(mem, 1 << 20);

	for (long at; (at = str_find(template, S("{N}"))) >= 0; template = str_from(template, (size_t)at + 3)) {
		buf_add(&b, str_to(template, (size_t)at));
		buf_int(&b, n);
	}
	buf_add(&b, template);
	return buf_str(&b);
}

static int sign(char **argv)
{
	struct arena keep ARENA_SCOPE;
	struct sig_with with = { .key = key_private(slurp(&keep, argv[0])), .key_id = str_of(argv[1]) };
	int count = atoi(argv[3]);
	str template = slurp(&keep, argv[4]);
	FILE *out = fopen(argv[5], "wb");
	struct url u;

	if (!with.key || url_parse(&keep, str_of(argv[2]), &u) || !out)
		die("sign");
	for (int i = 0; i < count; i++) {
		struct arena mem ARENA_SCOPE;
		str body = numbered(&mem, template, i);
		struct buf b = buf_new(&mem, 1 << 20);
		struct strs lines;
		uint32_t size;

		with.now = clock_now();
		lines = sig_sign(&mem, &with, S("POST"), &u, body);
		buf_addf(&b, "POST %.*s HTTP/1.1\r\nContent-Type: application/activity+json\r\nContent-Length: %zu\r\n",
		         STR_F(u.target), body.n);
		for (size_t k = 0; k < lines.n; k++)
			buf_addf(&b, "%.*s\r\n", STR_F(lines.v[k]));
		buf_addf(&b, "\r\n%.*s", STR_F(body));
		size = (uint32_t)b.n;
		fwrite(&size, sizeof(size), 1, out);
		fwrite(b.p, 1, b.n, out);
	}
	return fclose(out) != 0;
}

/* blast */

struct client {
	int fd;
	const char *out; /* what is left of the request under way */
	size_t left;
	double since;
	char in[BUFFER];
	size_t in_n;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Length of the complete answer at the start of the buffer, 0 if it is not complete; *status is its code. */
static size_t answer(const char *p, size_t n, int *status)
{
	str text = { p, n }, head, line;
	long end = str_find(text, S("\r\n\r\n"));
	int64_t length = 0;

	if (end < 0)
		return 0;
	head = str_to(text, (size_t)end);
	*status = n > 12 ? atoi(p + 9) : 0;
	while (str_cut(&head, '\n', &line))
		if (str_istarts(line, S("content-length:")))
			str_int(str_trim(str_from(line, 15)), &length);
	return (size_t)end + 4 + (size_t)length <= n ? (size_t)end + 4 + (size_t)length : 0;
}

static bool next_request(struct client *c, str *file)
{
	uint32_t size;

	if (file->n < sizeof(size))
		return false;
	memcpy(&size, file->p, sizeof(size));
	c->out = file->p + sizeof(size);
	c->left = size;
	c->since = now();
	*file = str_from(*file, sizeof(size) + size);
	return true;
}

static void push(struct client *c)
{
	while (c->left) {
		ssize_t n = write(c->fd, c->out, c->left);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("write");
		c->out += n;
		c->left -= (size_t)n;
	}
}

static int connect_to(const char *address, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	inet_pton(AF_INET, address, &to.sin_addr);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

struct tally {
	double *took;
	size_t n, good;
};

/* Takes one answer if it is there; false when the connection has nothing more to do. */
static bool pull(struct client *c, str *file, struct tally *t)
{
	ssize_t n = read(c->fd, c->in + c->in_n, sizeof(c->in) - c->in_n);
	int status = 0;
	size_t size;

	if (n <= 0 && errno != EAGAIN)
		die("read");
	c->in_n += n > 0 ? (size_t)n : 0;
	size = answer(c->in, c->in_n, &status);
	if (!size)
		return true;
	c->in_n -= size;
	memmove(c->in, c->in + size, c->in_n);
	t->took[t->n++] = now() - c->since;
	t->good += status >= 200 && status < 300;
	if (!next_request(c, file))
		return false;
	push(c);
	return true;
}

static int blast(char **argv)
{
	static struct client clients[CONNECTIONS];
	struct arena mem ARENA_SCOPE;
	str file = slurp(&mem, argv[2]);
	int n = atoi(argv[3]), busy = 0, ep = epoll_create1(0);
	struct tally t = { .took = NEWS(&mem, double, file.n / 64 + 1) };
	double start = now(), took;

	for (int i = 0; i < n && i < CONNECTIONS; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &clients[i] };

		clients[i].fd = connect_to(argv[0], atoi(argv[1]));
		epoll_ctl(ep, EPOLL_CTL_ADD, clients[i].fd, &ev);
		if (next_request(&clients[i], &file)) {
			push(&clients[i]);
			busy++;
		}
	}
	while (busy) {
		struct epoll_event ev[64];
		int got = epoll_wait(ep, ev, 64, 10000);

		if (got <= 0)
			die("no answer");
		for (int i = 0; i < got; i++)
			busy -= !pull(ev[i].data.ptr, &file, &t);
	}
	took = now() - start;
	qsort(t.took, t.n, sizeof(double), by_value);
	printf("{\"requests\": %zu, \"good\": %zu, \"seconds\": %.3f, \"rate\": %.1f, \"p50_ms\": %.2f, \"p99_ms\": %.2f}\n", t.n,
	       t.good, took, (double)t.n / took, t.took[t.n / 2] * 1e3, t.took[t.n * 99 / 100] * 1e3);
	return 0;
}

/* sink */

static long posts;

static bool serve(struct client *c)
{
	static const char ok[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
	ssize_t n = read(c->fd, c->in + c->in_n, sizeof(c->in) - c->in_n);
	size_t size;
	int unused;

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	c->in_n += (size_t)n;
	while ((size = answer(c->in, c->in_n, &unused))) {
		char text[100];
		int len;

		if (c->in[0] == 'P') {
			posts++;
			if (write(c->fd, ok, sizeof(ok) - 1) < 0)
				return false;
		} else {
			len = snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%ld",
			               snprintf(NULL, 0, "%ld", posts), posts);
			if (write(c->fd, text, (size_t)len) < 0)
				return false;
		}
		c->in_n -= size;
		memmove(c->in, c->in + size, c->in_n);
	}
	return c->in_n < sizeof(c->in);
}

static void welcome(int ep, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
	struct client *c = fd < 0 ? NULL : calloc(1, sizeof(*c));
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };

	if (!c)
		return;
	c->fd = fd;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
}

static int sink(char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[0])),
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, ep = epoll_create1(0);
	struct epoll_event ev = { .events = EPOLLIN };

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 1024))
		die("listen");
	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &ev);
	for (int n = 0; n >= 0 || errno == EINTR;) {
		struct epoll_event got[256];

		n = epoll_wait(ep, got, 256, -1);

		for (int i = 0; i < n; i++) {
			struct client *c = got[i].data.ptr;

			if (!c) {
				welcome(ep, listener);
			} else if (!serve(c)) {
				close(c->fd);
				free(c);
			}
		}
	}
	return 1;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args;
		int (*fn)(char **argv);
	} verbs[] = { { "sign", 6, sign }, { "blast", 4, blast }, { "sink", 1, sink } };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (argc == verbs[i].args + 2 && !strcmp(argv[1], verbs[i].name))
			return verbs[i].fn(argv + 2);
	fprintf(stderr, "usage: load sign KEY KEY_ID URL COUNT TEMPLATE OUT | blast ADDRESS PORT FILE CONNECTIONS | sink PORT\n");
	return 2;
}
