#pragma once
/* One event a line, logfmt, to stderr: info at=deliver host=b.test try=3 status=502 took=812 */
#include "base/str.h"

/* error: someone must act. warn: may need to. info: a change of state, a request, a job. debug: by wish. */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_NONE };

struct log_field {
	const char *key;
	str text; /* STR_NONE: the number counts */
	int64_t number;
};

#define LS(key, s) { key, str_or((s), S("-")), 0 }
#define LI(key, i) { key, STR_NONE, (int64_t)(i) }
/* LOG(LOG_WARN, "deliver", LS("host", host), LI("try", tries)); values are quoted and cut by the logger. */
#define LOG(level, at, ...)                                                                          \
	do {                                                                                         \
		if ((level) >= log_level())                                                          \
			log_write(level, at, (const struct log_field[]){ __VA_ARGS__, { 0 } });      \
	} while (0)

enum log_level log_level(void);
void log_set_level(enum log_level level);
/* Fields end with an empty key. The line is written in one go. */
void log_write(enum log_level level, const char *at, const struct log_field *fields);
