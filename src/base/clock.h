#pragma once
/* The only reader of the clock, the only writer of dates, and the maker of ids. Time is int64_t milliseconds UTC. */
#include "base/str.h"

enum { CLOCK_TEXT = 40, SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

int64_t clock_now(void);  /* wall clock, moved by clock_shift() */
int64_t clock_mono(void); /* never goes back; for deadlines and durations */
void clock_shift(int64_t ms); /* tests: the wall clock runs ahead by so much from now on */

/* Each writes into text and returns what it wrote. Years outside 0000..9999 are clamped. */
str clock_iso(int64_t ms, char text[CLOCK_TEXT]);   /* 2026-11-23T01:02:03.004Z */
str clock_iso_s(int64_t ms, char text[CLOCK_TEXT]); /* 2026-11-23T01:02:03Z */
str clock_http(int64_t ms, char text[CLOCK_TEXT]);  /* Mon, 23 Nov 2026 01:02:03 GMT (RFC 9110 5.6.7) */

/* RFC 3339 and its loose relatives: offset or none (UTC), fraction or none, seconds or none, date alone. */
bool clock_parse_iso(str text, int64_t *ms);
/* IMF-fixdate only. */
bool clock_parse_http(str text, int64_t *ms);

/* An id is milliseconds << 16 | 16 bits, so ids sort by time. Unique in this process and never going back,
 * however the clock is moved. */
int64_t id_new(void);
/* An id for something of the past: its time, 16 random bits. */
int64_t id_at(int64_t ms);
int64_t id_time(int64_t id);
/* The least id of that time. */
int64_t id_least(int64_t ms);
/* Notification ids stay below 2^53, since some apps read them as numbers: milliseconds << 11 | 11 bits. */
int64_t id_new_small(void);
