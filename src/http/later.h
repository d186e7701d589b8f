#pragma once
/* A few threads for what must wait for the network: the requests themselves are suspended meanwhile. */
#include <stdbool.h>

struct call;
struct later;

enum { LATER_QUEUE_MAX = 200 };

/* Threads start with the first job. */
struct later *later_new(int threads);
/* Takes a place in the queue; false when it is full or closed. */
bool later_reserve(struct later *l);
/* The call is suspended and has a place. */
void later_add(struct later *l, struct call *call);
/* Drops what has not begun; waits for what has. */
void later_free(struct later *l);
