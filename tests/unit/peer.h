#pragma once
/* A small HTTP server on loopback for tests of outgoing HTTP; one thread a connection. What it does is in the path:
 * see peer.c. */
#include <stdatomic.h>
#include <stdbool.h>

struct peer {
	int port, fd;
	atomic_int connections, requests;
	atomic_bool stop;
	unsigned long thread;
};

void peer_start(struct peer *p);
void peer_stop(struct peer *p);
