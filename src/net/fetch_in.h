#pragma once
/* The inside of outgoing HTTP; for src/net/fetch*.c only. All but the lock's part belongs to the net thread. */
#include <curl/curl.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/url.h"
#include "net/fetch.h"

enum { HEAD_LIMIT = 256 * 1024,
       REPLY_LIMIT = 1024 * 1024,
       POST_REPLY_LIMIT = 64 * 1024,
       RESOLVE_LIMIT = 64,  /* names asked for at a time: each is a thread of libcurl's */
       ADDRESSES_LIMIT = 4, /* tried of one name */
       IDLE_EASY_LIMIT = 64,
       IDLE_MS = 60 * 1000 }; /* then connections and handles are given back */

/* One visit of one URL, in the call's arena. A call has one after the other. */
struct net_hop {
	struct net *net;
	struct net_call *call;
	struct net_hop *next; /* in a queue, or among those under way */
	struct net_hop *before;
	struct net_host *host;
	struct url url;
	struct curl_slist *lines, *connect_to;
	CURL *easy;
	int64_t deadline; /* monotonic; 0 until the first hop starts */
	int64_t since;
	size_t got, head_got, max_body;
	struct buf body, head;
	int sockets; /* made for this hop */
	int follows; /* redirects so far */
	bool resolving, refused, too_big, cut, encoded, garbled;
	int64_t length; /* of the body, as its head says; -1: it does not, or the bytes are packed */
	long status;    /* 0: not looked at yet */
	bool started;
	char why[CURL_ERROR_SIZE];
};

struct hop_list {
	struct net_hop *first, *last;
};

/* Calls to one origin, waiting and under way. Heap; freed when idle and too many. */
struct net_host {
	struct net_host *chain;
	struct net_host *next_ready;
	struct hop_list waiting;
	size_t active;
	bool ready, known; /* known: has answered, so its name resolves */
	uint64_t hash;
	size_t n;
	char name[];
};

struct net {
	const struct guard *guard;
	char *ca_file, *user_agent;
	int total_ms, connect_ms;
	size_t max_calls, per_host;

	pthread_mutex_t lock; /* of these five */
	struct hop_list inbox;
	bool running, stopping;
	pthread_t thread;
	CURLM *multi; /* replaced by the thread under the lock */

	struct hop_list active;
	size_t active_count, resolving;
	CURL *idle[IDLE_EASY_LIMIT];
	size_t idle_count;
	struct net_host **hosts;
	size_t host_count, waiting_count;
	struct {
		struct net_host *first, *last;
	} ready[2]; /* unknown, known */
};

void hop_append(struct hop_list *list, struct net_hop *h);
void hop_prepend(struct hop_list *list, struct net_hop *h);

/* Everything about a hop that needs no libcurl call: URL, guard, signature, header lines. False: call->result is set. */
bool hop_prepare(struct net_hop *h, str url);
/* Hands it to libcurl. */
void hop_start(struct net_hop *h);
/* Takes it back from libcurl with its outcome. True: the call is over; false: h is prepared for the next hop. */
bool hop_finish(struct net_hop *h, CURLcode code);
/* Takes it back from libcurl without an outcome. */
void hop_abort(struct net_hop *h);

/* The waiting room: by host, in turns. */
void turns_open(struct net *n);
void turns_close(struct net *n);
void turns_wait(struct net_hop *h);             /* h waits for its turn */
struct net_hop *turns_next(struct net *n);      /* one that may start now, counted as under way; NULL */
void turns_done(struct net_hop *h, bool known); /* it is no longer under way */
struct net_hop *turns_any(struct net *n);       /* one of those waiting, whatever the limits; NULL */
