#pragma once
/* How often something may be done: token buckets in fixed memory. */
#include <stdint.h>

#include "base/str.h"

struct arena;
struct limits;

/* Room for so many buckets; when it is used up, those that are fullest make room. */
struct limits *limits_new(size_t buckets);
void limits_free(struct limits *l);

/* What X-RateLimit-* says. */
struct limit_left {
	int64_t most, remaining;
	int64_t reset_at; /* wall clock, ms: all tokens are back */
};
/* Takes one of `most` tokens that come back evenly within `window` ms; false when there is none. Any thread. left may be
 * NULL. key: class and subject, such as "media user 17"; the same key always with the same most and window. */
bool limits_take(struct limits *l, str key, int64_t most, int64_t window, struct limit_left *left);
/* The one that all requests are counted in, for as long as the process lives. */
struct limits *limits_shared(void);
/* Who calls from this machine itself is not counted. */
bool limits_exempt(str address);
/* May one more mail be sent to that person, however many addresses ask for it? Within half an hour few, and as few for one
 * login (0: nobody is logged in), whomever it names. */
bool limits_mail(struct arena *mem, str client_address, str to, int64_t user_id);
/* An address as limits should count it: IPv6 by its /64. */
str limits_address(struct arena *mem, str address);
