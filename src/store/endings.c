#include "store/endings.h"

#include "store/deliveries.h"
#include "store/oauth.h"
#include "store/users.h"

#define BY_ID(table, column) \
	"DELETE FROM " table " WHERE id IN (SELECT id FROM " table " WHERE " column " = $1 LIMIT $2)"
#define BY_KEY(table, key, column)                          \
	"DELETE FROM " table " WHERE " column " = $1 AND " key \
	" IN (SELECT " key " FROM " table " WHERE " column " = $1 LIMIT $2)"

SQL(end_announcement_reads, BY_KEY("announcement_reads", "announcement_id", "account_id"));
SQL(end_announcement_reactions, BY_KEY("announcement_reactions", "announcement_id", "account_id"));
SQL(end_backfills, "DELETE FROM backfills WHERE account_id = $1 AND 0 < $2");
SQL(end_blocks, BY_ID("blocks", "account_id"));
SQL(end_blocks_of_it, BY_ID("blocks", "target_id"));
SQL(end_bookmarks, BY_ID("bookmarks", "account_id"));
SQL(end_cleanup, "DELETE FROM cleanup_policies WHERE account_id = $1 AND 0 < $2");
SQL(end_collection_items, BY_ID("collection_items", "account_id"));
SQL(end_collection_items_of_it,
    "DELETE FROM collection_items WHERE id IN (SELECT i.id FROM collections c JOIN collection_items i ON i.collection_id = c.id"
    " WHERE c.account_id = $1 LIMIT $2)");
SQL(end_collections,
    "DELETE FROM collections WHERE id IN (SELECT c.id FROM collections c WHERE c.account_id = $1"
    " AND NOT EXISTS (SELECT 1 FROM collection_items i WHERE i.collection_id = c.id) LIMIT $2)");
SQL(end_conversation_statuses,
    "DELETE FROM conversation_statuses WHERE conversation_id IN"
    " (SELECT id FROM conversations WHERE account_id = $1 ORDER BY id LIMIT $2)");
SQL(end_conversations,
    "DELETE FROM conversations WHERE id IN (SELECT id FROM conversations WHERE account_id = $1 ORDER BY id LIMIT $2)");
SQL(end_dismissed, BY_ID("dismissed_suggestions", "account_id"));
SQL(end_dismissed_of_it, BY_ID("dismissed_suggestions", "target_id"));
SQL(end_domain_blocks, BY_ID("domain_blocks", "account_id"));
SQL(end_endorsements, BY_ID("endorsements", "account_id"));
SQL(end_endorsements_of_it, BY_ID("endorsements", "target_id"));
SQL(end_featured_tags, BY_ID("featured_tags", "account_id"));
SQL(end_feeds, BY_KEY("feeds", "status_id", "feed_id"));
SQL(end_away, "DELETE FROM away WHERE account_id = $1 AND 0 < $2");
SQL(end_list_accounts, BY_ID("list_accounts", "account_id"));
SQL(end_list_accounts_of_it,
    "DELETE FROM list_accounts WHERE id IN (SELECT n.id FROM lists l JOIN list_accounts n ON n.list_id = l.id"
    " WHERE l.account_id = $1 LIMIT $2)");
SQL(end_list_feeds,
    "DELETE FROM feeds WHERE feed_id IN (SELECT id FROM lists WHERE account_id = $1) AND status_id IN"
    " (SELECT x.status_id FROM lists l JOIN feeds x ON x.feed_id = l.id WHERE l.account_id = $1 LIMIT $2)");
SQL(end_lists,
    "DELETE FROM lists WHERE id IN (SELECT l.id FROM lists l WHERE l.account_id = $1"
    " AND NOT EXISTS (SELECT 1 FROM feeds x WHERE x.feed_id = l.id)"
    " AND NOT EXISTS (SELECT 1 FROM list_accounts n WHERE n.list_id = l.id) LIMIT $2)");
SQL(end_tag_follows, BY_ID("tag_follows", "account_id"));
SQL(end_filter_keywords,
    "DELETE FROM filter_keywords WHERE id IN (SELECT k.id FROM filters f JOIN filter_keywords k ON k.filter_id = f.id"
    " WHERE f.account_id = $1 LIMIT $2)");
SQL(end_filter_statuses,
    "DELETE FROM filter_statuses WHERE id IN (SELECT x.id FROM filters f JOIN filter_statuses x ON x.filter_id = f.id"
    " WHERE f.account_id = $1 LIMIT $2)");
SQL(end_filters,
    "DELETE FROM filters WHERE id IN (SELECT f.id FROM filters f WHERE f.account_id = $1"
    " AND NOT EXISTS (SELECT 1 FROM filter_keywords k WHERE k.filter_id = f.id)"
    " AND NOT EXISTS (SELECT 1 FROM filter_statuses x WHERE x.filter_id = f.id) LIMIT $2)");
SQL(end_filter_versions, "DELETE FROM filter_versions WHERE account_id = $1 AND 0 < $2");
SQL(end_idempotency, BY_KEY("idempotency", "key", "account_id"));
SQL(end_invites, BY_ID("invites", "account_id"));
SQL(end_markers, BY_KEY("markers", "timeline", "account_id"));
SQL(end_mutes, BY_ID("mutes", "account_id"));
SQL(end_mutes_of_it, BY_ID("mutes", "target_id"));
SQL(end_notes, BY_KEY("account_notes", "target_id", "account_id"));
SQL(end_notes_on_it, BY_KEY("account_notes", "account_id", "target_id"));
SQL(end_notices, BY_ID("notifications", "account_id"));
SQL(end_notices_from_it, BY_ID("notifications", "from_id"));
SQL(end_notice_permissions, BY_KEY("notification_permissions", "from_id", "account_id"));
SQL(end_notice_policies, "DELETE FROM notification_policies WHERE account_id = $1 AND 0 < $2");
SQL(end_notice_requests, BY_ID("notification_requests", "account_id"));
SQL(end_pins, BY_ID("pins", "account_id"));
SQL(end_poll_votes, BY_KEY("poll_votes", "status_id", "account_id"));
SQL(end_reports, BY_ID("reports", "account_id"));
SQL(end_reports_of_it, BY_ID("reports", "target_id"));
SQL(end_scheduled, BY_ID("scheduled_statuses", "account_id"));
SQL(end_severed,
    "DELETE FROM severed_follows WHERE severance_id IN"
    " (SELECT id FROM severances WHERE account_id = $1 ORDER BY id LIMIT $2)");
SQL(end_severances,
    "DELETE FROM severances WHERE id IN (SELECT id FROM severances WHERE account_id = $1 ORDER BY id LIMIT $2)");
SQL(end_thread_mutes, BY_KEY("thread_mutes", "thread_id", "account_id"));
SQL(end_warnings, BY_ID("account_warnings", "account_id"));
SQL(end_web_settings, "DELETE FROM web_settings WHERE account_id = $1 AND 0 < $2");

static const struct db_sql *const rows[] = {
	&end_announcement_reads,
	&end_announcement_reactions,
	&end_backfills,
	&end_blocks,
	&end_blocks_of_it,
	&end_bookmarks,
	&end_cleanup,
	&end_collection_items,
	&end_collection_items_of_it,
	&end_collections,
	&end_conversation_statuses,
	&end_conversations,
	&end_domain_blocks,
	&end_endorsements,
	&end_endorsements_of_it,
	&end_featured_tags,
	&end_away,
	&end_feeds,
	&end_filter_keywords,
	&end_filter_statuses,
	&end_filters,
	&end_filter_versions,
	&end_idempotency,
	&end_list_accounts,
	&end_list_accounts_of_it,
	&end_list_feeds,
	&end_lists,
	&end_dismissed,
	&end_dismissed_of_it,
	&end_invites,
	&end_markers,
	&end_mutes,
	&end_mutes_of_it,
	&end_notes,
	&end_notes_on_it,
	&end_notices,
	&end_notices_from_it,
	&end_notice_permissions,
	&end_notice_policies,
	&end_notice_requests,
	&end_pins,
	&end_poll_votes,
	&end_reports,
	&end_reports_of_it,
	&end_scheduled,
	&end_severed,
	&end_severances,
	&end_tag_follows,
	&end_thread_mutes,
	&end_warnings,
	&end_web_settings,
};

enum err endings_some(struct db *db, int64_t account_id, int64_t n, int64_t *gone)
{
	int64_t some;

	*gone = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		TRY(db_exec(db, rows[i], ARGS(account_id, n), &some));
		*gone += some;
	}
	return OK;
}

SQL(end_tokens, "DELETE FROM oauth_tokens WHERE account_id = $1");
SQL(end_codes, "DELETE FROM oauth_codes WHERE account_id = $1");
SQL(end_push, "DELETE FROM push_subscriptions WHERE account_id = $1");
SQL(end_user_accounts, "DELETE FROM user_accounts WHERE account_id = $1 RETURNING user_id");
SQL(end_user_links, "DELETE FROM user_links WHERE user_id = $1");
SQL(end_user_codes, "DELETE FROM recovery_codes WHERE user_id = $1");
SQL(end_user,
    "DELETE FROM users WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM user_accounts WHERE user_id = $1)");

enum err endings_log_out(struct db *db, struct arena *mem, int64_t account_id)
{
	struct ids users;
	int64_t gone;

	TRY(db_exec(db, &end_tokens, ARGS(account_id), NULL));
	TRY(db_exec(db, &end_codes, ARGS(account_id), NULL));
	TRY(db_exec(db, &end_push, ARGS(account_id), NULL));
	TRY(db_ids(db, &end_user_accounts, ARGS(account_id), mem, &users));
	for (size_t i = 0; i < users.n; i++) {
		TRY(db_exec(db, &end_user, ARGS(users.v[i]), &gone));
		if (!gone)
			continue;
		TRY(db_exec(db, &end_user_links, ARGS(users.v[i]), NULL));
		TRY(db_exec(db, &end_user_codes, ARGS(users.v[i]), NULL));
		TRY(sessions_delete_of(db, users.v[i]));
		TRY(codes_delete_of(db, users.v[i]));
		TRY(tokens_delete_of(db, users.v[i]));
	}
	return OK;
}

SQL(end_contact, "UPDATE sites SET contact_account_id = NULL WHERE contact_account_id = $1");

enum err endings_contact(struct db *db, int64_t account_id)
{
	return db_exec(db, &end_contact, ARGS(account_id), NULL);
}

static const struct db_field host_fields[] = { F_STR(host_inbox, host), F_STR(host_inbox, inbox) };
static const struct db_map host_map = DB_MAP_OF(host_inbox, host_fields);

#define HEARD " AND a.site_id IS NULL AND a.deleted_at = 0 AND a.suspended_at = 0"
SQL(end_hosts,
    "SELECT h.host, (SELECT a.shared_inbox FROM accounts a WHERE a.host = h.host" HEARD
    " AND a.shared_inbox <> '' LIMIT 1) AS inbox FROM hosts h WHERE h.host > $1 ORDER BY h.host LIMIT $2");

enum err endings_hosts(struct db *db, struct arena *mem, str after, int64_t n, struct db_rows *out)
{
	return db_many(db, &end_hosts, ARGS(after, n), &host_map, mem, out);
}

static const struct db_field inbox_fields[] = { F_STR(inbox_row, inbox) };
static const struct db_map inbox_map = DB_MAP_OF(inbox_row, inbox_fields);
SQL(end_inboxes, "SELECT DISTINCT a.inbox FROM accounts a WHERE a.host = $1" HEARD " AND a.inbox <> '' LIMIT $2");

enum err endings_inboxes(struct db *db, struct arena *mem, str host, int64_t n, struct db_rows *out)
{
	return db_many(db, &end_inboxes, ARGS(host, n), &inbox_map, mem, out);
}
