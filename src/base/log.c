#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { VALUE_MAX = 300, LINE_MAX_BYTES = 2000 };

static _Atomic int lowest = LOG_INFO;

enum log_level log_level(void)
{
	return (enum log_level)atomic_load_explicit(&lowest, memory_order_relaxed);
}

void log_set_level(enum log_level level)
{
	atomic_store(&lowest, (int)level);
}

static bool plain(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f)
			return false;
	}
	return s.n;
}

static size_t put(char *p, str s)
{
	static const char hex[] = "0123456789abcdef";
	bool bare = plain(s);
	size_t n = 0;

	if (!bare)
		p[n++] = '"';
	for (size_t i = 0; i < s.n && n < VALUE_MAX; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 0x7f) {
			p[n++] = '\\';
			p[n++] = 'x';
			p[n++] = hex[c >> 4];
			p[n++] = hex[c & 15];
			continue;
		}
		if (c == '"' || c == '\\')
			p[n++] = '\\';
		p[n++] = (char)c;
	}
	if (!bare)
		p[n++] = '"';
	return n;
}

void log_write(enum log_level level, const char *at, const struct log_field *fields)
{
	static const char *const names[] = { "debug", "info", "warn", "error", "" };
	char line[LINE_MAX_BYTES + VALUE_MAX + 64];
	size_t n = (size_t)snprintf(line, 100, "%s at=%s", names[level], at);

	for (; fields->key && n < LINE_MAX_BYTES; fields++) {
		n += (size_t)snprintf(line + n, 40, " %.36s=", fields->key);
		if (fields->text.p)
			n += put(line + n, fields->text);
		else
			n += (size_t)snprintf(line + n, 24, "%lld", (long long)fields->number);
	}
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		return; /* nowhere left to say it */
}
