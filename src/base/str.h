#pragma once
/* Borrowed runs of bytes, and the few things one does with them. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct arena;

/* A borrowed run of bytes. Not NUL-terminated. p == NULL is "no value" (SQL NULL, JSON null),
 * which differs from the empty string. */
typedef struct {
	const char *p;
	size_t n;
} str;

#define S(lit) ((str){ "" lit, sizeof(lit) - 1 })
#define STR_NONE ((str){ NULL, 0 })
/* For printf: "%.*s", STR_F(s) */
#define STR_F(s) (int)(s).n, ((s).p ? (s).p : "")

static inline str str_of(const char *z) { return (str){ z, z ? strlen(z) : 0 }; }
static inline str str_n(const char *p, size_t n) { return (str){ p, n }; }
static inline bool str_none(str s) { return !s.p; }
static inline bool str_empty(str s) { return !s.n; }
static inline str str_or(str s, str other) { return s.n ? s : other; }
static inline str str_from(str s, size_t at)
{
	if (at >= s.n)
		return (str){ s.p ? s.p + s.n : s.p, 0 };
	return (str){ s.p + at, s.n - at };
}
static inline str str_to(str s, size_t n) { return (str){ s.p, n < s.n ? n : s.n }; }

/* Exact comparison; STR_NONE equals only STR_NONE. */
bool str_eq(str a, str b);
/* ASCII letters compare without case. */
bool str_ieq(str a, str b);
/* Bytewise order, as memcmp; a prefix sorts first. */
int str_cmp(str a, str b);
bool str_starts(str s, str prefix);
bool str_istarts(str s, str prefix);
bool str_ends(str s, str suffix);
/* Drops the prefix or suffix if it is there and says whether it was. */
bool str_skip(str *s, str prefix);
bool str_chop(str *s, str suffix);

/* Where c or needle first stands, or -1. */
long str_chr(str s, char c);
long str_find(str s, str needle);

/* The part before the first c; *rest becomes what follows it. With no c, all of it, and *rest is STR_NONE.
 * for (str part; str_cut(&rest, ',', &part);) visits every part; false once *rest is STR_NONE. */
bool str_cut(str *rest, char c, str *part);
/* Without ASCII white space on both ends. */
str str_trim(str s);

/* Decimal, optional '-', nothing else, within int64_t; false leaves *v alone. */
bool str_int(str s, int64_t *v);
/* Valid UTF-8 without surrogates, overlong forms or NUL bytes. */
bool str_utf8(str s);
/* Decodes the character at *at (valid UTF-8 taken for granted) and moves *at behind it; 0 at the end. */
uint32_t str_rune(str s, size_t *at);
/* Number of Unicode characters in valid UTF-8. */
size_t str_runes(str s);
/* The first n Unicode characters at most. */
str str_head_runes(str s, size_t n);

/* What these return lives as long as the arena. */
str str_dup(struct arena *mem, str s);
const char *cstr(struct arena *mem, str s);
str str_lower(struct arena *mem, str s); /* ASCII only */
str str_cat(struct arena *mem, str a, str b);
str strf(struct arena *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A counted list of strings. */
struct strs {
	str *v;
	size_t n;
};
bool strs_has(struct strs list, str s);
/* A counted list of ids. */
struct ids {
	int64_t *v;
	size_t n;
};
bool ids_has(struct ids list, int64_t id);
