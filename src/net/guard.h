#pragma once
/* Where the server may connect to: public addresses, ports 80 and 443. With dev also loopback and private ones. */
#include "base/err.h"
#include "base/str.h"

struct sockaddr;
struct url;

/* A name that is answered here and not by DNS (dev). */
struct guard_host {
	str name, address;
};

/* Const after guard_init(). */
struct guard {
	bool dev;
	struct guard_host *hosts;
	size_t n;
};

/* hosts: "name=address name=address", looked at only with dev; strings live in mem. ERR_INVALID if it is no such list. */
enum err guard_init(struct guard *g, struct arena *mem, bool dev, str hosts) MUST_CHECK;
/* True for what the Internet routes: IPv4 outside all special ranges; IPv6 of 2000::/3 without the reserved parts and
 * without addresses that have an IPv4 address inside. */
bool guard_address_ok(const struct sockaddr *address);
/* The same, or anything with dev. The check of the address that is really connected to. */
bool guard_allows(const struct guard *g, const struct sockaddr *address);
/* Before any name is asked for: https, own ports, no address in place of a name; with dev all of it. ERR_DENIED. */
enum err guard_url(const struct guard *g, const struct url *u) MUST_CHECK;
/* The address of a name in the list, or STR_NONE. */
str guard_host_of(const struct guard *g, str name);
