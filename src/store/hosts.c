#include "store/hosts.h"

static const struct db_field host_fields[] = {
	F_STR(host, host),
	F_I64(host, ok_at),
	F_I64(host, failed_at),
	F_I64(host, failures),
	F_I64(host, failing_since),
	F_I64(host, open_until),
	F_BOOL(host, query_quirk),
	F_BOOL(host, rfc9421),
};
static const struct db_map host_map = DB_MAP_OF(host, host_fields);

SQL(host_get_one,
    "SELECT host, ok_at, failed_at, failures, failing_since, open_until, query_quirk, rfc9421 FROM hosts"
    " WHERE host = $1");

enum err hosts_get(struct db *db, struct arena *mem, str host, struct host *h)
{
	return db_one(db, &host_get_one, ARGS(host), &host_map, mem, h);
}

#define HOST_INSERT \
	"INSERT INTO hosts (host, first_seen_at, ok_at, failed_at, failures, failing_since, open_until, query_quirk)"

SQL(host_seen, HOST_INSERT " VALUES ($1, $2, 0, 0, 0, 0, 0, FALSE) ON CONFLICT (host) DO NOTHING");

enum err hosts_seen(struct db *db, str host, int64_t now)
{
	return db_exec(db, &host_seen, ARGS(host, now), NULL);
}

SQL(host_ok,
    HOST_INSERT " VALUES ($1, $2, $2, 0, 0, 0, 0, FALSE) ON CONFLICT (host) DO UPDATE SET ok_at = excluded.ok_at,"
                " failures = 0, failing_since = 0, open_until = 0 WHERE hosts.failures > 0 OR hosts.ok_at < $3");

enum err hosts_ok(struct db *db, str host, int64_t now)
{
	return db_exec(db, &host_ok, ARGS(host, now, now - 60000), NULL);
}

SQL(host_failed,
    HOST_INSERT " VALUES ($1, $2, 0, $2, $3, $2, 0, FALSE) ON CONFLICT (host) DO UPDATE SET"
                " failed_at = excluded.failed_at, failures = hosts.failures + excluded.failures,"
                " failing_since = CASE WHEN hosts.failing_since = 0 THEN excluded.failing_since ELSE hosts.failing_since END"
                " RETURNING failures");

enum err hosts_failed(struct db *db, str host, int64_t n, int64_t now, int64_t *failures)
{
	return db_number(db, &host_failed, ARGS(host, now, n), failures);
}

SQL(host_dead,
    "SELECT host, ok_at, failed_at, failures, failing_since, open_until, query_quirk, rfc9421 FROM hosts"
    " WHERE host IN (SELECT value FROM json_texts($1)) AND failing_since <> 0 AND failing_since < $2 AND failed_at > $3");

enum err hosts_dead(struct db *db, struct arena *mem, struct strs hosts, int64_t since, int64_t tried, struct strs *dead)
{
	struct db_rows rows;

	TRY(db_many(db, &host_dead, ARGS(db_text_list(mem, hosts), since, tried), &host_map, mem, &rows));
	*dead = (struct strs){ NEWS(mem, str, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		dead->v[i] = ((const struct host *)rows.p)[i].host;
	return OK;
}

SQL(host_open, "UPDATE hosts SET open_until = $2 WHERE host = $1");

enum err hosts_rest(struct db *db, str host, int64_t until)
{
	return db_exec(db, &host_open, ARGS(host, until), NULL);
}

SQL(host_quirk,
    HOST_INSERT " VALUES ($1, $2, 0, 0, 0, 0, 0, $3)"
                " ON CONFLICT (host) DO UPDATE SET query_quirk = excluded.query_quirk");

enum err hosts_set_quirk(struct db *db, str host, bool query_quirk, int64_t now)
{
	return db_exec(db, &host_quirk, ARGS(host, now, query_quirk), NULL);
}

SQL(host_rfc9421_set, "UPDATE hosts SET rfc9421 = $2 WHERE host = $1 AND rfc9421 <> $2");

enum err hosts_set_rfc9421(struct db *db, str host, bool rfc9421, int64_t now)
{
	TRY(hosts_seen(db, host, now));
	return db_exec(db, &host_rfc9421_set, ARGS(host, rfc9421), NULL);
}

SQL(host_slow_set, "UPDATE hosts SET slow = $2 WHERE host = $1 AND slow <> $2");

enum err hosts_set_slow(struct db *db, str host, bool slow, int64_t now)
{
	if (slow)
		TRY(hosts_seen(db, host, now));
	return db_exec(db, &host_slow_set, ARGS(host, slow), NULL);
}

SQL(host_sweep,
    "DELETE FROM hosts WHERE host IN (SELECT h.host FROM hosts h WHERE h.first_seen_at < $1"
    " AND h.ok_at < $1 AND h.failed_at < $1 AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.host = h.host) LIMIT $2)");

enum err hosts_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &host_sweep, ARGS(before, limit), gone);
}
