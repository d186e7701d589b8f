#pragma once
/* Claimed deliveries in memory: by host, in order, with a cap on how many are under way to each. One thread. */
#include "core/deliver.h"
#include "net/fetch.h"

/* A document, shared by all parcels that carry it. */
struct letter {
	int64_t outgoing_id;
	int refs;
	str body;
	char bytes[];
};

/* Heap; of parcels while it waits, of the caller from parcels_next() on, until parcel_free(). */
struct parcel {
	struct parcel *next;
	struct peer *peer;
	struct letter *letter;
	int64_t id, account_id, tries, created_at;
	str host, inbox;
	bool sync;        /* with a digest of the followers there */
	str digest;       /* that header, in mem */
	bool is_signed;   /* the knock under way */
	bool doubtful;    /* of a host that may not work */
	bool rfc9421;     /* the kind of signature of the knock under way */
	bool second;      /* the second knock */
	int first_status; /* what the first one got */
	struct arena mem; /* of the call */
	struct net_call call;
	char names[];
};

struct parcels;
struct parcels *parcels_new(int per_host);
void parcels_free(struct parcels *ps); /* and what waits in it */
void parcels_add(struct parcels *ps, const struct delivery *list, size_t n);
/* The next that may go: its host has room, nothing of its account is under way to its inbox, and of doubtful ones fewer than
 * so many are under way. NULL: none now. */
struct parcel *parcels_next(struct parcels *ps, int doubtful);
/* It is no longer under way. True if its host has nothing left in memory. */
bool parcels_ended(struct parcels *ps, struct parcel *p);
/* Takes one that waits for that host, or NULL. */
struct parcel *parcels_take_host(struct parcels *ps, str host);
/* Hosts with at least `many` in memory. */
struct strs parcels_busy(const struct parcels *ps, struct arena *mem, int many);
int parcels_count(const struct parcels *ps); /* waiting and under way */
int parcels_doubtful(const struct parcels *ps); /* of these */
void parcel_free(struct parcel *p);
