/* The listeners lead, each found by a key: their number is bounded, a post's favourites and an author's followers are not. */
#include "store/listeners.h"

#define IDS(n) "json_each($" #n ") j"

SQL(listeners_with_feed,
    "SELECT f.feed_id FROM " IDS(1) " CROSS JOIN feeds f WHERE f.feed_id = j.value AND f.status_id = $2");

enum err listeners_feeds(struct db *db, struct arena *mem, str feeds, int64_t status_id, struct ids *out)
{
	return db_ids(db, &listeners_with_feed, ARGS(feeds, status_id), mem, out);
}

/* REL_FOLLOWING 1, REL_BLOCKING 2, REL_BLOCKED_BY 4, REL_MUTING 8, REL_DOMAIN_BLOCKING 16, REL_MENTIONED 32,
 * REL_NO_REBLOGS 128. */
static const struct db_field bits_fields[] = { F_I64(bits, id), F_I64(bits, bits) };
static const struct db_map bits_map = DB_MAP_OF(bits, bits_fields);
SQL(listeners_stand,
    "SELECT f.account_id AS id, CASE WHEN f.show_reblogs THEN 1 ELSE 129 END AS bits FROM " IDS(1) " CROSS JOIN follows f"
    " WHERE f.account_id = j.value AND f.target_id = $2 AND NOT f.pending"
    " UNION ALL SELECT b.account_id, 2 FROM " IDS(1) " CROSS JOIN blocks b WHERE b.account_id = j.value AND b.target_id = $2"
    " UNION ALL SELECT b.target_id, 4 FROM " IDS(1) " CROSS JOIN blocks b WHERE b.account_id = $2 AND b.target_id = j.value"
    " UNION ALL SELECT m.account_id, 8 FROM " IDS(1) " CROSS JOIN mutes m WHERE m.account_id = j.value AND m.target_id = $2"
    " AND (m.expires_at = 0 OR m.expires_at > $4)"
    " UNION ALL SELECT d.account_id, 16 FROM " IDS(1) " CROSS JOIN domain_blocks d WHERE d.account_id = j.value"
    " AND d.domain = (SELECT domain FROM accounts WHERE id = $2)"
    " UNION ALL SELECT v.id, 4 FROM " IDS(1) " CROSS JOIN accounts v CROSS JOIN domain_blocks d"
    " WHERE EXISTS (SELECT 1 FROM domain_blocks x WHERE x.account_id = $2)"
    " AND v.id = j.value AND d.account_id = $2 AND d.domain = v.domain"
    " UNION ALL SELECT m.account_id, 32 FROM " IDS(1) " CROSS JOIN status_mentions m WHERE m.status_id = $3"
    " AND m.account_id = j.value");

enum err listeners_stands(struct db *db, struct arena *mem, str accounts, int64_t account_id, int64_t status_id, int64_t now,
                          struct db_rows *out)
{
	return db_many(db, &listeners_stand, ARGS(accounts, account_id, status_id, now), &bits_map, mem, out);
}

SQL(listeners_who_avoid,
    "SELECT b.account_id FROM " IDS(1) " CROSS JOIN json_each($2) k CROSS JOIN blocks b"
    " WHERE b.account_id = j.value AND b.target_id = k.value"
    " UNION SELECT m.account_id FROM " IDS(1) " CROSS JOIN json_each($2) k CROSS JOIN mutes m"
    " WHERE m.account_id = j.value AND m.target_id = k.value AND (m.expires_at = 0 OR m.expires_at > $3)");

enum err listeners_averse(struct db *db, struct arena *mem, str accounts, str others, int64_t now, struct ids *out)
{
	return db_ids(db, &listeners_who_avoid, ARGS(accounts, others, now), mem, out);
}

SQL(listeners_in_touch,
    "SELECT f.account_id FROM " IDS(1) " CROSS JOIN json_each($2) k CROSS JOIN favourites f"
    " WHERE f.account_id = j.value AND f.status_id = k.value"
    " UNION SELECT b.account_id FROM " IDS(1) " CROSS JOIN json_each($2) k CROSS JOIN bookmarks b"
    " WHERE b.account_id = j.value AND b.status_id = k.value"
    " UNION SELECT v.account_id FROM " IDS(1) " CROSS JOIN json_each($2) k CROSS JOIN poll_votes v"
    " WHERE v.status_id = k.value AND v.account_id = j.value"
    " UNION SELECT s.account_id FROM " IDS(1) " CROSS JOIN json_each($2) k CROSS JOIN statuses s"
    " WHERE s.reblog_of_id = k.value AND s.reblog_of_id IS NOT NULL AND s.deleted_at = 0 AND s.account_id = j.value"
    " UNION SELECT t.account_id FROM " IDS(1) " CROSS JOIN json_each($2) k CROSS JOIN statuses s CROSS JOIN thread_mutes t"
    " WHERE s.id = k.value AND t.account_id = j.value AND t.thread_id = s.thread_id"
    " UNION SELECT f.account_id FROM " IDS(1) " CROSS JOIN filters f WHERE f.account_id = j.value");

enum err listeners_involved(struct db *db, struct arena *mem, str accounts, str posts, struct ids *out)
{
	return db_ids(db, &listeners_in_touch, ARGS(accounts, posts), mem, out);
}

SQL(listeners_with_token,
    "SELECT t.id FROM " IDS(1) " CROSS JOIN oauth_tokens t CROSS JOIN users u CROSS JOIN accounts a"
    " WHERE t.id = j.value AND u.id = t.user_id AND NOT u.disabled"
    " AND a.id = t.account_id AND a.deleted_at = 0 AND a.suspended_at = 0");

enum err listeners_tokens(struct db *db, struct arena *mem, str tokens, struct ids *out)
{
	return db_ids(db, &listeners_with_token, ARGS(tokens), mem, out);
}

SQL(listeners_used,
    "UPDATE oauth_tokens SET used_at = $2 WHERE id IN (SELECT value FROM json_each($1)) AND used_at < $3");

enum err listeners_use(struct db *db, str tokens, int64_t now, int64_t before)
{
	return db_exec(db, &listeners_used, ARGS(tokens, now, before), NULL);
}
