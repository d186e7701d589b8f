#include "store/deliveries.h"

#include "store/fair.h"

static const struct db_field inbox_fields[] = { F_STR(inbox_row, inbox) };
static const struct db_map inbox_map = DB_MAP_OF(inbox_row, inbox_fields);

#define REMOTE \
	" JOIN accounts a ON a.id = x.account_id WHERE a.site_id IS NULL AND a.deleted_at = 0 AND a.inbox <> '' AND"
#define HEARD " a.suspended_at = 0 AND"
#define SHARED "SELECT CASE WHEN a.shared_inbox <> '' THEN a.shared_inbox ELSE a.inbox END AS inbox FROM "

SQL(delivery_inboxes,
    SHARED "follows x" REMOTE HEARD " $4 AND x.target_id = $1 AND NOT x.pending AND NOT x.local"
           " UNION " SHARED "status_mentions x" REMOTE HEARD " $5 AND x.status_id = $2"
           " UNION SELECT a.inbox FROM (SELECT CAST($3 AS BIGINT) AS account_id) x" REMOTE " (a.suspended_at = 0 OR $9) AND $6"
           " UNION " SHARED "statuses x" REMOTE HEARD " $7 AND x.reblog_of_id = $2 AND x.deleted_at = 0"
           " UNION " SHARED "favourites x" REMOTE HEARD " $7 AND x.status_id = $2"
           " UNION " SHARED "poll_votes x" REMOTE HEARD " $7 AND x.status_id = $2"
           " UNION " SHARED "quotes x" REMOTE HEARD " $7 AND x.quoted_id = $2 AND x.quoted_id IS NOT NULL"
           " UNION " SHARED "statuses x" REMOTE HEARD
           " $7 AND x.in_reply_to_id = $2 AND x.in_reply_to_id IS NOT NULL AND x.deleted_at = 0"
           " UNION " SHARED "(SELECT in_reply_to_account_id AS account_id FROM statuses WHERE id = $2) x" REMOTE HEARD " $8"
           " UNION " SHARED "status_groups x" REMOTE HEARD " $15 AND x.status_id = $2"
           " UNION " SHARED "blocks x" REMOTE HEARD " $11 AND x.target_id = $1"
           " UNION " SHARED "(SELECT target_id AS account_id FROM follows WHERE account_id = $1 AND id > $13) x" REMOTE HEARD
           " $12"
           " UNION " SHARED "(SELECT m.account_id FROM statuses s JOIN status_mentions m ON m.status_id = s.id"
           " WHERE s.account_id = $1 AND s.id > $13 AND s.deleted_at = 0) x" REMOTE HEARD " $12"
           " UNION " SHARED "reports x" REMOTE HEARD " $12 AND x.target_id = $1"
           " UNION " SHARED "collection_items x" REMOTE HEARD " $14 AND x.collection_id = $2 AND x.state = 'accepted'"
           " UNION SELECT x.inbox FROM relays x" REMOTE HEARD " $10 AND x.state = 'accepted' AND x.by_inbox"
           " AND x.site_id = (SELECT site_id FROM accounts WHERE id = $1)");

enum err deliveries_inboxes(struct db *db, struct arena *mem, const struct audience_of *who,
                            struct db_rows *out)
{
	return db_many(db, &delivery_inboxes,
	               ARGS(who->actor_id, who->status_id, who->target_id, db_bool(who->bits & TO_FOLLOWERS),
	                    db_bool(who->bits & TO_MENTIONED), db_bool(who->bits & TO_TARGET),
	                    db_bool(who->bits & TO_INTERACTED), db_bool(who->bits & TO_PARENT),
	                    db_bool(who->bits & TO_PARTED), db_bool(who->bits & TO_RELAYS),
	                    db_bool(who->bits & TO_BLOCKERS), db_bool(who->bits & TO_RECENT), who->since,
	                    db_bool(who->bits & TO_FEATURED), db_bool(who->bits & TO_GROUP)),
	               &inbox_map, mem, out);
}

static const struct db_field outgoing_fields[] = {
	F_I64(outgoing, id),
	F_I64(outgoing, account_id),
	F_STR(outgoing, object),
	F_STR(outgoing, body),
	F_I64(outgoing, created_at),
	F_BOOL(outgoing, sync),
};
static const struct db_map outgoing_map = DB_MAP_OF(outgoing, outgoing_fields);

SQL(outgoing_put, "INSERT INTO outgoing (id, account_id, object, body, created_at, sync) VALUES ($1, $2, $3, $4, $5, $6)");

enum err outgoing_insert(struct db *db, const struct outgoing *o)
{
	return db_exec(db, &outgoing_put, ARGS(o->id, o->account_id, o->object, o->body, o->created_at, o->sync),
	               NULL);
}

SQL(outgoing_about, "SELECT id FROM outgoing WHERE object = $1 AND object <> '' AND account_id = $2");
SQL(delivery_cancel,
    "DELETE FROM deliveries WHERE outgoing_id IN (SELECT value FROM json_each($1)) AND lease <= $2");

enum err outgoing_cancel(struct db *db, struct arena *mem, int64_t account_id, str object, int64_t now)
{
	struct ids ids;

	TRY(db_ids(db, &outgoing_about, ARGS(object, account_id), mem, &ids));
	if (!ids.n)
		return OK;
	TRY(db_exec(db, &delivery_cancel, ARGS(db_id_list(mem, ids), now), NULL));
	return outgoing_delete_unused(db, mem, ids);
}

SQL(outgoing_ids, "SELECT * FROM outgoing WHERE id IN (SELECT value FROM json_each($1))");

enum err outgoing_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out)
{
	return db_many(db, &outgoing_ids, ARGS(db_id_list(mem, ids)), &outgoing_map, mem, out);
}

SQL(outgoing_unused,
    "DELETE FROM outgoing WHERE id IN (SELECT value FROM json_each($1))"
    " AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outgoing_id = outgoing.id)");

enum err outgoing_delete_unused(struct db *db, struct arena *mem, struct ids ids)
{
	return db_exec(db, &outgoing_unused, ARGS(db_id_list(mem, ids)), NULL);
}

SQL(outgoing_old,
    "DELETE FROM outgoing WHERE id IN (SELECT o.id FROM outgoing o WHERE o.created_at < $1"
    " AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outgoing_id = o.id) LIMIT $2)");

enum err outgoing_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &outgoing_old, ARGS(before, limit), gone);
}

SQL(delivery_cancel_host,
    "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE host = $1 LIMIT $2) RETURNING outgoing_id");

enum err deliveries_cancel_host(struct db *db, struct arena *mem, str host, int64_t n, bool *more)
{
	struct ids documents;

	TRY(db_ids(db, &delivery_cancel_host, ARGS(host, n), mem, &documents));
	*more = (int64_t)documents.n == n;
	return documents.n ? outgoing_delete_unused(db, mem, documents) : OK;
}

static const struct db_field delivery_fields[] = {
	F_I64(delivery, id),
	F_I64(delivery, outgoing_id),
	F_STR(delivery, host),
	F_STR(delivery, inbox),
	F_I64(delivery, tries),
	F_I64(delivery, created_at),
};
static const struct db_map delivery_map = DB_MAP_OF(delivery, delivery_fields);

SQL(delivery_put,
    "INSERT INTO deliveries (id, outgoing_id, host, inbox, due, lease, tries, created_at, site_id)"
    " VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7)");

enum err deliveries_insert(struct db *db, const struct delivery *d, int64_t due)
{
	return db_exec(db, &delivery_put, ARGS(d->id, d->outgoing_id, d->host, d->inbox, due, d->created_at, d->site_id),
	               NULL);
}

static const struct db_field due_fields[] = {
	F_I64(delivery_due, id),
	F_STR(delivery_due, host),
	F_BOOL(delivery_due, held),
	F_BOOL(delivery_due, resting),
	F_BOOL(delivery_due, rfc9421),
	F_BOOL(delivery_due, doubtful),
};
static const struct db_map due_map = DB_MAP_OF(delivery_due, due_fields);

/* Ids of documents grow, so a smaller one was there first. */
#define HELD                                                                                                                 \
	" EXISTS (SELECT 1 FROM outgoing o JOIN outgoing p ON p.object = o.object JOIN deliveries e ON e.outgoing_id = p.id" \
	" AND e.inbox = d.inbox WHERE o.id = d.outgoing_id AND o.object <> '' AND p.object <> ''"                            \
	" AND p.account_id = o.account_id AND p.id < o.id) AS held"

/* With h.host NULL it is true: nothing is known of it. */
#define DOUBTFUL " (COALESCE(h.ok_at, 0) = 0 OR h.failures > 0 OR h.slow)"
#define LIKES " COALESCE(h.rfc9421, FALSE) AS rfc9421," DOUBTFUL " AS doubtful"

SQL(delivery_due_first,
    "SELECT d.id, d.host," HELD ", COALESCE(h.open_until, 0) > $1 AS resting," LIKES " FROM "
    FAIR("SELECT id, outgoing_id, host, inbox, site_id, due FROM deliveries WHERE due <= $1 AND lease <= $1"
         " ORDER BY due, id LIMIT $2") " d LEFT JOIN hosts h ON h.host = d.host ORDER BY " FAIR_ORDER(d));

enum err deliveries_due(struct db *db, struct arena *mem, int64_t now, int64_t n, struct db_rows *out)
{
	return db_many(db, &delivery_due_first, ARGS(now, n), &due_map, mem, out);
}

SQL(delivery_due_hosts,
    HOSTS_OF("deliveries") " SELECT d.id, d.host," HELD ", FALSE AS resting, d.rfc9421, d.doubtful FROM "
    FAIR("SELECT f.id, f.outgoing_id, f.host, f.inbox, f.site_id, f.due," LIKES " FROM x"
         " LEFT JOIN hosts h ON h.host = x.host CROSS JOIN " SITES_OF_QUEUES
         " JOIN deliveries f ON f.id IN (SELECT e.id FROM deliveries e WHERE e.host = x.host AND e.site_id = s.id"
         " AND e.due <= $1 AND e.lease <= $1 ORDER BY e.due LIMIT $3)"
         " WHERE x.host IS NOT NULL AND COALESCE(h.open_until, 0) <= $1 AND ($5 OR NOT" DOUBTFUL ")"
         " AND x.host NOT IN (SELECT value FROM json_texts($2))") " d ORDER BY " FAIR_ORDER(d) " LIMIT $4");

enum err deliveries_due_by_host(struct db *db, struct arena *mem, const struct deliveries_want *w, int64_t now,
                                struct db_rows *out)
{
	return db_many(db, &delivery_due_hosts,
	               ARGS(now, db_text_list(mem, w->busy), w->per_host, w->n, db_bool(w->doubtful)), &due_map, mem, out);
}

/* A subquery in RETURNING would not use an index on SQLite. */
SQL(delivery_lease,
    "UPDATE deliveries SET lease = $3, tries = tries + 1 WHERE id IN (SELECT value FROM json_each($1)) AND lease <= $2"
    " RETURNING id, outgoing_id, host, inbox, tries, created_at");

enum err deliveries_lease(struct db *db, struct arena *mem, struct ids ids, int64_t now, int64_t lease,
                          struct db_rows *out)
{
	return db_many(db, &delivery_lease, ARGS(db_id_list(mem, ids), now, lease), &delivery_map, mem, out);
}

SQL(delivery_delete, "DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each($1)) RETURNING outgoing_id");

enum err deliveries_delete(struct db *db, struct arena *mem, struct ids ids, struct ids *outgoing)
{
	return db_ids(db, &delivery_delete, ARGS(db_id_list(mem, ids)), mem, outgoing);
}

SQL(delivery_again, "UPDATE deliveries SET due = $2, lease = 0, error = $3 WHERE id = $1");

enum err deliveries_again(struct db *db, int64_t id, int64_t due, str error)
{
	return db_exec(db, &delivery_again, ARGS(id, due, error), NULL);
}

SQL(delivery_postpone, "UPDATE deliveries SET due = $3 WHERE host = $1 AND due < $3 AND lease <= $2");

enum err deliveries_postpone(struct db *db, str host, int64_t now, int64_t due)
{
	return db_exec(db, &delivery_postpone, ARGS(host, now, due), NULL);
}

SQL(delivery_hurry, "UPDATE deliveries SET due = $2 WHERE host = $1 AND due > $2 AND lease <= $2");

enum err deliveries_hurry(struct db *db, str host, int64_t now)
{
	return db_exec(db, &delivery_hurry, ARGS(host, now), NULL);
}

SQL(delivery_next,
    "SELECT MIN(CASE WHEN d.lease > $1 AND d.lease > d.due THEN d.lease"
    " WHEN h.open_until > d.due THEN h.open_until ELSE d.due END)"
    " FROM (SELECT host, due, lease FROM deliveries ORDER BY due LIMIT 200) d LEFT JOIN hosts h ON h.host = d.host");

enum err deliveries_next(struct db *db, int64_t now, int64_t *due)
{
	return db_number(db, &delivery_next, ARGS(now), due);
}
