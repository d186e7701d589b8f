#pragma once
/* Rows of jobs and dead_jobs. */
#include "db/db.h"

struct job {
	int64_t id;
	str kind; /* a line of work/jobs.def */
	str args; /* JSON object */
	int64_t due, tries, created_at;
	str host; /* that must be asked for it; "": none */
};
/* unique_key STR_NONE: any number; else nothing happens if one with that key waits. */
enum err jobs_insert(struct db *db, const struct job *j, str unique_key, bool *added) MUST_CHECK;
/* Is one of the kinds due and free? */
enum err jobs_any(struct db *db, str kinds, int64_t now, bool *any) MUST_CHECK;
/* How many of one host wait or run, at most n. */
enum err jobs_of_host(struct db *db, str host, int64_t n, int64_t *count) MUST_CHECK;
/* Of one host one at a time. */
enum err jobs_claim(struct db *db, struct arena *mem, str kinds, int64_t n, int64_t now, int64_t lease,
                    struct db_rows *out) MUST_CHECK;
enum err jobs_delete(struct db *db, int64_t id) MUST_CHECK;
enum err jobs_again(struct db *db, int64_t id, int64_t due, str error) MUST_CHECK;
/* That try did not count. */
enum err jobs_uncount(struct db *db, int64_t id) MUST_CHECK;
enum err jobs_bury(struct db *db, int64_t id, int64_t now, str error) MUST_CHECK;
enum err jobs_next(struct db *db, int64_t *due) MUST_CHECK; /* 0: there is none */
