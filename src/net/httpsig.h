#pragma once
/* HTTP signatures: draft-cavage-12 signed and verified, RFC 9421 verified. Pure: no network, no database, no clock. */
#include "base/str.h"

struct sig_key;
struct url;

enum sig_reason {
	SIG_GOOD,
	SIG_NONE,      /* there is no signature */
	SIG_MALFORMED, /* 400: cannot be read */
	SIG_ALGORITHM, /* unknown, forbidden, or not the key's */
	SIG_UNCOVERED, /* too little is signed */
	SIG_HEADERS,   /* a signed header is absent or there twice with different values */
	SIG_HOST,      /* not one of ours */
	SIG_STALE,     /* too old, too new or without a time */
	SIG_DIGEST,    /* absent, unknown or not the body's */
	SIG_WRONG,     /* the signature is not the key's */
};
/* "stale", for logs. */
const char *sig_reason_name(enum sig_reason r);
/* The HTTP status for it: 400 or 401; 0 for SIG_GOOD. */
int sig_reason_status(enum sig_reason r);

/* A request as it came. */
struct sig_request {
	str method;        /* "POST" */
	str target;        /* path and query, as received */
	str body;          /* raw */
	struct strs hosts; /* our own: lower case, ":port" if it is not the scheme's own */
	bool http;         /* our URLs are http (dev), for RFC 9421 */
	int64_t now;
	/* The value of the i-th header of that name (ASCII case does not count), STR_NONE past the last. */
	str (*header)(void *arg, str name, size_t i);
	void *arg;
};

/* A signature taken apart; strings live in the arena it was read into, or in the request. */
struct sig {
	str key_id;
	str bytes;     /* the signature, decoded */
	str algorithm; /* as sent, STR_NONE if not */
	bool rfc9421;
	struct strs covered;      /* names in order: "(request-target)", "@method", "date" */
	int64_t created, expires; /* milliseconds; 0: not given */
	str params;               /* RFC 9421: the text of @signature-params */
};

/* Reads the signature and checks all that needs no key: form, coverage, host, time, digest. Only SIG_GOOD makes it worth
 * looking for the key. The request's method must be GET, HEAD or POST, or it is held to POST's rules. */
enum sig_reason sig_read(struct arena *mem, const struct sig_request *rq, struct sig *s);
/* After sig_read(): is it this key's? The target is tried with its query, then without. */
enum sig_reason sig_verify(struct arena *mem, const struct sig_request *rq, const struct sig *s, const struct sig_key *key);

/* What to sign with, and when. */
struct sig_with {
	const struct sig_key *key;
	str key_id;
	int64_t now;
	bool no_query; /* leave the query out of (request-target): for peers that answer 401 to it */
	bool rfc9421;  /* second knock: RFC 9421 instead of draft-cavage */
	str sync;      /* value of Collection-Synchronization, signed as well; STR_NONE: none */
};
/* The header lines ("Date: ...") that make the request a signed one: Host, Date, Digest (only with a body),
 * Collection-Synchronization and Signature. body is STR_NONE for GET. n is 0 if signing failed. */
struct strs sig_sign(struct arena *mem, const struct sig_with *with, str method, const struct url *u, str body);
