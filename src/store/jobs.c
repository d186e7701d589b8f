#include "store/jobs.h"

static const struct db_field job_fields[] = {
	F_I64(job, id),
	F_STR(job, kind),
	F_STR(job, args),
	F_I64(job, due),
	F_I64(job, tries),
	F_I64(job, created_at),
};
static const struct db_map job_map = DB_MAP_OF(job, job_fields);

SQL(job_insert,
    "INSERT INTO jobs (id, kind, args, unique_key, due, lease, tries, created_at, host)"
    " VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7)"
    " ON CONFLICT (unique_key) DO NOTHING");

enum err jobs_insert(struct db *db, const struct job *j, str unique_key, bool *added)
{
	int64_t n = 0;

	TRY(db_exec(db, &job_insert, ARGS(j->id, j->kind, j->args, unique_key, j->due, j->created_at, str_or(j->host, S(""))),
	            &n));
	*added = n > 0;
	return OK;
}

SQL(job_any,
    "SELECT id FROM jobs WHERE due <= $1 AND lease <= $1 AND kind IN (SELECT value FROM json_texts($2)) LIMIT 1");

enum err jobs_any(struct db *db, str kinds, int64_t now, bool *any)
{
	int64_t id;
	enum err e = db_number(db, &job_any, ARGS(now, kinds), &id);

	*any = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* What is under way does not keep another of its key from waiting: it may have read what it works on already. */
SQL(job_claim_due,
    "UPDATE jobs SET lease = $2, tries = tries + 1, unique_key = NULL WHERE id IN"
    " (SELECT j.id FROM jobs j WHERE j.due <= $1 AND j.lease <= $1 AND j.kind IN (SELECT value FROM json_texts($4))"
    " AND (j.host = '' OR NOT EXISTS (SELECT 1 FROM jobs b WHERE b.host = j.host AND b.host <> '' AND b.lease > $1))"
    " ORDER BY j.due LIMIT $3) AND lease <= $1 RETURNING id, kind, args, due, tries, created_at");

enum err jobs_claim(struct db *db, struct arena *mem, str kinds, int64_t n, int64_t now, int64_t lease,
                    struct db_rows *out)
{
	return db_many(db, &job_claim_due, ARGS(now, lease, n, kinds), &job_map, mem, out);
}

SQL(job_host, "SELECT COUNT(*) FROM (SELECT id FROM jobs WHERE host = $1 AND host <> '' LIMIT $2) j");

enum err jobs_of_host(struct db *db, str host, int64_t n, int64_t *count)
{
	return db_number(db, &job_host, ARGS(host, n), count);
}

SQL(job_delete, "DELETE FROM jobs WHERE id = $1");

enum err jobs_delete(struct db *db, int64_t id)
{
	return db_exec(db, &job_delete, ARGS(id), NULL);
}

SQL(job_again_at, "UPDATE jobs SET due = $2, lease = 0, error = $3 WHERE id = $1");

enum err jobs_again(struct db *db, int64_t id, int64_t due, str error)
{
	return db_exec(db, &job_again_at, ARGS(id, due, error), NULL);
}

SQL(job_uncount, "UPDATE jobs SET tries = tries - 1 WHERE id = $1");

enum err jobs_uncount(struct db *db, int64_t id)
{
	return db_exec(db, &job_uncount, ARGS(id), NULL);
}

SQL(job_to_dead,
    "INSERT INTO dead_jobs (id, kind, args, tries, created_at, died_at, error)"
    " SELECT id, kind, args, tries, created_at, $2, $3 FROM jobs WHERE id = $1 ON CONFLICT (id) DO NOTHING");

enum err jobs_bury(struct db *db, int64_t id, int64_t now, str error)
{
	TRY(db_exec(db, &job_to_dead, ARGS(id, now, error), NULL));
	return jobs_delete(db, id);
}

SQL(job_next_due,
    "SELECT MIN(CASE WHEN lease > due THEN lease ELSE due END) FROM (SELECT due, lease FROM jobs ORDER BY due LIMIT 200) j");

enum err jobs_next(struct db *db, int64_t *due)
{
	*due = 0;
	return db_number(db, &job_next_due, NO_ARGS, due);
}
