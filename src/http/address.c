/* Socket addresses as 16 bytes. X-Forwarded-For is read from the right, since only what trusted proxies added is true. */
#include "http/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

bool address_parse(str text, struct address *a)
{
	char z[ADDRESS_TEXT];

	if (text.n >= sizeof(z) || (text.n && memchr(text.p, 0, text.n)))
		return false;
	if (text.n)
		memcpy(z, text.p, text.n);
	z[text.n] = 0;
	memcpy(a->b, mapped, sizeof(mapped));
	return inet_pton(AF_INET, z, a->b + 12) == 1 || inet_pton(AF_INET6, z, a->b) == 1;
}

struct address address_of(const struct sockaddr *sa)
{
	struct address a = { 0 };

	if (sa && sa->sa_family == AF_INET) {
		memcpy(a.b, mapped, sizeof(mapped));
		memcpy(a.b + 12, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
	} else if (sa && sa->sa_family == AF_INET6) {
		memcpy(a.b, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
	}
	return a;
}

bool address_same(const struct address *a, const struct address *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static bool is_v4(const struct address *a)
{
	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

struct address address_block(const struct address *a)
{
	struct address block = *a;

	if (!is_v4(a))
		memset(block.b + 8, 0, 8);
	return block;
}

str address_text(const struct address *a, char text[ADDRESS_TEXT])
{
	if (is_v4(a))
		inet_ntop(AF_INET, a->b + 12, text, ADDRESS_TEXT);
	else
		inet_ntop(AF_INET6, a->b, text, ADDRESS_TEXT);
	return str_of(text);
}

bool addresses_have(const struct addresses *list, const struct address *a)
{
	for (size_t i = 0; i < list->n; i++)
		if (address_same(&list->v[i], a))
			return true;
	return false;
}

struct address address_forwarded(str list, const struct addresses *trusted, const struct address *peer)
{
	enum { HOPS_MAX = 16 };
	struct address a;

	for (int hop = 0; list.n && hop < HOPS_MAX; hop++) {
		const char *comma = memrchr(list.p, ',', list.n);
		str last = comma ? str_from(list, (size_t)(comma - list.p) + 1) : list;

		if (!address_parse(str_trim(last), &a))
			return *peer;
		if (!addresses_have(trusted, &a))
			return a;
		list = str_to(list, comma ? (size_t)(comma - list.p) : 0);
	}
	return *peer;
}

/* Splits "host:port"; the host without brackets. */
static bool host_and_port(str where, str *host, int *port)
{
	const char *colon = where.n ? memrchr(where.p, ':', where.n) : NULL;
	int64_t n;

	*host = colon ? str_to(where, (size_t)(colon - where.p)) : STR_NONE;
	if (!str_int(colon ? str_from(where, host->n + 1) : where, &n) || n < 0 || n > 65535)
		return false;
	*port = (int)n;
	if (str_skip(host, S("[")))
		return str_chop(host, S("]"));
	if (!host->n)
		*host = S("127.0.0.1");
	return str_chr(*host, ':') < 0;
}

static int open_socket(const struct address *a, int port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	bool four = is_v4(a);
	int fd = socket(four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, off = 0, most = 128 * 1024, failed;

	if (fd < 0)
		return -1;
	memcpy(&v4.sin_addr, a->b + 12, 4);
	memcpy(&v6.sin6_addr, a->b, 16);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Inherited by what is accepted: 256 KiB as the kernel counts it, so that many slow readers do not add up. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &most, sizeof(most));
	if (!four)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	failed = four ? bind(fd, (struct sockaddr *)&v4, sizeof(v4)) : bind(fd, (struct sockaddr *)&v6, sizeof(v6));
	if (!failed && !listen(fd, SOMAXCONN))
		return fd;
	failed = errno;
	close(fd);
	errno = failed;
	return -1;
}

int address_listen(struct arena *mem, str where, bool *taken, str *why)
{
	struct address a;
	str host;
	int port, fd;

	*taken = false;
	if (!host_and_port(where, &host, &port) || !address_parse(host, &a)) {
		*why = strf(mem, "listen: %.*s is not an address with a port, such as 127.0.0.1:8420 or [::]:8420",
		            STR_F(where));
		return -1;
	}
	fd = open_socket(&a, port);
	if (fd < 0) {
		*taken = errno == EADDRINUSE;
		*why = strf(mem, "listen: cannot listen on %.*s: %s", STR_F(where), strerror(errno));
	}
	return fd;
}
