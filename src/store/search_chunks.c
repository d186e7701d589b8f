#include "store/search_chunks.h"

static const struct db_field chunk_fields[] = { F_I64(search_chunk, first_id), F_STR(search_chunk, prefix) };
static const struct db_map chunk_map = DB_MAP_OF(search_chunk, chunk_fields);
static const struct db_field counted_fields[] = {
	F_I64(search_chunk, first_id),
	F_STR(search_chunk, prefix),
	F_I64(search_chunk, posts),
};
static const struct db_map counted_map = DB_MAP_OF(search_chunk, counted_fields);

SQL(chunks_between,
    "SELECT first_id, prefix FROM search_chunks WHERE first_id < $1"
    " AND first_id >= (SELECT MAX(first_id) FROM search_chunks WHERE first_id <= $2) ORDER BY first_id DESC");

enum err search_chunks(struct db *db, struct arena *mem, int64_t max, int64_t low, struct db_rows *out)
{
	return db_many(db, &chunks_between, ARGS(max, low), &chunk_map, mem, out);
}

/* Of FTS5 the table that has the least of each post is counted: https://www.sqlite.org/fts5.html#fts5_data_structures */
#define COUNTED(table, id)                                                                                                 \
	"SELECT c.first_id, c.prefix, (SELECT COUNT(*) FROM (SELECT 1 FROM " table " p WHERE p." id " >= c.first_id AND p." id \
	" < COALESCE((SELECT MIN(n.first_id) FROM search_chunks n WHERE n.first_id > c.first_id), 9223372036854775807)"      \
	" LIMIT $1) x) AS posts FROM search_chunks c ORDER BY c.first_id DESC"
static const struct db_sql chunks_counted[] = {
	{ "chunks_counted", COUNTED("search_posts_docsize", "id") },
	{ "chunks_counted_postgres", COUNTED("search_posts", "rowid") },
};

enum err search_chunks_counted(struct db *db, struct arena *mem, int64_t most, struct db_rows *out)
{
	return db_many(db, &chunks_counted[db_is_postgres(db)], ARGS(most), &counted_map, mem, out);
}

SQL(chunks_last, "SELECT first_id, prefix FROM search_chunks ORDER BY prefix DESC LIMIT 1");

enum err search_chunks_last(struct db *db, struct arena *mem, str *prefix)
{
	struct search_chunk c = { 0 };

	TRY(db_one(db, &chunks_last, NO_ARGS, &chunk_map, mem, &c));
	*prefix = c.prefix;
	return OK;
}

SQL(chunk_add, "INSERT INTO search_chunks (first_id, prefix) VALUES ($1, $2)");
SQL(chunk_begin_at, "UPDATE search_chunks SET first_id = $2 WHERE first_id = $1");
SQL(chunk_remove, "DELETE FROM search_chunks WHERE first_id = $1");

enum err search_chunk_add(struct db *db, int64_t first_id, str prefix)
{
	return db_exec(db, &chunk_add, ARGS(first_id, prefix), NULL);
}

enum err search_chunk_begin_at(struct db *db, int64_t first_id, int64_t now_first_id)
{
	return db_exec(db, &chunk_begin_at, ARGS(first_id, now_first_id), NULL);
}

enum err search_chunk_remove(struct db *db, int64_t first_id)
{
	return db_exec(db, &chunk_remove, ARGS(first_id), NULL);
}

#define POSTS(order)                                                                                                     \
	"SELECT id FROM statuses WHERE id >= $1 AND id < $2 AND reblog_of_id IS NULL AND deleted_at = 0 ORDER BY id " order \
	" LIMIT $3"
SQL(posts_from, POSTS("ASC"));
SQL(posts_below, POSTS("DESC"));

enum err search_posts_from(struct db *db, struct arena *mem, int64_t low, int64_t high, int64_t limit, struct ids *out)
{
	return db_ids(db, &posts_from, ARGS(low, high, limit), mem, out);
}

enum err search_posts_below(struct db *db, struct arena *mem, int64_t low, int64_t high, int64_t limit, struct ids *out)
{
	return db_ids(db, &posts_below, ARGS(low, high, limit), mem, out);
}
