#pragma once
/* Shared by the two kinds of HTTP signatures; for src/net/httpsig*.c only. */
#include "base/buf.h"
#include "net/httpsig.h"

enum { SIG_TEXT_MAX = 8 * 1024,
       SIG_PARTS_MAX = 32,
       SIG_BASE_MAX = 64 * 1024 };

/* The one value of a header: SIG_HEADERS if it is absent, or there more than once with different values. */
enum sig_reason sig_header(const struct sig_request *rq, str name, str *value);
/* Host as it came, checked to be ours; *authority is its lower-case form without the scheme's own port. */
enum sig_reason sig_host(struct arena *mem, const struct sig_request *rq, str *authority);
/* 12 hours back, 1 forward, and not expired (0: no such time). */
enum sig_reason sig_time(const struct sig_request *rq, int64_t since, int64_t expires);
bool sig_is_body_digest(const struct sig_request *rq, str base64);
bool sig_reads_only(str method); /* GET, HEAD */

enum sig_reason cavage_read(struct arena *mem, const struct sig_request *rq, str text, struct sig *s);
/* What was signed; STR_NONE if it cannot be built. */
str cavage_base(struct arena *mem, const struct sig_request *rq, const struct sig *s, str target);
enum sig_reason rfc9421_read(struct arena *mem, const struct sig_request *rq, struct sig *s);
str rfc9421_base(struct arena *mem, const struct sig_request *rq, const struct sig *s);
/* The value of "sha-256" in Content-Digest, decoded; STR_NONE if there is none; *bad if it is no dictionary. */
str rfc9421_digest(struct arena *mem, str text, bool *bad);
