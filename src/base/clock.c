#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "base/codec.h"

static _Atomic int64_t shift;

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME) + atomic_load_explicit(&shift, memory_order_relaxed);
}

int64_t clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void clock_shift(int64_t ms)
{
	atomic_fetch_add(&shift, ms);
}

static const int64_t YEAR_0 = -62167219200000, YEAR_9999_END = 253402300799999;

static int64_t within(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* gmtime_r() takes a lock of the whole process each time; a page has hundreds of times in it. Leaves the thousandths.
 * Years begin in March here, so that the day which may be missing is their last; an era is 400 of them, from the year 0 on. */
static struct tm split(int64_t *ms)
{
	static const int64_t MARCH_0 = -719468, ERA = 146097;
	int64_t at = within(*ms, YEAR_0, YEAR_9999_END), day, in_era, year, in_year, month;
	struct tm tm = { 0 };

	at += (ERA - MARCH_0) * DAY; /* the year 0 begins in the era before */
	day = at / DAY;
	tm.tm_wday = (int)((day + 3) % 7);
	in_era = day % ERA;
	year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	in_year = in_era - (365 * year + year / 4 - year / 100);
	month = (5 * in_year + 2) / 153;
	tm.tm_mday = (int)(in_year - (153 * month + 2) / 5 + 1);
	tm.tm_mon = (int)(month < 10 ? month + 2 : month - 10);
	tm.tm_year = (int)(year + (day / ERA - 1) * 400 + (month >= 10)) - 1900;
	tm.tm_hour = (int)(at % DAY / HOUR);
	tm.tm_min = (int)(at % HOUR / MINUTE);
	tm.tm_sec = (int)(at % MINUTE / SECOND);
	*ms = at % SECOND;
	return tm;
}

static char *digits(char *p, int v, int n)
{
	for (int i = n; i--; v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + n;
}

static char *date_time(char *p, const struct tm *tm)
{
	p = digits(p, tm->tm_year + 1900, 4);
	*p++ = '-';
	p = digits(p, tm->tm_mon + 1, 2);
	*p++ = '-';
	p = digits(p, tm->tm_mday, 2);
	*p++ = 'T';
	p = digits(p, tm->tm_hour, 2);
	*p++ = ':';
	p = digits(p, tm->tm_min, 2);
	*p++ = ':';
	return digits(p, tm->tm_sec, 2);
}

str clock_iso(int64_t ms, char text[CLOCK_TEXT])
{
	struct tm tm = split(&ms);
	char *p = date_time(text, &tm);

	*p++ = '.';
	p = digits(p, (int)ms, 3);
	*p++ = 'Z';
	return str_n(text, (size_t)(p - text));
}

str clock_iso_s(int64_t ms, char text[CLOCK_TEXT])
{
	struct tm tm = split(&ms);
	char *p = date_time(text, &tm);

	*p++ = 'Z';
	return str_n(text, (size_t)(p - text));
}

static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

str clock_http(int64_t ms, char text[CLOCK_TEXT])
{
	struct tm tm = split(&ms);
	int n = snprintf(text, CLOCK_TEXT, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * tm.tm_wday,
	                 tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);

	return str_n(text, (size_t)n);
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static int64_t day_number(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool number(str *s, size_t width, int64_t *v)
{
	if (s->n < width || s->p[0] == '-' || !str_int(str_to(*s, width), v))
		return false;
	*s = str_from(*s, width);
	return true;
}

static bool in(int64_t v, int64_t low, int64_t high)
{
	return v >= low && v <= high;
}

static bool days_fit(int64_t y, int64_t m, int64_t d)
{
	static const int8_t len[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return in(m, 1, 12) && in(d, 1, len[m - 1] + (m == 2 && leap));
}

/* ".25" and longer; thousandths are kept. */
static int64_t fraction(str *s)
{
	int64_t ms = 0, scale = 100;

	if (!str_skip(s, S(".")) && !str_skip(s, S(",")))
		return 0;
	while (s->n && s->p[0] >= '0' && s->p[0] <= '9') {
		ms += (s->p[0] - '0') * scale;
		scale /= 10;
		*s = str_from(*s, 1);
	}
	return ms;
}

static bool offset(str s, int64_t *ms)
{
	int64_t h, m = 0;
	bool minus = str_starts(s, S("-"));

	*ms = 0;
	s = str_trim(s);
	if (!s.n || str_ieq(s, S("Z")))
		return true;
	if (!str_skip(&s, S("+")) && !str_skip(&s, S("-")))
		return false;
	if (!number(&s, 2, &h))
		return false;
	str_skip(&s, S(":"));
	if (s.n && !number(&s, 2, &m))
		return false;
	if (s.n || h > 23 || m > 59)
		return false;
	*ms = (h * 60 + m) * MINUTE * (minus ? -1 : 1);
	return true;
}

bool clock_parse_iso(str s, int64_t *ms)
{
	int64_t y, mo, d, h = 0, mi = 0, sec = 0, frac = 0, off = 0;

	if (!number(&s, 4, &y) || !str_skip(&s, S("-")) || !number(&s, 2, &mo) || !str_skip(&s, S("-")) || !number(&s, 2, &d))
		return false;
	if (!days_fit(y, mo, d))
		return false;
	if (str_skip(&s, S("T")) || str_skip(&s, S("t")) || str_skip(&s, S(" "))) {
		if (!number(&s, 2, &h) || !str_skip(&s, S(":")) || !number(&s, 2, &mi))
			return false;
		if (str_skip(&s, S(":"))) {
			if (!number(&s, 2, &sec))
				return false;
			frac = fraction(&s);
		}
		if (!offset(s, &off))
			return false;
	} else if (s.n) {
		return false;
	}
	if (h > 23 || mi > 59 || sec > 60)
		return false;
	*ms = day_number(y, mo, d) * DAY + h * HOUR + mi * MINUTE + sec * SECOND + frac - off;
	return true;
}

bool clock_parse_http(str s, int64_t *ms)
{
	int64_t d, y, h, mi, sec, mo;
	long at;

	s = str_trim(s);
	if (s.n != 29 || memcmp(s.p + 3, ", ", 2) || !str_ends(s, S(" GMT")))
		return false;
	at = str_find(str_of(months), str_n(s.p + 8, 3));
	if (at < 0 || at % 3)
		return false;
	mo = at / 3 + 1;
	if (!str_int(str_n(s.p + 5, 2), &d) || !str_int(str_n(s.p + 12, 4), &y) || !str_int(str_n(s.p + 17, 2), &h) ||
	    !str_int(str_n(s.p + 20, 2), &mi) || !str_int(str_n(s.p + 23, 2), &sec))
		return false;
	if (!days_fit(y, mo, d) || !in(h, 0, 23) || !in(mi, 0, 59) || !in(sec, 0, 60) || y < 0)
		return false;
	*ms = day_number(y, mo, d) * DAY + h * HOUR + mi * MINUTE + sec * SECOND;
	return true;
}

/* Takes the time where it is ahead of the last id, else the number after the last. */
static int64_t next_after(_Atomic int64_t *last, int64_t now)
{
	int64_t was = atomic_load(last), id;

	do
		id = now > was ? now : was + 1;
	while (!atomic_compare_exchange_weak(last, &was, id));
	return id;
}

int64_t id_new(void)
{
	static _Atomic int64_t last;

	return next_after(&last, clock_now() << 16);
}

int64_t id_new_small(void)
{
	static _Atomic int64_t last;

	return next_after(&last, clock_now() << 11);
}

int64_t id_at(int64_t ms)
{
	uint16_t low;

	codec_random(&low, sizeof(low));
	return id_least(ms) + low;
}

int64_t id_least(int64_t ms)
{
	return ms * 65536; /* no shift: with the clock near its beginning, times before it are negative */
}

int64_t id_time(int64_t id)
{
	return id >> 16;
}
