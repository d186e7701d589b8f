#pragma once
/* Rows of inbox and seen. */
#include "db/db.h"

struct inbox_item {
	int64_t id, signer_id, site_id, target_id, tries, created_at;
	str host; /* of the signer */
	str body;
};
struct inbox_due {
	int64_t id;
	str host;
};
/* *first false: it was there already. */
enum err seen_put(struct db *db, str uri, int64_t now, bool *first) MUST_CHECK;
enum err seen_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
enum err inbox_insert(struct db *db, const struct inbox_item *i) MUST_CHECK;
/* Of the first n that are due and free, whatever their host; sites and hosts take turns; struct inbox_due. */
enum err inbox_due_first(struct db *db, struct arena *mem, int64_t now, int64_t n, struct db_rows *out) MUST_CHECK;
/* Looks at each host that is not busy, and each site, instead: per_host of each, n in all. */
enum err inbox_due_by_host(struct db *db, struct arena *mem, struct strs busy, int64_t now, int64_t per_host, int64_t n,
                           struct db_rows *out) MUST_CHECK;
/* Leases those that are still free; struct inbox_item. */
enum err inbox_lease(struct db *db, struct arena *mem, struct ids ids, int64_t now, int64_t lease,
                     struct db_rows *out) MUST_CHECK;
/* How much of a host waits; no more than `most` is counted. */
enum err inbox_waiting(struct db *db, str host, int64_t most, int64_t *n) MUST_CHECK;
enum err inbox_delete(struct db *db, int64_t id) MUST_CHECK;
enum err inbox_put_back(struct db *db, int64_t id, int64_t due) MUST_CHECK;
/* That try did not count. */
enum err inbox_uncount(struct db *db, int64_t id) MUST_CHECK;
enum err inbox_first(struct db *db, int64_t *due) MUST_CHECK; /* 0: there is none */
