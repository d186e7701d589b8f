#pragma once
/* What became of deliveries: rows of delivered, and those that still wait, as people read them. */
#include "db/db.h"

/* Before the deliveries of the list are deleted. error STR_NONE: they arrived. */
enum err delivered_note(struct db *db, struct arena *mem, struct ids ids, int64_t now, str error) MUST_CHECK;
enum err delivered_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

/* One inbox's part of what is about a post. */
struct sent_line {
	int64_t id;
	str host;
	bool waits;
	int64_t at; /* when it was over; of one that waits: when it is due */
	int64_t tries;
	str error;          /* STR_NONE: it arrived, or was not tried yet */
	int64_t open_until; /* of a host whose breaker is open */
};
enum err delivered_about(struct db *db, struct arena *mem, str object, int64_t n, struct db_rows *out) MUST_CHECK;

struct sent_host {
	str host;
	int64_t waiting, oldest_at, due, tries;
	str error;
	int64_t ok_at, failures, failing_since, open_until;
};
/* Hosts for which something waits or that fail, the most waiting first; or the one named. */
enum err delivered_hosts(struct db *db, struct arena *mem, str host, int64_t n, struct db_rows *out) MUST_CHECK;
/* What became of deliveries to one host, as long as it is remembered; what was last first. */
struct sent_end {
	str error; /* STR_NONE: they arrived */
	int64_t n, last_at;
};
enum err delivered_ends(struct db *db, struct arena *mem, str host, int64_t n, struct db_rows *out) MUST_CHECK;
