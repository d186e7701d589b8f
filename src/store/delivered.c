#include "store/delivered.h"

#include "base/clock.h"

SQL(delivered_put,
    "INSERT INTO delivered (id, object, host, at, error) SELECT d.id, o.object, d.host, $2, $3"
    " FROM json_each($1) j CROSS JOIN deliveries d JOIN outgoing o ON o.id = d.outgoing_id"
    " WHERE d.id = j.value AND o.object <> '' ON CONFLICT (id) DO NOTHING");

enum err delivered_note(struct db *db, struct arena *mem, struct ids ids, int64_t now, str error)
{
	return db_exec(db, &delivered_put, ARGS(db_id_list(mem, ids), now, error), NULL);
}

/* Ids are times, so the key finds the oldest. */
SQL(delivered_old, "DELETE FROM delivered WHERE id IN (SELECT id FROM delivered WHERE id < $1 ORDER BY id LIMIT $2)");

enum err delivered_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &delivered_old, ARGS(id_least(before), limit), gone);
}

static const struct db_field line_fields[] = {
	F_I64(sent_line, id),
	F_STR(sent_line, host),
	F_BOOL(sent_line, waits),
	F_I64(sent_line, at),
	F_I64(sent_line, tries),
	F_STR(sent_line, error),
	F_I64(sent_line, open_until),
};
static const struct db_map line_map = DB_MAP_OF(sent_line, line_fields);

SQL(delivered_lines,
    "SELECT d.id, d.host, FALSE AS waits, d.at, 0 AS tries, d.error, 0 AS open_until FROM delivered d WHERE d.object = $1"
    " UNION ALL SELECT d.id, d.host, TRUE AS waits, d.due AS at, d.tries, d.error, COALESCE(h.open_until, 0) AS open_until"
    " FROM outgoing o JOIN deliveries d ON d.outgoing_id = o.id LEFT JOIN hosts h ON h.host = d.host"
    " WHERE o.object = $1 AND o.object <> '' ORDER BY 1 LIMIT $2");

enum err delivered_about(struct db *db, struct arena *mem, str object, int64_t n, struct db_rows *out)
{
	return db_many(db, &delivered_lines, ARGS(object, n), &line_map, mem, out);
}

static const struct db_field host_fields[] = {
	F_STR(sent_host, host),
	F_I64(sent_host, waiting),
	F_I64(sent_host, oldest_at),
	F_I64(sent_host, due),
	F_I64(sent_host, tries),
	F_STR(sent_host, error),
	F_I64(sent_host, ok_at),
	F_I64(sent_host, failures),
	F_I64(sent_host, failing_since),
	F_I64(sent_host, open_until),
};
static const struct db_map host_map = DB_MAP_OF(sent_host, host_fields);

SQL(delivered_by_host,
    "SELECT x.host, COALESCE(w.waiting, 0) AS waiting, COALESCE(w.oldest_at, 0) AS oldest_at,"
    " COALESCE(w.due, 0) AS due, COALESCE(w.tries, 0) AS tries, w.error, COALESCE(h.ok_at, 0) AS ok_at,"
    " COALESCE(h.failures, 0) AS failures, COALESCE(h.failing_since, 0) AS failing_since, COALESCE(h.open_until, 0) AS open_until"
    " FROM (SELECT host FROM deliveries UNION SELECT host FROM hosts WHERE failures > 0 OR host = $1) x"
    " LEFT JOIN hosts h ON h.host = x.host LEFT JOIN (SELECT host, COUNT(*) AS waiting, MIN(created_at) AS oldest_at,"
    " MIN(due) AS due, MAX(tries) AS tries, MAX(error) AS error FROM deliveries GROUP BY host) w ON w.host = x.host"
    " WHERE $1 = '' OR x.host = $1 ORDER BY 2 DESC, 1 LIMIT $2");

enum err delivered_hosts(struct db *db, struct arena *mem, str host, int64_t n, struct db_rows *out)
{
	return db_many(db, &delivered_by_host, ARGS(str_or(host, S("")), n), &host_map, mem, out);
}

static const struct db_field end_fields[] = {
	F_STR(sent_end, error),
	F_I64(sent_end, n),
	F_I64(sent_end, last_at),
};
static const struct db_map end_map = DB_MAP_OF(sent_end, end_fields);

SQL(delivered_by_end,
    "SELECT error, COUNT(*) AS n, MAX(at) AS last_at FROM delivered WHERE host = $1 GROUP BY error ORDER BY 3 DESC LIMIT $2");

enum err delivered_ends(struct db *db, struct arena *mem, str host, int64_t n, struct db_rows *out)
{
	return db_many(db, &delivered_by_end, ARGS(host, n), &end_map, mem, out);
}
