#pragma once
/* What a function can answer, and how answers travel. Two readers decide by the code: http/reply turns it into a
 * status, work/worker into done, later or drop; so a code exists only if some caller acts on it. */

enum err {
	OK = 0,
	ERR_NOT_FOUND, /* does not exist, or may not be seen: the same to whoever asks */
	ERR_DENIED,    /* exists and is known to exist, but is not allowed */
	ERR_INVALID,   /* the input is wrong; trying again will not help */
	ERR_CONFLICT,  /* what should be new is there already */
	ERR_LIMIT,     /* too many, too much or too often */
	ERR_BUSY,      /* try again: the database is locked, the peer is down */
	ERR_INTERNAL,  /* our own fault, or the machine's */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* The only macro that returns. */
#define TRY(e)                          \
	do {                            \
		enum err try_ = (e);    \
		if (try_)               \
			return try_;    \
	} while (0)

/* A fault of our own that no input can reach: says where, and ends the program. */
#define BUG_IF(cond)                                          \
	do {                                                  \
		if (__builtin_expect(!!(cond), 0))            \
			bug(__FILE__, __LINE__, #cond);       \
	} while (0)
void bug(const char *file, int line, const char *what) __attribute__((noreturn, cold));

/* "not_found", for logs. */
const char *err_name(enum err e);
