#pragma once
/* What the headers of a request say about itself, and what is refused for it. */
#include "http/address.h"
#include "http/request.h"

enum { HEADERS_MAX = 200 };

/* One look at all headers; everything is borrowed. */
struct heads {
	size_t n;
	bool too_many, malformed;
	str host, accept, length, encoding, expect, forwarded;
	int hosts, lengths, encodings;
	bool personal; /* carries what makes the answer somebody's own: not for the memo */
	struct pair v[HEADERS_MAX]; /* n of them; the rest is not initialised */
};
void heads_add(struct heads *h, str name, str value);
/* 0, or the status to refuse with: 400, 417, 431, 501, 505. */
int heads_check(const struct heads *h, str version);
/* Accept names an ActivityPub type, and no HTML type with more weight. */
bool accept_as(str accept);
/* "GET" and so on, exactly. */
enum method method_of(str name);
