#include "store/blobs.h"

static const struct db_field blob_fields[] = {
	F_I64(blob, id),
	F_STR(blob, hash),
	F_STR(blob, kind),
	F_STR(blob, mime),
	F_I64(blob, size),
	F_I64(blob, created_at),
	F_I64(blob, used_at),
};
static const struct db_map blob_map = DB_MAP_OF(blob, blob_fields);

SQL(blob_begin,
    "INSERT INTO blobs (id, hash, kind, mime, size, created_at, used_at) VALUES ($1, NULL, $2, '', 0, $3, $3)");
SQL(blob_add_chunk, "INSERT INTO blob_chunks (blob_id, place, sum, bytes) VALUES ($1, $2, $3, $4)");
SQL(blob_finish, "UPDATE blobs SET hash = $2, mime = $3, size = $4 WHERE id = $1 AND hash IS NULL");
SQL(blob_give_up, "UPDATE blobs SET created_at = 0 WHERE id = $1 AND hash IS NULL");
SQL(blob_by_hash, "SELECT id, hash, kind, mime, size, created_at, used_at FROM blobs WHERE hash = $1");
SQL(blob_touch, "UPDATE blobs SET used_at = $2 WHERE hash = $1 AND used_at < $2");
SQL(blob_chunk_get, "SELECT sum, bytes FROM blob_chunks WHERE blob_id = $1 AND place = $2");
SQL(blob_hide, "UPDATE blobs SET hash = NULL, created_at = 0 WHERE hash = $1");

SQL(blob_abandon, "UPDATE blobs SET created_at = 0 WHERE hash IS NULL");

enum err blobs_begin(struct db *db, int64_t id, str kind, int64_t now)
{
	return db_exec(db, &blob_begin, ARGS(id, kind, now), NULL);
}

enum err blobs_add_chunk(struct db *db, int64_t id, int64_t place, str sum, str bytes)
{
	return db_exec(db, &blob_add_chunk, ARGS(id, place, db_bytes(sum), db_bytes(bytes)), NULL);
}

/* One that was swept meanwhile is a case for another try. */
enum err blobs_finish(struct db *db, const struct blob *b)
{
	int64_t changed = 0;

	TRY(db_exec(db, &blob_finish, ARGS(b->id, b->hash, b->mime, b->size), &changed));
	return changed ? OK : ERR_BUSY;
}

enum err blobs_give_up(struct db *db, int64_t id)
{
	return db_exec(db, &blob_give_up, ARGS(id), NULL);
}

enum err blobs_by_hash(struct db *db, struct arena *mem, str hash, struct blob *b)
{
	return db_one(db, &blob_by_hash, ARGS(hash), &blob_map, mem, b);
}

static const struct db_field first_fields[] = {
	F_I64(blob_first, id),
	F_I64(blob_first, size),
	F_STR(blob_first, mime),
	F_BYTES(blob_first, sum),
	F_BYTES(blob_first, bytes),
};
static const struct db_map first_map = DB_MAP_OF(blob_first, first_fields);
SQL(blob_first_get,
    "SELECT b.id, b.size, b.mime, c.sum, c.bytes FROM blobs b LEFT JOIN blob_chunks c ON c.blob_id = b.id AND c.place = 0"
    " WHERE b.hash = $1");

enum err blobs_first(struct db *db, struct arena *mem, str hash, struct blob_first *first)
{
	return db_one(db, &blob_first_get, ARGS(hash), &first_map, mem, first);
}

enum err blobs_touch(struct db *db, str hash, int64_t now)
{
	return db_exec(db, &blob_touch, ARGS(hash, now), NULL);
}

static const struct db_field chunk_fields[] = { F_BYTES(blob_chunk, sum), F_BYTES(blob_chunk, bytes) };
static const struct db_map chunk_map = DB_MAP_OF(blob_chunk, chunk_fields);

enum err blobs_chunk(struct db *db, struct arena *mem, int64_t id, int64_t place, struct blob_chunk *c)
{
	return db_one(db, &blob_chunk_get, ARGS(id, place), &chunk_map, mem, c);
}

enum err blobs_hide(struct db *db, str hash)
{
	return db_exec(db, &blob_hide, ARGS(hash), NULL);
}

SQL(blob_sweep_chunks,
    "DELETE FROM blob_chunks WHERE (blob_id, place) IN (SELECT c.blob_id, c.place FROM blobs b JOIN blob_chunks c ON"
    " c.blob_id = b.id WHERE b.hash IS NULL AND b.created_at < $1 LIMIT $2)");
SQL(blob_sweep_rows,
    "DELETE FROM blobs WHERE hash IS NULL AND created_at < $1"
    " AND NOT EXISTS (SELECT 1 FROM blob_chunks c WHERE c.blob_id = blobs.id)");

enum err blobs_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	int64_t rows = 0;

	TRY(db_exec(db, &blob_sweep_chunks, ARGS(before, limit), gone));
	TRY(db_exec(db, &blob_sweep_rows, ARGS(before), &rows));
	*gone += rows;
	return OK;
}

enum err blobs_abandon(struct db *db)
{
	return db_exec(db, &blob_abandon, NO_ARGS, NULL);
}

static const struct db_field sum_fields[] = {
	F_STR(blob_sum, kind),
	F_I64(blob_sum, files),
	F_I64(blob_sum, bytes),
};
static const struct db_map sum_map = DB_MAP_OF(blob_sum, sum_fields);
SQL(blob_sums,
    "SELECT kind, COUNT(*) AS files, CAST(SUM(size) AS BIGINT) AS bytes FROM blobs WHERE hash IS NOT NULL GROUP BY kind"
    " ORDER BY kind");

enum err blobs_sums(struct db *db, struct arena *mem, struct db_rows *out)
{
	return db_many(db, &blob_sums, NO_ARGS, &sum_map, mem, out);
}
