#pragma once
/* Socket addresses: what to listen on, who is asking. */
#include <sys/socket.h>

#include "base/str.h"

struct arena;

/* IPv4 is kept as ::ffff:a.b.c.d, so that one form is compared. */
struct address {
	unsigned char b[16];
};
enum { ADDRESS_TEXT = 48 };

bool address_parse(str text, struct address *a);
/* From accept(); zero for what is neither IPv4 nor IPv6. */
struct address address_of(const struct sockaddr *sa);
bool address_same(const struct address *a, const struct address *b);
/* What limits count by: the address, or its /64 for IPv6. */
struct address address_block(const struct address *a);
str address_text(const struct address *a, char text[ADDRESS_TEXT]);

struct addresses {
	struct address *v;
	size_t n;
};
bool addresses_have(const struct addresses *list, const struct address *a);
/* "127.0.0.1:80", "[::1]:0", "8420" (loopback): a bound, listening, non-blocking socket, or -1 and a sentence; *taken says
 * whether another program has the address. */
int address_listen(struct arena *mem, str where, bool *taken, str *why);
/* The right-most address of an X-Forwarded-For list that is not a trusted proxy; peer where the list is garbage or empty. */
struct address address_forwarded(str list, const struct addresses *trusted, const struct address *peer);
