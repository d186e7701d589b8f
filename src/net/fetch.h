#pragma once
/* All outgoing HTTP: one thread, one libcurl multi. Nothing else in the program connects to strangers. */
#include "base/err.h"
#include "base/str.h"

struct guard;
struct net;
struct url;

struct net_options {
	const struct guard *guard; /* outlives the net */
	str ca_file;               /* empty: the system's */
	str user_agent;            /* "dassie/0.1.0 (+https://our.host/)" */
	int total_ms;              /* longest time of one call with its redirects; 0: 30,000 */
	int connect_ms;            /* 0: 5,000 */
	size_t max_calls;          /* under way at a time; 0: 256 */
	size_t per_host;           /* of them to one authority; 0: 8 */
};

/* Copies what it needs; the thread starts with the first call. Takes SSLKEYLOGFILE out of the environment: call it
 * before other threads start. */
struct net *net_start(const struct net_options *options);
/* Ends what is under way with NET_STOPPED and joins the thread; calls made later end so at once. */
void net_stop(struct net *n);
void net_free(struct net *n); /* after net_stop(), when nobody can call any more; NULL is fine */

enum net_result {
	NET_OK,        /* there is an answer; look at status */
	NET_REFUSED,   /* by the guard: URL, port, address, downgrade, or by hop(); nothing was sent there */
	NET_REDIRECTS, /* too many of them */
	NET_TOO_BIG,
	NET_DNS,
	NET_CONNECT,
	NET_TLS,
	NET_TIMEOUT,
	NET_BROKEN, /* the peer does not speak HTTP to the end */
	NET_STOPPED,
};
const char *net_result_name(enum net_result r);

/* One call. Zero it, fill in, submit; leave it and what it borrows alone until it is done. */
struct net_call {
	struct arena *mem; /* the results live here; the net owns it from submit to done */
	str method;        /* GET, HEAD or POST */
	str url;
	struct strs headers; /* lines "Name: value" without line ends */
	str body;            /* of a POST */
	size_t max_body;     /* decoded bytes; 0: 1 MiB, for POST 64 KiB */
	int total_ms;        /* 0: as in the options */
	int redirects;       /* followed at most so often, GET and HEAD only; https to http never */
	bool cut_body;       /* what is behind max_body is not wanted */
	bool drop_body;      /* only the status counts: what comes is read up to max_body and forgotten */
	bool to_file;        /* the body is written to the descriptor `file` from its start, instead of kept in reply */
	int file;
	/* With to_file: so many bytes of an answer with 200 have come, of so many (-1: it does not say). On the net thread; must
	 * not wait. False: no more is wanted, and the result NET_BROKEN. */
	bool (*came)(struct net_call *call, int64_t n, int64_t all);
	bool urgent;         /* someone waits: goes before others */
	/* Each may be NULL. For every URL visited, the first in net_submit(), later ones on the net thread: hop() says
	 * whether it may be (blocked hosts), sign() adds lines to those in headers. Other than OK: NET_REFUSED. */
	enum err (*hop)(struct net_call *call, const struct url *u);
	enum err (*sign)(struct net_call *call, const struct url *u, struct strs *lines);
	/* On the net thread, once, whatever happens; must not wait. The call is the caller's again. */
	void (*done)(struct net_call *call);
	void *arg;

	enum net_result result;
	int status;          /* 0 if none came; may be set beside an error */
	str reply;           /* decoded body */
	str head;            /* header lines of the last answer */
	str content_type;    /* as sent, or STR_NONE */
	str location;        /* likewise */
	int64_t retry_after; /* milliseconds from now; -1 if not given */
	str final;           /* the URL that answered */
	str address;         /* that was connected to */
	str why;             /* for logs */
	int64_t took_ms;

	struct net_hop *hop_now; /* of the net thread */
	void *waiter;            /* of net_call_wait() */
};

/* Any thread. done() is called on the net thread, also for what was refused at once; on this one after net_stop(). */
void net_submit(struct net *n, struct net_call *call);
/* Waits for the answer; done is set by it. OK when there is one (any status); ERR_INVALID: refused, too big or
 * too many redirects; ERR_BUSY: try again later. Not from the net thread. */
enum err net_call_wait(struct net *n, struct net_call *call) MUST_CHECK;
/* The same mapping, for done(). */
enum err net_call_err(const struct net_call *call);
/* The first header of that name in the last answer, or STR_NONE. */
str net_header(const struct net_call *call, str name);
