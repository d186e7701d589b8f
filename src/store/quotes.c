#include "store/quotes.h"

static const struct db_field quote_fields[] = {
	F_I64(quote, status_id),
	F_I64(quote, account_id),
	F_I64(quote, quoted_id),
	F_I64(quote, quoted_account_id),
	F_STR(quote, quoted_uri),
	F_STR(quote, state),
	F_BOOL(quote, legacy),
	F_STR(quote, stamp),
	F_STR(quote, request),
	F_I64(quote, created_at),
};
static const struct db_map quote_map = DB_MAP_OF(quote, quote_fields);

SQL(quote_put,
    "INSERT INTO quotes (status_id, account_id, quoted_id, quoted_account_id, quoted_uri, state, legacy, stamp, request,"
    " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (status_id) DO UPDATE SET"
    " quoted_id = excluded.quoted_id, quoted_account_id = excluded.quoted_account_id, quoted_uri = excluded.quoted_uri,"
    " state = excluded.state, legacy = excluded.legacy, stamp = excluded.stamp, request = excluded.request");
SQL(quote_get, "SELECT * FROM quotes WHERE status_id = $1");
SQL(quote_by_request, "SELECT * FROM quotes WHERE request = $1 AND request <> '' LIMIT 1");
SQL(quote_by_stamp,
    "SELECT * FROM quotes WHERE stamp = $1 AND stamp <> '' AND quoted_account_id = $2 ORDER BY state, status_id LIMIT 1");
SQL(quote_above,
    "SELECT q.status_id FROM statuses s JOIN quotes q ON q.quoted_uri = s.uri WHERE s.id = $1"
    " ORDER BY q.status_id LIMIT 1");
SQL(quote_delete, "DELETE FROM quotes WHERE status_id = $1");
SQL(quote_orphan, "UPDATE quotes SET state = 'deleted' WHERE quoted_id = $1 AND quoted_id IS NOT NULL");
SQL(quote_local,
    "SELECT q.status_id, q.account_id FROM quotes q JOIN accounts a ON a.id = q.account_id"
    " WHERE q.quoted_id = $1 AND q.quoted_id IS NOT NULL AND q.state = 'accepted' AND a.site_id IS NOT NULL");
#define QUOTES_OF                                                                                              \
	"SELECT q.status_id FROM quotes q JOIN statuses s ON s.id = q.status_id"                               \
	" WHERE q.quoted_id = $1 AND q.quoted_id IS NOT NULL AND q.state = 'accepted' AND s.deleted_at = 0"    \
	" AND (s.visibility IN ('public', 'unlisted') OR s.account_id = $2) AND q.status_id < $3 AND q.status_id > $4"
SQL(quote_list, QUOTES_OF " ORDER BY q.status_id DESC LIMIT $5");
SQL(quote_list_up, QUOTES_OF " ORDER BY q.status_id LIMIT $5");
SQL(quotes_shown, "SELECT * FROM quotes WHERE status_id IN (SELECT value FROM json_each($1)) ORDER BY status_id");

enum err quotes_put(struct db *db, const struct quote *q)
{
	return db_exec(db, &quote_put,
	               ARGS(q->status_id, q->account_id, DB_ID(q->quoted_id), DB_ID(q->quoted_account_id),
	                    q->quoted_uri, q->state,
	                    q->legacy, str_or(q->stamp, S("")), str_or(q->request, S("")), q->created_at),
	               NULL);
}

enum err quotes_get(struct db *db, struct arena *mem, int64_t status_id, struct quote *q)
{
	return db_one(db, &quote_get, ARGS(status_id), &quote_map, mem, q);
}

enum err quotes_by_request(struct db *db, struct arena *mem, str uri, struct quote *q)
{
	return db_one(db, &quote_by_request, ARGS(uri), &quote_map, mem, q);
}

enum err quotes_by_stamp(struct db *db, struct arena *mem, str uri, int64_t quoted_account_id, struct quote *q)
{
	return db_one(db, &quote_by_stamp, ARGS(uri, quoted_account_id), &quote_map, mem, q);
}

enum err quotes_above(struct db *db, int64_t quoted_id, int64_t *status_id)
{
	return db_number(db, &quote_above, ARGS(quoted_id), status_id);
}

enum err quotes_delete(struct db *db, int64_t status_id)
{
	return db_exec(db, &quote_delete, ARGS(status_id), NULL);
}

enum err quotes_orphan(struct db *db, int64_t quoted_id)
{
	return db_exec(db, &quote_orphan, ARGS(quoted_id), NULL);
}

enum err quotes_local(struct db *db, struct arena *mem, int64_t quoted_id, struct db_rows *out)
{
	return db_many(db, &quote_local, ARGS(quoted_id), &quote_map, mem, out);
}

enum err quotes_list(struct db *db, struct arena *mem, int64_t quoted_id, int64_t viewer, int64_t max, int64_t min, int64_t limit,
                     bool up, struct ids *out)
{
	return db_ids(db, up ? &quote_list_up : &quote_list, ARGS(quoted_id, viewer, max, min, limit), mem, out);
}

enum err shown_quotes(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &quotes_shown, ARGS(ids), &quote_map, mem, out);
}
