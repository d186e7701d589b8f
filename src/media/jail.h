#pragma once
/* What a worker of dassie-media gives up before it looks at a stranger's file. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum jail_kind { JAIL_PICTURE, /* decodes in this process */
	         JAIL_FILM,    /* starts the two fixed programs */
	         JAIL_TOOL,    /* is about to become one of them */
	         JAILS };

/* Says on standard error what is missing; false if nothing can be decoded safely. Once, before jail_enter(). */
bool jail_prepare(void);
/* 0: this kernel has none, or it is switched off. */
int jail_landlock(void);

struct jail_limits {
	unsigned cpu_seconds, clock_seconds;
	int64_t file_max, memory;
};

/* For good. fds: the files that may be opened anew through /proc/self/fd, the first to be read, the others to be
 * written. False: nothing may be decoded. Of JAIL_TOOL, path and argv are the only call of execve() that remains. */
bool jail_enter(enum jail_kind kind, const struct jail_limits *limits, const int *fds, size_t fd_count);
bool jail_tool(const char *path, char *const *argv);
