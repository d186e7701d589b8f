#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/arena.h"
#include "base/url.h"

/* The IANA special-purpose registries for IPv4 and IPv6. A pure function of an address: what DNS said, what the URL
 * said and how it was spelled do not matter, since the socket's own address is what is looked at. */

static const struct {
	uint32_t base;
	int bits;
} four[] = {
	{ 0x00000000, 8 },  /* this network */
	{ 0x0a000000, 8 },  /* private */
	{ 0x64400000, 10 }, /* carrier NAT */
	{ 0x7f000000, 8 },  /* loopback */
	{ 0xa9fe0000, 16 }, /* link local */
	{ 0xac100000, 12 }, /* private */
	{ 0xc0000000, 24 }, /* IETF protocols */
	{ 0xc0000200, 24 }, /* documentation */
	{ 0xc01fc400, 24 }, /* AS112 */
	{ 0xc034c100, 24 }, /* AMT */
	{ 0xc0586300, 24 }, /* 6to4 relays */
	{ 0xc0a80000, 16 }, /* private */
	{ 0xc0af3000, 24 }, /* AS112 */
	{ 0xc6120000, 15 }, /* benchmarks */
	{ 0xc6336400, 24 }, /* documentation */
	{ 0xcb007100, 24 }, /* documentation */
	{ 0xe0000000, 4 },  /* multicast */
	{ 0xf0000000, 4 },  /* reserved, broadcast */
};

/* Within 2000::/3. The rest of IPv6 (mapped, compatible, NAT64, local, multicast) lies outside of it. */
static const struct {
	unsigned char base[6];
	int bits;
} six[] = {
	{ { 0x20, 0x01 }, 23 },                         /* IETF protocols: Teredo, ORCHID, benchmarks */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },             /* documentation */
	{ { 0x20, 0x02 }, 16 },                         /* 6to4 */
	{ { 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00 }, 48 }, /* AS112 */
	{ { 0x3f, 0xff }, 20 },                         /* documentation */
	{ { 0x3f, 0xfe }, 16 },                         /* 6bone, given back */
};

static bool four_ok(uint32_t a)
{
	for (size_t i = 0; i < sizeof(four) / sizeof(four[0]); i++)
		if (!((a ^ four[i].base) >> (32 - four[i].bits)))
			return false;
	return true;
}

static bool within(const unsigned char *a, const unsigned char *base, int bits)
{
	int i = 0;

	for (; bits >= 8; bits -= 8, i++)
		if (a[i] != base[i])
			return false;
	return !bits || !((a[i] ^ base[i]) >> (8 - bits));
}

static bool six_ok(const unsigned char *a)
{
	if (a[0] >> 5 != 1)
		return false;
	for (size_t i = 0; i < sizeof(six) / sizeof(six[0]); i++)
		if (within(a, six[i].base, six[i].bits))
			return false;
	/* ISATAP puts an IPv4 address behind 0000:5efe or 0200:5efe in any prefix. */
	return !((a[8] & 0xfd) == 0 && a[9] == 0 && a[10] == 0x5e && a[11] == 0xfe);
}

bool guard_address_ok(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return four_ok(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
	if (address->sa_family == AF_INET6)
		return six_ok(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
	return false;
}

bool guard_allows(const struct guard *g, const struct sockaddr *address)
{
	return g->dev ? address->sa_family == AF_INET || address->sa_family == AF_INET6 : guard_address_ok(address);
}

enum err guard_url(const struct guard *g, const struct url *u)
{
	if (g->dev || (u->https && u->port == 443 && !u->literal))
		return OK;
	return ERR_DENIED;
}

static bool is_address(struct arena *mem, str text)
{
	unsigned char raw[16];
	const char *z = cstr(mem, text);

	return inet_pton(AF_INET, z, raw) == 1 || inet_pton(AF_INET6, z, raw) == 1;
}

enum err guard_init(struct guard *g, struct arena *mem, bool dev, str hosts)
{
	str rest = hosts, word, name;

	*g = (struct guard){ .dev = dev };
	if (!dev || !hosts.n)
		return OK;
	g->hosts = NEWS(mem, struct guard_host, hosts.n / 2 + 1);
	while (str_cut(&rest, ' ', &word)) {
		struct guard_host *h = &g->hosts[g->n];

		word = str_trim(word);
		if (!word.n)
			continue;
		if (!str_cut(&word, '=', &name) || url_domain(mem, name, &h->name) || !word.n || !is_address(mem, word))
			return ERR_INVALID;
		h->address = str_dup(mem, word);
		g->n++;
	}
	return OK;
}

str guard_host_of(const struct guard *g, str name)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->hosts[i].name, name))
			return g->hosts[i].address;
	return STR_NONE;
}
