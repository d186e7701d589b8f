#include "store/filters.h"

static const struct db_field filter_fields[] = {
	F_I64(filter, id),
	F_I64(filter, account_id),
	F_STR(filter, title),
	F_I64(filter, contexts),
	F_STR(filter, action),
	F_I64(filter, expires_at),
};
static const struct db_map filter_map = DB_MAP_OF(filter, filter_fields);
static const struct db_field keyword_fields[] = {
	F_I64(filter_keyword, id),
	F_I64(filter_keyword, filter_id),
	F_STR(filter_keyword, keyword),
	F_BOOL(filter_keyword, whole_word),
};
static const struct db_map keyword_map = DB_MAP_OF(filter_keyword, keyword_fields);
static const struct db_field status_fields[] = {
	F_I64(filter_status, id),
	F_I64(filter_status, filter_id),
	F_I64(filter_status, status_id),
};
static const struct db_map status_map = DB_MAP_OF(filter_status, status_fields);

SQL(filter_put,
    "INSERT INTO filters (id, account_id, title, contexts, action, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (id) DO UPDATE SET title = excluded.title, contexts = excluded.contexts, action = excluded.action,"
    " expires_at = excluded.expires_at");
SQL(filter_delete, "DELETE FROM filters WHERE id = $1");
SQL(filter_delete_keywords, "DELETE FROM filter_keywords WHERE filter_id = $1");
SQL(filter_delete_statuses, "DELETE FROM filter_statuses WHERE filter_id = $1");
SQL(filter_of, "SELECT * FROM filters WHERE account_id = $1 ORDER BY id");
SQL(filter_one, "SELECT * FROM filters WHERE account_id = $1 AND id = $2");

enum err filters_put(struct db *db, const struct filter *f)
{
	return db_exec(db, &filter_put, ARGS(f->id, f->account_id, f->title, f->contexts, f->action, f->expires_at), NULL);
}

enum err filters_delete(struct db *db, int64_t id)
{
	TRY(db_exec(db, &filter_delete_keywords, ARGS(id), NULL));
	TRY(db_exec(db, &filter_delete_statuses, ARGS(id), NULL));
	return db_exec(db, &filter_delete, ARGS(id), NULL);
}

enum err filters_of(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct db_rows *out)
{
	return id ? db_many(db, &filter_one, ARGS(account_id, id), &filter_map, mem, out)
	          : db_many(db, &filter_of, ARGS(account_id), &filter_map, mem, out);
}

static const struct db_field sums_fields[] = {
	F_I64(filter_sums, filters),
	F_I64(filter_sums, keywords),
	F_I64(filter_sums, keyword_bytes),
	F_I64(filter_sums, statuses),
};
static const struct db_map sums_map = DB_MAP_OF(filter_sums, sums_fields);
#define OF_ACCOUNT "filter_id IN (SELECT id FROM filters WHERE account_id = $1)"
SQL(filter_sums,
    "SELECT (SELECT COUNT(*) FROM filters WHERE account_id = $1) AS filters,"
    " (SELECT COUNT(*) FROM filter_keywords WHERE " OF_ACCOUNT ") AS keywords,"
    " (SELECT COALESCE(SUM(length(keyword)), 0) FROM filter_keywords WHERE " OF_ACCOUNT ") AS keyword_bytes,"
    " (SELECT COUNT(*) FROM filter_statuses WHERE " OF_ACCOUNT ") AS statuses");

enum err filters_sums(struct db *db, struct arena *mem, int64_t account_id, struct filter_sums *sums)
{
	return db_one(db, &filter_sums, ARGS(account_id), &sums_map, mem, sums);
}

#define OF_FILTERS "filter_id IN (SELECT value FROM json_each($1)) ORDER BY filter_id, id"
#define ONE_OF "id = $2 AND " OF_ACCOUNT
SQL(filter_keyword_of, "SELECT * FROM filter_keywords WHERE " OF_FILTERS);
SQL(filter_keyword_get, "SELECT * FROM filter_keywords WHERE " ONE_OF);
SQL(filter_keyword_put,
    "INSERT INTO filter_keywords (id, filter_id, keyword, whole_word) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (id) DO UPDATE SET keyword = excluded.keyword, whole_word = excluded.whole_word");
SQL(filter_keyword_delete, "DELETE FROM filter_keywords WHERE id = $1");
SQL(filter_status_of, "SELECT * FROM filter_statuses WHERE " OF_FILTERS);
SQL(filter_status_get, "SELECT * FROM filter_statuses WHERE " ONE_OF);
SQL(filter_status_add, "INSERT INTO filter_statuses (id, filter_id, status_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(filter_status_delete, "DELETE FROM filter_statuses WHERE id = $1");

enum err filter_keywords_of(struct db *db, struct arena *mem, str filters, struct db_rows *out)
{
	return db_many(db, &filter_keyword_of, ARGS(filters), &keyword_map, mem, out);
}

enum err filter_statuses_of(struct db *db, struct arena *mem, str filters, struct db_rows *out)
{
	return db_many(db, &filter_status_of, ARGS(filters), &status_map, mem, out);
}

enum err filter_keywords_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct filter_keyword *k)
{
	return db_one(db, &filter_keyword_get, ARGS(account_id, id), &keyword_map, mem, k);
}

enum err filter_statuses_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct filter_status *s)
{
	return db_one(db, &filter_status_get, ARGS(account_id, id), &status_map, mem, s);
}

enum err filter_keywords_put(struct db *db, const struct filter_keyword *k)
{
	return db_exec(db, &filter_keyword_put, ARGS(k->id, k->filter_id, k->keyword, k->whole_word), NULL);
}

enum err filter_keywords_delete(struct db *db, int64_t id)
{
	return db_exec(db, &filter_keyword_delete, ARGS(id), NULL);
}

enum err filter_statuses_add(struct db *db, const struct filter_status *s, bool *made)
{
	int64_t n = 0;

	TRY(db_exec(db, &filter_status_add, ARGS(s->id, s->filter_id, s->status_id), &n));
	*made = n > 0;
	return OK;
}

enum err filter_statuses_delete(struct db *db, int64_t id)
{
	return db_exec(db, &filter_status_delete, ARGS(id), NULL);
}

SQL(filter_version, "SELECT version FROM filter_versions WHERE account_id = $1");
SQL(filter_changed,
    "INSERT INTO filter_versions (account_id, version) VALUES ($1, $2)"
    " ON CONFLICT (account_id) DO UPDATE SET version = excluded.version");

enum err filters_version(struct db *db, int64_t account_id, int64_t *version)
{
	enum err e = db_number(db, &filter_version, ARGS(account_id), version);

	if (e == ERR_NOT_FOUND)
		*version = 0;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err filters_changed(struct db *db, int64_t account_id, int64_t version)
{
	return db_exec(db, &filter_changed, ARGS(account_id, version), NULL);
}
