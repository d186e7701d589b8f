#pragma once
/* Claimed activities in memory, for the threads of the inbox: what one account did goes in its order, hosts take turns, and
 * those that are slow, or new, hold a part of the threads only. Guarded by its user. */
#include "core/deliver.h"

/* Heap; handed to the thread that took it. */
struct arrival {
	struct inbox_item item;
	struct arrival *next;
	int64_t took_ms; /* by who worked on it */
	char bytes[];
};

struct arrivals;
struct arrivals *arrivals_new(int doubtful); /* how many threads slow and new hosts may hold at once */
void arrivals_free(struct arrivals *a);
void arrivals_add(struct arrivals *a, const struct inbox_item *items, size_t n);
/* Up to n of hosts nobody works for: of those known to be quick together, of any other alone. NULL: none may go now. */
struct arrival *arrivals_take(struct arrivals *a, int n);
/* Prepared, they may be written if nothing that came before them is being written now. From then on what comes after them may be
 * taken and prepared; but for hosts that are not quick. */
bool arrivals_may_write(const struct arrivals *a, const struct arrival *list);
void arrivals_write(struct arrivals *a, const struct arrival *list);
/* They are done; frees them. What took a second makes its host a slow one, until it was quick. */
void arrivals_done(struct arrivals *a, struct arrival *list);
/* Hosts of which enough waits: quick ones `many`, others less. */
struct strs arrivals_full(const struct arrivals *a, struct arena *mem, int many);
int arrivals_count(const struct arrivals *a);    /* waiting */
size_t arrivals_bytes(const struct arrivals *a); /* of these */
