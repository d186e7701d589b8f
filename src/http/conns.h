#pragma once
/* Open connections: how many, of whom, and how long each may take. */
#include <pthread.h>
#include <stdatomic.h>

#include "http/address.h"

struct call;
struct peer;

enum conn_phase {
	PHASE_HEAD,   /* waiting for a request, or for the rest of its headers */
	PHASE_BODY,   /* waiting for the rest of a body */
	PHASE_UPLOAD, /* the same, of one that may be large */
	PHASE_WORK,   /* a handler has it */
	PHASE_SEND,   /* the client is to read the answer */
	PHASE_LINGER, /* refused in the middle of its body; what still comes is thrown away */
};

/* On the heap from accept to close; target, call and the like belong to the connection's thread. */
struct conn {
	struct conn *next, *prev;
	struct peer *peer;
	int fd;
	struct address address;
	bool trusted; /* a proxy of ours */
	_Atomic int phase;
	_Atomic int64_t since;    /* clock_mono() when the phase began */
	_Atomic int64_t received; /* bytes of the body */
	_Atomic int64_t heard;    /* clock_mono() when the last of them came */
	_Atomic int requests;     /* answered so far */
	uint64_t acked;           /* the reaper's: bytes the client had confirmed at its last look */
	int64_t looked;
	bool shut;    /* by us; under the list's lock */
	char *target; /* of the request being read */
	size_t target_n, target_size;
	int target_bad;    /* the status to refuse it with, or 0 */
	bool old;          /* it is HTTP/1.0 */
	bool begun;        /* the headers of a request have been checked */
	struct call *call; /* NULL for what the memo answers */
};

struct conns_options {
	int max, max_per_ip;
	int files, spare; /* how many may be open in this process; of them not for connections */
	struct addresses trusted;
};
struct conns;
struct conns *conns_new(const struct conns_options *o);
/* When no connection is open any more. */
void conns_free(struct conns *c);
/* May this one come in? At the total limit, and when descriptors become scarce, the longest idle one is closed for it. */
bool conns_admit(struct conns *c, const struct sockaddr *sa);
struct conn *conns_add(struct conns *c, const struct sockaddr *sa, int fd);
void conns_remove(struct conns *c, struct conn *conn);
/* Another descriptor gets the connection's number. */
void conns_swap(struct conns *c, struct conn *conn, int fd);
void conn_enter(struct conn *conn, enum conn_phase phase);
/* Closes those between two requests. */
void conns_close_idle(struct conns *c);
/* Closes what is overdue; called about every second. */
void conns_reap(struct conns *c);
