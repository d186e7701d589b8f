#include "store/remote_files.h"

static const struct db_field file_fields[] = {
	F_STR(remote_file, sum),
	F_STR(remote_file, first),
	F_STR(remote_file, second),
	F_I64(remote_file, tries),
	F_I64(remote_file, next_at),
	F_I64(remote_file, at),
};
static const struct db_map file_map = DB_MAP_OF(remote_file, file_fields);
static const struct db_field blob_fields[] = {
	F_STR(remote_blob, hash),
	F_I64(remote_blob, size),
	F_I64(remote_blob, used_at),
};
static const struct db_map blob_map = DB_MAP_OF(remote_blob, blob_fields);

SQL(remote_file_get, "SELECT sum, first, second, tries, next_at, at FROM remote_files WHERE sum = $1");
SQL(remote_file_put,
    "INSERT INTO remote_files (sum, first, second, tries, next_at, at) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (sum) DO UPDATE SET first = excluded.first, second = excluded.second, tries = excluded.tries,"
    " next_at = excluded.next_at, at = excluded.at");
SQL(remote_file_sweep,
    "DELETE FROM remote_files WHERE sum IN (SELECT r.sum FROM remote_files r WHERE r.at < $1"
    " AND NOT EXISTS (SELECT 1 FROM blobs b WHERE b.hash = substr(r.first, 1, 64))"
    " AND NOT EXISTS (SELECT 1 FROM blobs b WHERE b.hash = substr(r.second, 1, 64)) LIMIT $2)");
SQL(remote_file_oldest,
    "SELECT hash, size, used_at FROM blobs WHERE hash IS NOT NULL ORDER BY used_at LIMIT $1");

enum err remote_files_get(struct db *db, struct arena *mem, str sum, struct remote_file *f)
{
	return db_one(db, &remote_file_get, ARGS(sum), &file_map, mem, f);
}

enum err remote_files_put(struct db *db, const struct remote_file *f)
{
	return db_exec(db, &remote_file_put, ARGS(f->sum, f->first, f->second, f->tries, f->next_at, f->at), NULL);
}

enum err remote_files_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &remote_file_sweep, ARGS(before, limit), gone);
}

enum err remote_files_oldest(struct db *db, struct arena *mem, int64_t limit, struct db_rows *out)
{
	return db_many(db, &remote_file_oldest, ARGS(limit), &blob_map, mem, out);
}
