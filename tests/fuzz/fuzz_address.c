/* The address filter against a second one that is written the slow way round: as a list of prefixes in text. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const four[] = {
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"127.0.0.0/8",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.31.196.0/24",
	"192.52.193.0/24",
	"192.88.99.0/24",
	"192.168.0.0/16",
	"192.175.48.0/24",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/4",
	"240.0.0.0/4",
};
static const char *const six[] = {
	"::/3",
	"4000::/2",
	"8000::/1",
	"2001::/23",
	"2001:db8::/32",
	"2002::/16",
	"2620:4f:8000::/48",
	"3fff::/20",
	"3ffe::/16",
};

static int bit(const uint8_t *p, int i)
{
	return p[i / 8] >> (7 - i % 8) & 1;
}

static bool inside(int family, const uint8_t *p, const char *prefix)
{
	char text[64];
	uint8_t base[16];
	int bits;

	if (sscanf(prefix, "%63[^/]/%d", text, &bits) != 2 || inet_pton(family, text, base) != 1)
		abort();
	for (int i = 0; i < bits; i++)
		if (bit(p, i) != bit(base, i))
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct sockaddr_in6 b = { .sin6_family = AF_INET6 };
	bool want = true;

	if (size >= 4) {
		memcpy(&a.sin_addr, data, 4);
		for (size_t i = 0; i < sizeof(four) / sizeof(four[0]); i++)
			want = want && !inside(AF_INET, data, four[i]);
		if (guard_address_ok((struct sockaddr *)&a) != want)
			abort();
	}
	if (size >= 16) {
		memcpy(&b.sin6_addr, data, 16);
		want = !((data[8] == 0 || data[8] == 2) && !memcmp(data + 9, "\0\x5e\xfe", 3));
		for (size_t i = 0; i < sizeof(six) / sizeof(six[0]); i++)
			want = want && !inside(AF_INET6, data, six[i]);
		if (guard_address_ok((struct sockaddr *)&b) != want)
			abort();
		if (want && (IN6_IS_ADDR_V4MAPPED(&b.sin6_addr) || IN6_IS_ADDR_V4COMPAT(&b.sin6_addr)))
			abort();
	}
	return 0;
}
