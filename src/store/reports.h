#pragma once
/* Rows of reports. */
#include "db/db.h"

struct report {
	int64_t id, site_id, account_id, target_id;
	str category, comment;
	str statuses, rules, collections; /* JSON lists of ids */
	bool forwarded;
	str uri;
	int64_t created_at, updated_at, assigned_id;
	int64_t resolved_at, resolved_by; /* 0: open; by the command line */
};
enum err reports_insert(struct db *db, const struct report *r) MUST_CHECK;
enum err reports_by_id(struct db *db, struct arena *mem, int64_t id, struct report *r) MUST_CHECK;
enum err reports_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out) MUST_CHECK;
struct report_find {
	int64_t site_id, account_id, target_id; /* account_id, target_id 0: any */
	bool resolved;
	int64_t max, min, limit; /* by id */
	bool up;                 /* the lowest first */
};
enum err reports_list(struct db *db, struct arena *mem, const struct report_find *f, struct db_rows *out) MUST_CHECK;
/* resolved_at 0: opens it again. *changed false: it was so already. */
enum err reports_resolve(struct db *db, int64_t id, int64_t resolved_at, int64_t by, int64_t now, bool *changed) MUST_CHECK;
/* An open one by the same account that says the same. */
enum err reports_same(struct db *db, const struct report *r, bool *there) MUST_CHECK;
/* By accounts of that host, to that site: with ids above one. */
enum err reports_count_host(struct db *db, str host, int64_t site_id, int64_t above, int64_t *n) MUST_CHECK;
/* Of these posts (JSON list), those by target that somebody on that host may have seen: public ones, those for followers if it
 * has a follower there, and those that name somebody there. */
enum err reports_seen(struct db *db, struct arena *mem, str posts, int64_t target_id, str host, struct ids *ids) MUST_CHECK;
/* Accounts of who looks after a site. */
enum err reports_staff(struct db *db, struct arena *mem, int64_t site_id, struct ids *ids) MUST_CHECK;
