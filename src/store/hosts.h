#pragma once
/* Rows of hosts. */
#include "db/db.h"

struct host {
	str host;
	int64_t ok_at, failed_at, failures, failing_since, open_until;
	bool query_quirk;
	bool rfc9421; /* took that kind of signature and not draft-cavage */
};
enum err hosts_get(struct db *db, struct arena *mem, str host, struct host *h) MUST_CHECK;
enum err hosts_seen(struct db *db, str host, int64_t now) MUST_CHECK;
enum err hosts_ok(struct db *db, str host, int64_t now) MUST_CHECK;
/* n failures more; how many in a row there are now. */
/* Of these hosts, those that have not worked since a time and were tried after another. */
enum err hosts_dead(struct db *db, struct arena *mem, struct strs hosts, int64_t since, int64_t tried,
                    struct strs *dead) MUST_CHECK;
enum err hosts_failed(struct db *db, str host, int64_t n, int64_t now, int64_t *failures) MUST_CHECK;
enum err hosts_rest(struct db *db, str host, int64_t until) MUST_CHECK;
enum err hosts_set_rfc9421(struct db *db, str host, bool rfc9421, int64_t now) MUST_CHECK;
enum err hosts_set_slow(struct db *db, str host, bool slow, int64_t now) MUST_CHECK;
enum err hosts_set_quirk(struct db *db, str host, bool query_quirk, int64_t now) MUST_CHECK;
/* Those nobody has heard of since, without accounts. */
enum err hosts_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
