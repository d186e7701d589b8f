#pragma once
/* Rows of outgoing and deliveries. */
#include "db/db.h"

/* Whose inboxes; bits of deliveries_inboxes(). */
enum audience { TO_FOLLOWERS = 1,
	        TO_MENTIONED = 2,
	        TO_TARGET = 4,
	        TO_INTERACTED = 8,
	        TO_PARENT = 16,
	        TO_PARTED = 32, /* the target even if it is suspended: that a follow ends */
	        TO_RELAYS = 64,
	        TO_BLOCKERS = 128, /* who block the actor */
	        TO_RECENT = 256, /* whom the actor follows or names since an id, and who reported them */
	        TO_FEATURED = 512, /* who are in the collection that status_id names */
	        TO_GROUP = 1024 }; /* the group that a post is in */
struct audience_of {
	unsigned bits;
	int64_t actor_id, status_id, target_id, since;
};
struct inbox_row {
	str inbox;
};
/* Distinct ones; struct inbox_row. */
enum err deliveries_inboxes(struct db *db, struct arena *mem, const struct audience_of *who,
                            struct db_rows *out) MUST_CHECK;

struct outgoing {
	int64_t id, account_id;
	str object; /* "": none */
	str body;
	int64_t created_at;
	bool sync; /* for followers only: with a digest of them */
};
enum err outgoing_insert(struct db *db, const struct outgoing *o) MUST_CHECK;
/* Deliveries of older documents of that account about that object which are not under way, and documents left without any. */
enum err outgoing_cancel(struct db *db, struct arena *mem, int64_t account_id, str object,
                         int64_t now) MUST_CHECK;
/* n at most of all that is for a host, under way or not. */
enum err deliveries_cancel_host(struct db *db, struct arena *mem, str host, int64_t n, bool *more) MUST_CHECK;
enum err outgoing_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out) MUST_CHECK;
/* Those of the list that no delivery needs. */
enum err outgoing_delete_unused(struct db *db, struct arena *mem, struct ids ids) MUST_CHECK;
enum err outgoing_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

struct delivery {
	int64_t id, outgoing_id, account_id;
	str host, inbox;
	int64_t tries, created_at, site_id;
	str body;  /* shared by all of one outgoing_id in a claim */
	bool sync; /* likewise */
	bool rfc9421;  /* what its host likes */
	bool doubtful; /* its host has not worked yet, or not lately */
};
enum err deliveries_insert(struct db *db, const struct delivery *d, int64_t due) MUST_CHECK;

struct delivery_due {
	int64_t id;
	str host;
	bool held;     /* one about the same object goes to that inbox first */
	bool resting;  /* the breaker of its host is open */
	bool rfc9421, doubtful;
};
/* Of the first n that are due and free, whatever their host; sites and hosts take turns. */
enum err deliveries_due(struct db *db, struct arena *mem, int64_t now, int64_t n,
                        struct db_rows *out) MUST_CHECK;
struct deliveries_want {
	struct strs busy;    /* hosts to leave out */
	int64_t per_host, n; /* at most so many of a host and site, and in all */
	bool doubtful;       /* also of doubtful hosts */
};
/* Looks at each host and site instead; slower, by their number. */
enum err deliveries_due_by_host(struct db *db, struct arena *mem, const struct deliveries_want *w, int64_t now,
                                struct db_rows *out) MUST_CHECK;
/* Leases those that are still free; struct delivery without account_id, body and sync. */
enum err deliveries_lease(struct db *db, struct arena *mem, struct ids ids, int64_t now, int64_t lease,
                          struct db_rows *out) MUST_CHECK;
enum err deliveries_delete(struct db *db, struct arena *mem, struct ids ids, struct ids *outgoing) MUST_CHECK;
enum err deliveries_again(struct db *db, int64_t id, int64_t due, str error) MUST_CHECK;
/* Those of a host that waits. */
enum err deliveries_postpone(struct db *db, str host, int64_t now, int64_t due) MUST_CHECK;
/* Those of a host that is back. */
enum err deliveries_hurry(struct db *db, str host, int64_t now) MUST_CHECK;
enum err deliveries_next(struct db *db, int64_t now, int64_t *due) MUST_CHECK; /* 0: there is none */
