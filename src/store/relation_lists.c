/* Pages of follows, blocks, mutes and domain_blocks, and how one account stands to many; declared in store/relations.h. */
#include "store/relations.h"

static const struct db_field relationship_fields[] = {
	F_I64(relationship, id),
	F_BOOL(relationship, following),
	F_BOOL(relationship, show_reblogs),
	F_BOOL(relationship, notify),
	F_BOOL(relationship, followed_by),
	F_BOOL(relationship, blocking),
	F_BOOL(relationship, blocked_by),
	F_BOOL(relationship, muting),
	F_BOOL(relationship, muting_notifications),
	F_BOOL(relationship, requested),
	F_BOOL(relationship, requested_by),
	F_BOOL(relationship, domain_blocking),
	F_BOOL(relationship, endorsed),
	F_STR(relationship, languages),
	F_STR(relationship, note),
	F_I64(relationship, muting_expires_at),
};
static const struct db_map relationship_map = DB_MAP_OF(relationship, relationship_fields);

SQL(relationship_of,
    "SELECT a.id, f.id IS NOT NULL AND NOT f.pending AS following, f.id IS NOT NULL AND f.show_reblogs AS show_reblogs,"
    " f.id IS NOT NULL AND f.notify AS notify, g.id IS NOT NULL AND NOT g.pending AS followed_by,"
    " b.id IS NOT NULL AS blocking, c.id IS NOT NULL AS blocked_by, m.id IS NOT NULL AS muting,"
    " m.id IS NOT NULL AND m.notifications AS muting_notifications, f.id IS NOT NULL AND f.pending AS requested,"
    " g.id IS NOT NULL AND g.pending AS requested_by, d.id IS NOT NULL AS domain_blocking, e.id IS NOT NULL AS endorsed,"
    " f.languages,"
    " COALESCE(n.comment, '') AS note, COALESCE(m.expires_at, 0) AS muting_expires_at"
    " FROM accounts a"
    " LEFT JOIN follows f ON f.account_id = $1 AND f.target_id = a.id"
    " LEFT JOIN follows g ON g.account_id = a.id AND g.target_id = $1"
    " LEFT JOIN blocks b ON b.account_id = $1 AND b.target_id = a.id"
    " LEFT JOIN blocks c ON c.account_id = a.id AND c.target_id = $1"
    " LEFT JOIN mutes m ON m.account_id = $1 AND m.target_id = a.id AND (m.expires_at = 0 OR m.expires_at > $3)"
    " LEFT JOIN domain_blocks d ON d.account_id = $1 AND d.domain = a.domain"
    " LEFT JOIN endorsements e ON e.account_id = $1 AND e.target_id = a.id"
    " LEFT JOIN account_notes n ON n.account_id = $1 AND n.target_id = a.id"
    " WHERE a.id IN (SELECT value FROM json_each($2))");

enum err relationships_of(struct db *db, struct arena *mem, int64_t account_id, struct ids targets,
                          int64_t now,
                          struct db_rows *out)
{
	return db_many(db, &relationship_of, ARGS(account_id, db_id_list(mem, targets), now),
	               &relationship_map, mem, out);
}

static const struct db_field listed_fields[] = { F_I64(listed, row), F_I64(listed, account) };
static const struct db_map listed_map = DB_MAP_OF(listed, listed_fields);

/* mine: the column with the account asked about; its: the one with those listed. */
#define LIST_SQL(name, table, mine, its, more)                                                                            \
	SQL(name##_down, "SELECT r.id AS row, r." its " AS account FROM " table " r JOIN accounts a ON a.id = r." its     \
	                 " WHERE r." mine " = $1 AND r.id < $2 AND r.id > $3 AND a.deleted_at = 0 AND a.suspended_at = 0" \
	                 " AND " more " ORDER BY r.id DESC LIMIT $4");                                                    \
	SQL(name##_up, "SELECT r.id AS row, r." its " AS account FROM " table " r JOIN accounts a ON a.id = r." its       \
	               " WHERE r." mine " = $1 AND r.id < $2 AND r.id > $3 AND a.deleted_at = 0 AND a.suspended_at = 0"   \
	               " AND " more " ORDER BY r.id LIMIT $4")

LIST_SQL(list_followers, "follows", "target_id", "account_id", "NOT r.pending");
LIST_SQL(list_following, "follows", "account_id", "target_id", "NOT r.pending");
LIST_SQL(list_blocks, "blocks", "account_id", "target_id", "TRUE");
LIST_SQL(list_mutes, "mutes", "account_id", "target_id", "(r.expires_at = 0 OR r.expires_at > $5)");
LIST_SQL(list_requests, "follows", "target_id", "account_id", "r.pending");
LIST_SQL(list_endorsed, "endorsements", "account_id", "target_id", "TRUE");

static const struct db_sql *const lists[][2] = {
	[LIST_FOLLOWERS] = { &list_followers_down, &list_followers_up },
	[LIST_FOLLOWING] = { &list_following_down, &list_following_up },
	[LIST_BLOCKS] = { &list_blocks_down, &list_blocks_up },
	[LIST_MUTES] = { &list_mutes_down, &list_mutes_up },
	[LIST_REQUESTS] = { &list_requests_down, &list_requests_up },
	[LIST_ENDORSED] = { &list_endorsed_down, &list_endorsed_up },
};

enum err relations_list(struct db *db, struct arena *mem, enum relation_list which, int64_t account_id,
                        int64_t max,
                        int64_t min, int64_t limit, bool up, int64_t now, struct db_rows *out)
{
	struct db_args args = ARGS(account_id, max, min, limit, now);

	args.n -= which != LIST_MUTES; /* only mutes end by themselves */
	return db_many(db, lists[which][up], args, &listed_map, mem, out);
}

static const struct db_field domain_block_fields[] = { F_I64(domain_block, id), F_STR(domain_block, domain) };
static const struct db_map domain_block_map = DB_MAP_OF(domain_block, domain_block_fields);

SQL(domain_block_down,
    "SELECT id, domain FROM domain_blocks WHERE account_id = $1 AND id < $2 AND id > $3 ORDER BY id DESC LIMIT $4");
SQL(domain_block_up,
    "SELECT id, domain FROM domain_blocks WHERE account_id = $1 AND id < $2 AND id > $3 ORDER BY id LIMIT $4");

enum err domain_blocks_list(struct db *db, struct arena *mem, int64_t account_id, int64_t max, int64_t min,
                            int64_t limit,
                            bool up, struct db_rows *out)
{
	return db_many(db, up ? &domain_block_up : &domain_block_down, ARGS(account_id, max, min, limit),
	               &domain_block_map,
	               mem, out);
}

SQL(endorsement_put,
    "INSERT INTO endorsements (id, account_id, target_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(endorsement_drop, "DELETE FROM endorsements WHERE account_id = $1 AND target_id = $2");

enum err endorsements_put(struct db *db, int64_t id, int64_t account_id, int64_t target_id)
{
	return db_exec(db, &endorsement_put, ARGS(id, account_id, target_id), NULL);
}

enum err endorsements_delete(struct db *db, int64_t account_id, int64_t target_id)
{
	return db_exec(db, &endorsement_drop, ARGS(account_id, target_id), NULL);
}

SQL(follow_count_to,
    "SELECT COUNT(*) FROM follows f JOIN accounts a ON a.id = f.target_id WHERE f.account_id = $1 AND a.domain = $2"
    " AND NOT f.pending");
SQL(follow_count_from,
    "SELECT COUNT(*) FROM follows f JOIN accounts a ON a.id = f.account_id WHERE f.target_id = $1 AND a.domain = $2"
    " AND NOT f.pending");

enum err follows_count_domain(struct db *db, int64_t account_id, str domain, int64_t *following, int64_t *followers)
{
	TRY(db_number(db, &follow_count_to, ARGS(account_id, domain), following));
	return db_number(db, &follow_count_from, ARGS(account_id, domain), followers);
}
