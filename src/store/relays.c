#include "store/relays.h"

static const struct db_field relay_fields[] = {
	F_I64(relay, id),
	F_I64(relay, site_id),
	F_STR(relay, url),
	F_BOOL(relay, by_inbox),
	F_STR(relay, state),
	F_STR(relay, follow_uri),
	F_STR(relay, inbox),
	F_I64(relay, account_id),
	F_I64(relay, created_at),
};
static const struct db_map relay_map = DB_MAP_OF(relay, relay_fields);

SQL(relay_put,
    "INSERT INTO relays (id, site_id, url, by_inbox, state, follow_uri, inbox, account_id, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8) ON CONFLICT (site_id, url) DO UPDATE SET state = excluded.state,"
    " follow_uri = excluded.follow_uri");
SQL(relay_set, "UPDATE relays SET state = $2, inbox = $3, account_id = NULLIF(CAST($4 AS BIGINT), 0) WHERE id = $1");
SQL(relay_delete, "DELETE FROM relays WHERE id = $1");
SQL(relay_id, "SELECT * FROM relays WHERE id = $1");
SQL(relay_url, "SELECT * FROM relays WHERE site_id = $1 AND url = $2");
SQL(relay_follow, "SELECT * FROM relays WHERE follow_uri = $1");
SQL(relay_has, "SELECT COUNT(*) FROM relays WHERE account_id = $1 AND (state = 'accepted' OR NOT $2)");
SQL(relay_all, "SELECT * FROM relays ORDER BY id");
SQL(relay_litepub,
    "SELECT * FROM relays WHERE site_id = $1 AND state = 'accepted' AND NOT by_inbox AND inbox <> ''");

enum err relays_put(struct db *db, const struct relay *r)
{
	return db_exec(db, &relay_put,
	               ARGS(r->id, r->site_id, r->url, r->by_inbox, r->state, r->follow_uri, r->inbox, r->created_at), NULL);
}

enum err relays_set(struct db *db, const struct relay *r)
{
	return db_exec(db, &relay_set, ARGS(r->id, r->state, r->inbox, r->account_id), NULL);
}

enum err relays_delete(struct db *db, int64_t id)
{
	return db_exec(db, &relay_delete, ARGS(id), NULL);
}

enum err relays_by_id(struct db *db, struct arena *mem, int64_t id, struct relay *r)
{
	return db_one(db, &relay_id, ARGS(id), &relay_map, mem, r);
}

enum err relays_by_url(struct db *db, struct arena *mem, int64_t site_id, str url, struct relay *r)
{
	return db_one(db, &relay_url, ARGS(site_id, url), &relay_map, mem, r);
}

enum err relays_by_follow(struct db *db, struct arena *mem, str uri, struct relay *r)
{
	return db_one(db, &relay_follow, ARGS(uri), &relay_map, mem, r);
}

enum err relays_has(struct db *db, int64_t account_id, bool accepted, bool *has)
{
	int64_t n = 0;

	TRY(db_number(db, &relay_has, ARGS(account_id, db_bool(accepted)), &n));
	*has = n > 0;
	return OK;
}

enum err relays_all(struct db *db, struct arena *mem, struct db_rows *out)
{
	return db_many(db, &relay_all, NO_ARGS, &relay_map, mem, out);
}

enum err relays_litepub(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out)
{
	return db_many(db, &relay_litepub, ARGS(site_id), &relay_map, mem, out);
}
