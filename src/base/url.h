#pragma once
/* The one URL parser: host for the check, for DNS, for TLS and for the signature is what this says. */
#include "base/err.h"
#include "base/str.h"

struct url {
	bool https;
	str host;      /* lower case, punycode, no trailing dot; an IPv6 address without its brackets */
	bool literal;  /* host is an IP address */
	int port;      /* always set */
	str authority; /* host, and ":port" where it is not the scheme's own */
	str target;    /* path and query as given, at least "/" ; no fragment */
	str path;      /* target without the query */
	str origin;    /* "https://" authority */
	str whole;     /* origin + target */
	str fragment;  /* STR_NONE if there is none */
};

/* Absolute http and https only. Refused: user info, spaces, control bytes, back slashes, bytes past ASCII outside the
 * host, percent signs in the host, empty labels, over 2,048 bytes. Parts live in the arena. */
enum err url_parse(struct arena *mem, str text, struct url *u) MUST_CHECK;
/* RFC 3986 reference resolution, for redirects; the result passes url_parse() or is ERR_INVALID. */
enum err url_join(struct arena *mem, const struct url *base, str ref, struct url *u) MUST_CHECK;
/* A domain name as typed or received -> lower-case punycode, with its port if it has one ("b.localhost:8080").
 * ERR_INVALID for what is no domain name. */
enum err url_domain(struct arena *mem, str text, str *domain) MUST_CHECK;
/* For people: Unicode where every label is of one script, else punycode. */
str url_domain_shown(struct arena *mem, str domain);
/* Both parse, and scheme, host and port agree (FEP-fe34). */
bool url_same_origin(str a, str b);
/* The authority of an http(s) URL, or STR_NONE. */
str url_authority(struct arena *mem, str text);
