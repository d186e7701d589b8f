#include "store/old_posts.h"

SQL(old_thread_ids,
    "SELECT DISTINCT thread_id FROM statuses WHERE thread_id > $1 AND thread_id < $2 ORDER BY thread_id LIMIT $3");

#define LIST(n) "(SELECT value FROM json_each(" n "))"
#define HERE(id) "EXISTS (SELECT 1 FROM accounts h WHERE h.id = " id " AND h.site_id IS NOT NULL)"
/* Somebody here has a part in post s. */
#define CONCERNS \
	"s.site_id IS NOT NULL OR s.id >= $2 OR s.id IN " LIST("$3") \
	" OR EXISTS (SELECT 1 FROM bookmarks x WHERE x.status_id = s.id)" \
	" OR EXISTS (SELECT 1 FROM favourites x WHERE x.status_id = s.id AND " HERE("x.account_id") ")" \
	" OR EXISTS (SELECT 1 FROM pins x WHERE x.status_id = s.id AND (" HERE("x.account_id") \
	" OR EXISTS (SELECT 1 FROM follows f WHERE f.target_id = x.account_id AND f.local)))" \
	" OR EXISTS (SELECT 1 FROM poll_votes x WHERE x.status_id = s.id)" \
	" OR EXISTS (SELECT 1 FROM status_mentions x WHERE x.status_id = s.id AND " HERE("x.account_id") ")" \
	" OR EXISTS (SELECT 1 FROM conversation_statuses x WHERE x.status_id = s.id)" \
	" OR EXISTS (SELECT 1 FROM notifications x WHERE x.status_id = s.id AND x.status_id IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM filter_statuses x WHERE x.status_id = s.id)" \
	" OR EXISTS (SELECT 1 FROM statuses x WHERE x.reblog_of_id = s.id AND x.reblog_of_id IS NOT NULL" \
	" AND x.deleted_at = 0 AND (x.site_id IS NOT NULL OR x.id >= $2))" \
	" OR EXISTS (SELECT 1 FROM statuses x WHERE x.id = s.reblog_of_id AND x.site_id IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM quotes x JOIN statuses y ON y.id = x.status_id WHERE x.quoted_id = s.id" \
	" AND x.quoted_id IS NOT NULL AND y.site_id IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM quotes x JOIN statuses y ON y.id = x.quoted_id WHERE x.status_id = s.id" \
	" AND y.site_id IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM reports x WHERE x.target_id = s.account_id AND s.id IN " LIST("x.statuses") ")"
SQL(old_thread_free,
    "SELECT value FROM json_each($1) t WHERE NOT EXISTS (SELECT 1 FROM statuses s WHERE s.thread_id = t.value AND (" CONCERNS
    ")) AND NOT EXISTS (SELECT 1 FROM thread_mutes m WHERE m.thread_id = t.value)"
    " AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.thread_id = t.value)");
SQL(old_post_free,
    "SELECT s.id FROM statuses s WHERE s.id IN " LIST("$1") " AND NOT (" CONCERNS
    " OR EXISTS (SELECT 1 FROM statuses x WHERE x.in_reply_to_id = s.id AND x.in_reply_to_id IS NOT NULL"
    " AND x.site_id IS NOT NULL))");
SQL(old_post_boosts,
    "SELECT b.id FROM statuses p JOIN statuses b ON b.reblog_of_id = p.id AND b.reblog_of_id IS NOT NULL"
    " AND b.deleted_at = 0 WHERE p.thread_id IN " LIST("$1") " LIMIT $2");
SQL(old_post_ids, "SELECT id FROM statuses WHERE thread_id IN " LIST("$1") " ORDER BY thread_id, id DESC LIMIT $2");

enum err old_threads(struct db *db, struct arena *mem, int64_t after, int64_t before, int64_t limit, struct ids *out)
{
	return db_ids(db, &old_thread_ids, ARGS(after, before, limit), mem, out);
}

enum err old_threads_free(struct db *db, struct arena *mem, struct ids threads, int64_t before, struct ids scheduled,
                          struct ids *out)
{
	return db_ids(db, &old_thread_free, ARGS(db_id_list(mem, threads), before, db_id_list(mem, scheduled)), mem, out);
}

enum err old_posts_free(struct db *db, struct arena *mem, struct ids posts, int64_t before, struct ids scheduled,
                        struct ids *out)
{
	return db_ids(db, &old_post_free, ARGS(db_id_list(mem, posts), before, db_id_list(mem, scheduled)), mem, out);
}

enum err old_posts_of(struct db *db, struct arena *mem, struct ids threads, int64_t limit, struct ids *out)
{
	str list = db_id_list(mem, threads);

	TRY(db_ids(db, &old_post_boosts, ARGS(list, limit), mem, out));
	return out->n ? OK : db_ids(db, &old_post_ids, ARGS(list, limit), mem, out);
}

#define OF_POSTS(table, column) "DELETE FROM " table " WHERE " column " IN " LIST("$1")
SQL(old_post_mentions, OF_POSTS("status_mentions", "status_id"));
SQL(old_post_tags, OF_POSTS("status_tags", "status_id"));
SQL(old_post_media, OF_POSTS("attachments", "status_id"));
SQL(old_post_edits, OF_POSTS("status_edits", "status_id"));
SQL(old_post_pins, OF_POSTS("pins", "status_id"));
SQL(old_post_polls, OF_POSTS("polls", "status_id"));
SQL(old_post_options, OF_POSTS("poll_options", "status_id"));
SQL(old_post_groups, OF_POSTS("status_groups", "status_id"));
SQL(old_post_counts, OF_POSTS("origin_counts", "status_id"));
SQL(old_post_cards, OF_POSTS("status_cards", "status_id"));
SQL(old_post_quotes, OF_POSTS("quotes", "status_id"));
SQL(old_post_search, OF_POSTS("search_posts", "rowid"));
SQL(old_post_noted, OF_POSTS("search_noted", "status_id"));
SQL(old_post_refreshes, OF_POSTS("refreshes", "thread_id"));
SQL(old_post_rows, OF_POSTS("statuses", "id") " AND site_id IS NULL");

static enum err all_of(struct db *db, const struct db_sql *const *sql, size_t n, str list)
{
	for (size_t i = 0; i < n; i++)
		TRY(db_exec(db, sql[i], ARGS(list), NULL));
	return OK;
}

enum err old_posts_delete(struct db *db, struct ids posts)
{
	static const struct db_sql *const all[] = {
		&old_post_mentions, &old_post_tags, &old_post_media, &old_post_edits, &old_post_pins,
		&old_post_polls, &old_post_options, &old_post_groups, &old_post_counts, &old_post_cards,
		&old_post_quotes, &old_post_search, &old_post_noted, &old_post_refreshes,
		&old_post_rows,
	};
	struct arena mem ARENA_SCOPE;

	return all_of(db, all, sizeof(all) / sizeof(all[0]), db_id_list(&mem, posts));
}

/* Of these a post may have any number. */
SQL(old_post_favourites,
    "DELETE FROM favourites WHERE id IN (SELECT id FROM favourites WHERE status_id IN " LIST("$1") " LIMIT $2)");
SQL(old_post_feeds,
    "DELETE FROM feeds WHERE (feed_id, status_id) IN (SELECT feed_id, status_id FROM feeds WHERE status_id IN " LIST("$1")
    " LIMIT $2)");
SQL(old_post_quoted,
    "UPDATE quotes SET quoted_id = NULL WHERE status_id IN (SELECT status_id FROM quotes WHERE quoted_id IS NOT NULL"
    " AND quoted_id IN " LIST("$1") " LIMIT $2)");
SQL(old_post_parents,
    "UPDATE statuses SET in_reply_to_id = NULL WHERE id IN (SELECT id FROM statuses WHERE in_reply_to_id IS NOT NULL"
    " AND in_reply_to_id IN " LIST("$1") " LIMIT $2)");

enum err old_posts_thin(struct db *db, struct ids posts, int64_t limit, bool *bare)
{
	static const struct db_sql *const all[] = { &old_post_favourites, &old_post_feeds, &old_post_quoted, &old_post_parents };
	struct arena mem ARENA_SCOPE;
	str list = db_id_list(&mem, posts);
	int64_t n;

	*bare = true;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && *bare; i++) {
		TRY(db_exec(db, all[i], ARGS(list, limit), &n));
		*bare = n < limit;
	}
	return OK;
}

static const struct db_field scheduled_fields[] = { F_STR(old_scheduled, params) };
static const struct db_map scheduled_map = DB_MAP_OF(old_scheduled, scheduled_fields);
SQL(old_post_scheduled, "SELECT params FROM scheduled_statuses");

enum err old_posts_scheduled(struct db *db, struct arena *mem, struct db_rows *out)
{
	return db_many(db, &old_post_scheduled, NO_ARGS, &scheduled_map, mem, out);
}

/* --- people */

SQL(old_account_ids,
    "SELECT id FROM accounts WHERE id > $1 AND site_id IS NULL AND fetched_at < $2 AND suspended_at = 0 AND silenced_by = 0"
    " ORDER BY id LIMIT $3");
/* A card that names one who is gone names nobody. */
#define NONE(table, column) " AND NOT EXISTS (SELECT 1 FROM " table " x WHERE x." column " = a.id)"
SQL(old_account_free,
    "SELECT a.id FROM accounts a WHERE a.id IN " LIST("$1") " AND a.site_id IS NULL"
    NONE("statuses", "account_id") NONE("follows", "account_id") NONE("follows", "target_id") NONE("blocks", "account_id")
    NONE("blocks", "target_id") NONE("mutes", "target_id") NONE("account_notes", "target_id")
    NONE("list_accounts", "account_id") NONE("status_mentions", "account_id") NONE("notifications", "from_id")
    NONE("reports", "account_id") NONE("reports", "target_id") NONE("relays", "account_id")
    NONE("endorsements", "target_id") NONE("favourites", "account_id") NONE("pins", "account_id")
    NONE("poll_votes", "account_id") NONE("status_groups", "account_id") NONE("notification_requests", "from_id")
    NONE("notification_permissions", "from_id") NONE("severed_follows", "account_id")
    NONE("severed_follows", "target_id")
    " AND NOT EXISTS (SELECT 1 FROM json_texts(a.also_known_as) x JOIN accounts m ON m.uri = x.value"
    " WHERE m.moved_to_uri = a.uri)"
    " AND NOT EXISTS (SELECT 1 FROM collection_items x JOIN collections c ON c.id = x.collection_id"
    " WHERE x.account_id = a.id AND x.account_id IS NOT NULL AND c.local)"
    " AND NOT EXISTS (SELECT 1 FROM collections c JOIN collection_items x ON x.collection_id = c.id"
    " WHERE c.account_id = a.id AND x.account_id IS NOT NULL AND " HERE("x.account_id") ")");
SQL(old_account_keys, OF_POSTS("account_keys", "account_id"));
SQL(old_account_backfills, OF_POSTS("backfills", "account_id"));
SQL(old_account_tags, OF_POSTS("featured_tags", "account_id"));
SQL(old_account_moves, OF_POSTS("moves", "account_id"));
SQL(old_account_terms, OF_POSTS("account_terms", "account_id"));
SQL(old_account_dismissed, OF_POSTS("dismissed_suggestions", "target_id"));
SQL(old_account_member, "UPDATE collection_items SET account_id = NULL WHERE account_id IN " LIST("$1"));
SQL(old_account_items,
    "DELETE FROM collection_items WHERE collection_id IN (SELECT id FROM collections WHERE account_id IN " LIST("$1") ")");
SQL(old_account_collections, OF_POSTS("collections", "account_id"));
SQL(old_account_rows, OF_POSTS("accounts", "id") " AND site_id IS NULL");

enum err old_accounts(struct db *db, struct arena *mem, int64_t after, int64_t before, int64_t limit, struct ids *out)
{
	return db_ids(db, &old_account_ids, ARGS(after, before, limit), mem, out);
}

enum err old_accounts_free(struct db *db, struct arena *mem, struct ids accounts, struct ids *out)
{
	return db_ids(db, &old_account_free, ARGS(db_id_list(mem, accounts)), mem, out);
}

enum err old_accounts_delete(struct db *db, struct ids accounts)
{
	static const struct db_sql *const all[] = {
		&old_account_keys, &old_account_backfills, &old_account_tags, &old_account_moves, &old_account_terms,
		&old_account_dismissed, &old_account_member, &old_account_items, &old_account_collections, &old_account_rows,
	};
	struct arena mem ARENA_SCOPE;

	return all_of(db, all, sizeof(all) / sizeof(all[0]), db_id_list(&mem, accounts));
}
