/* CROSS JOIN where the order of the tables is plain: the ids lead. */
#include "store/shown.h"

#define IDS(n) "json_each($" #n ") j"

static const struct db_field status_fields[] = {
	F_I64(shown_status, s.id),
	F_STR(shown_status, s.uri),
	F_STR(shown_status, s.url),
	F_I64(shown_status, s.account_id),
	F_I64(shown_status, s.site_id),
	F_I64(shown_status, s.in_reply_to_id),
	F_I64(shown_status, s.in_reply_to_account_id),
	F_I64(shown_status, s.reblog_of_id),
	F_I64(shown_status, s.thread_id),
	F_STR(shown_status, s.visibility),
	F_BOOL(shown_status, s.local_only),
	F_BOOL(shown_status, s.sensitive),
	F_STR(shown_status, s.spoiler_text),
	F_STR(shown_status, s.content),
	F_STR(shown_status, s.language),
	F_I64(shown_status, s.replies_count),
	F_I64(shown_status, s.reblogs_count),
	F_I64(shown_status, s.favourites_count),
	F_I64(shown_status, s.quotes_count),
	F_I64(shown_status, s.interaction_policy),
	F_STR(shown_status, s.emojis),
	F_I64(shown_status, s.extras),
	F_I64(shown_status, s.created_at),
	F_I64(shown_status, s.edited_at),
	F_STR(shown_status, app_name),
	F_STR(shown_status, app_website),
};
static const struct db_map status_shown_map = DB_MAP_OF(shown_status, status_fields);
/* What its own server says, or what we count, whichever is more. */
#define MORE(what) \
	"CASE WHEN c." #what " > s." #what "_count THEN c." #what " ELSE s." #what "_count END AS \"s." #what "_count\""
SQL(statuses_shown,
    "SELECT s.id AS \"s.id\", s.uri AS \"s.uri\", s.url AS \"s.url\", s.account_id AS \"s.account_id\","
    " s.site_id AS \"s.site_id\", s.in_reply_to_id AS \"s.in_reply_to_id\","
    " s.in_reply_to_account_id AS \"s.in_reply_to_account_id\", s.reblog_of_id AS \"s.reblog_of_id\","
    " s.thread_id AS \"s.thread_id\", s.visibility AS \"s.visibility\", s.local_only AS \"s.local_only\","
    " s.sensitive AS \"s.sensitive\","
    " s.spoiler_text AS \"s.spoiler_text\", s.content AS \"s.content\", s.language AS \"s.language\","
    " " MORE(replies) ", " MORE(reblogs) ", " MORE(favourites) ","
    " s.quotes_count AS \"s.quotes_count\", s.interaction_policy AS \"s.interaction_policy\","
    " s.emojis AS \"s.emojis\", s.extras AS \"s.extras\","
    " s.created_at AS \"s.created_at\", s.edited_at AS \"s.edited_at\", p.name AS app_name, p.website AS app_website"
    " FROM " IDS(1) " CROSS JOIN statuses s LEFT JOIN oauth_apps p ON p.id = s.app_id"
    " LEFT JOIN origin_counts c ON c.status_id = s.id"
    " WHERE s.id = j.value AND s.deleted_at = 0");

enum err shown_statuses(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &statuses_shown, ARGS(ids), &status_shown_map, mem, out);
}

/* A user's role is looked up for our own accounts only. */
#define ROLE \
	"CASE WHEN a.site_id IS NOT NULL THEN (SELECT u.role FROM user_accounts ua JOIN users u ON u.id = ua.user_id" \
	" WHERE ua.account_id = a.id AND u.role <> 'user' AND NOT u.disabled ORDER BY u.id LIMIT 1) END AS role"

/* struct account is the first member, so its members stand where account_map says. */
_Static_assert(offsetof(struct shown_account, a) == 0, "columns of accounts");
static const struct db_field account_fields[] = {
	F_I64(account, id),
	F_I64(account, site_id),
	F_STR(account, username),
	F_STR(account, domain),
	F_STR(account, uri),
	F_STR(account, url),
	F_STR(account, kind),
	F_STR(account, display_name),
	F_STR(account, note),
	F_STR(account, note_source),
	F_STR(account, fields),
	F_STR(account, fields_source),
	F_STR(account, emojis),
	F_STR(account, avatar_url),
	F_STR(account, avatar_still),
	F_STR(account, avatar_description),
	F_STR(account, header_url),
	F_STR(account, header_still),
	F_STR(account, header_description),
	F_BOOL(account, locked),
	F_BOOL(account, bot),
	F_BOOL(account, discoverable),
	F_BOOL(account, indexable),
	F_I64(account, feature_policy),
	F_BOOL(account, show_media),
	F_BOOL(account, show_media_replies),
	F_BOOL(account, show_featured),
	F_I64(account, links_checked_at),
	F_STR(account, attribution_domains),
	F_STR(account, default_quote_policy),
	F_BOOL(account, hide_collections),
	F_BOOL(account, memorial),
	F_STR(account, also_known_as),
	F_STR(account, moved_to_uri),
	F_I64(account, followers_count),
	F_I64(account, following_count),
	F_I64(account, statuses_count),
	F_I64(account, last_status_at),
	F_STR(account, default_privacy),
	F_BOOL(account, default_sensitive),
	F_STR(account, default_language),
	F_I64(account, created_at),
	F_I64(account, suspended_at),
	F_I64(account, deleted_at),
	F_I64(account, silenced_by),
	F_BOOL(account, media_rejected),
	F_STR(shown_account, role),
};
static const struct db_map account_shown_map = DB_MAP_OF(shown_account, account_fields);
#define ACCOUNT_COLUMNS \
	"SELECT a.id, a.site_id, a.username, a.domain, a.uri, a.url, a.kind, a.display_name, a.note, a.fields, a.emojis," \
	" a.avatar_url, a.avatar_still, a.avatar_description, a.header_url, a.header_still, a.header_description," \
	" a.locked, a.bot, a.discoverable, a.indexable, a.hide_collections, a.memorial, a.feature_policy," \
	" a.show_media, a.show_media_replies, a.show_featured, a.links_checked_at," \
	" a.moved_to_uri, a.followers_count, a.following_count, a.statuses_count, a.last_status_at, a.created_at," \
	" a.suspended_at, a.deleted_at, a.silenced_by, a.media_rejected, " ROLE
SQL(accounts_shown, ACCOUNT_COLUMNS " FROM " IDS(1) " CROSS JOIN accounts a WHERE a.id = j.value");
SQL(account_shown,
    ACCOUNT_COLUMNS ", a.note_source, a.fields_source, a.also_known_as, a.default_privacy, a.default_sensitive,"
    " a.default_language, a.default_quote_policy, a.attribution_domains FROM accounts a WHERE a.id = $1");

SQL(accounts_shown_uri, ACCOUNT_COLUMNS " FROM accounts a WHERE a.uri IN (SELECT value FROM json_texts($1))");

enum err shown_accounts_by_uri(struct db *db, struct arena *mem, struct strs uris, struct db_rows *out)
{
	return db_many(db, &accounts_shown_uri, ARGS(db_text_list(mem, uris)), &account_shown_map, mem, out);
}

enum err shown_accounts(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &accounts_shown, ARGS(ids), &account_shown_map, mem, out);
}

enum err shown_account(struct db *db, struct arena *mem, int64_t id, struct shown_account *out)
{
	return db_one(db, &account_shown, ARGS(id), &account_shown_map, mem, out);
}

static const struct db_field mention_fields[] = {
	F_I64(shown_mention, status_id),
	F_I64(shown_mention, id),
	F_I64(shown_mention, site_id),
	F_BOOL(shown_mention, silent),
	F_STR(shown_mention, username),
	F_STR(shown_mention, domain),
	F_STR(shown_mention, url),
	F_STR(shown_mention, uri),
};
static const struct db_map mention_shown_map = DB_MAP_OF(shown_mention, mention_fields);
SQL(mentions_shown,
    "SELECT m.status_id, a.id, a.site_id, m.silent, a.username, a.domain, a.url, a.uri"
    " FROM " IDS(1) " CROSS JOIN status_mentions m CROSS JOIN accounts a"
    " WHERE m.status_id = j.value AND a.id = m.account_id ORDER BY m.status_id");

enum err shown_mentions(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &mentions_shown, ARGS(ids), &mention_shown_map, mem, out);
}

static const struct db_field tag_fields[] = {
	F_I64(shown_tag, status_id),
	F_STR(shown_tag, name),
	F_STR(shown_tag, display),
};
static const struct db_map tag_shown_map = DB_MAP_OF(shown_tag, tag_fields);
SQL(tags_shown,
    "SELECT x.status_id, t.name, t.display FROM " IDS(1) " CROSS JOIN status_tags x CROSS JOIN tags t"
    " WHERE x.status_id = j.value AND t.id = x.tag_id ORDER BY x.status_id");

enum err shown_tags(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &tags_shown, ARGS(ids), &tag_shown_map, mem, out);
}

SQL(media_shown,
    "SELECT m.* FROM attachments m WHERE m.status_id IN (SELECT value FROM json_each($1)) AND m.place >= 0 ORDER BY"
    " m.status_id, m.place");

enum err shown_media(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &media_shown, ARGS(ids), &attachment_map, mem, out);
}

static const struct db_field bits_fields[] = { F_I64(bits, id), F_I64(bits, bits) };
static const struct db_map bits_map = DB_MAP_OF(bits, bits_fields);
SQL(flags_shown,
    "SELECT f.status_id AS id, 1 AS bits FROM " IDS(2) " CROSS JOIN favourites f"
    " WHERE f.account_id = $1 AND f.status_id = j.value"
    " UNION ALL SELECT s.reblog_of_id, 2 FROM " IDS(3) " CROSS JOIN statuses s"
    " WHERE s.reblog_of_id = j.value AND s.reblog_of_id IS NOT NULL AND s.deleted_at = 0 AND s.account_id = $1"
    " UNION ALL SELECT b.status_id, 4 FROM " IDS(4) " CROSS JOIN bookmarks b"
    " WHERE b.account_id = $1 AND b.status_id = j.value"
    " UNION ALL SELECT p.status_id, 8 FROM " IDS(5) " CROSS JOIN pins p"
    " WHERE p.account_id = $1 AND p.status_id = j.value"
    " UNION ALL SELECT t.thread_id, 16 FROM " IDS(6) " CROSS JOIN thread_mutes t"
    " WHERE t.account_id = $1 AND t.thread_id = j.value");

enum err shown_flags(struct db *db, struct arena *mem, int64_t viewer, const struct shown_flags_in *in,
                     struct db_rows *out)
{
	return db_many(db, &flags_shown,
	               ARGS(viewer, in->favourites, in->boosts, in->bookmarks, in->pins, in->threads), &bits_map,
	               mem, out);
}

/* The numbers are REL_FOLLOWING 1, REL_BLOCKING 2, REL_BLOCKED_BY 4, REL_MUTING 8, REL_DOMAIN_BLOCKING 16,
 * REL_NO_REBLOGS 128. */
#define FOLLOWING(list) \
	"SELECT f.target_id AS id, CASE WHEN f.show_reblogs THEN 1 ELSE 129 END AS bits FROM " list " CROSS JOIN follows f" \
	" WHERE f.account_id = $1 AND f.target_id = j.value AND NOT f.pending"
/* The plus keeps the index of that column out: few block the viewer, and they are found by one look. */
#define BLOCKED_BY(list) \
	" UNION ALL SELECT b.account_id, 4 FROM blocks b WHERE b.target_id = $1" \
	" AND +b.account_id IN (SELECT j.value FROM " list ")"
SQL(stands_shown,
    FOLLOWING(IDS(2)) BLOCKED_BY(IDS(2))
    " UNION ALL SELECT b.target_id, 2 FROM " IDS(2) " CROSS JOIN blocks b WHERE b.account_id = $1 AND"
    " b.target_id = j.value"
    " UNION ALL SELECT m.target_id, 8 FROM " IDS(2) " CROSS JOIN mutes m WHERE m.account_id = $1 AND"
    " m.target_id = j.value"
    " AND (m.expires_at = 0 OR m.expires_at > $3)"
    " UNION ALL SELECT d.account_id, 4 FROM domain_blocks d WHERE d.domain = (SELECT domain FROM accounts"
    " WHERE id = $1)"
    " AND +d.account_id IN (SELECT value FROM json_each($2))"
    " UNION ALL SELECT a.id, 16 FROM " IDS(2) " CROSS JOIN accounts a CROSS JOIN domain_blocks d"
    " WHERE EXISTS (SELECT 1 FROM domain_blocks x WHERE x.account_id = $1)"
    " AND a.id = j.value AND d.account_id = $1 AND d.domain = a.domain");

enum err shown_stands(struct db *db, struct arena *mem, int64_t viewer, str ids, int64_t now,
                      struct db_rows *out)
{
	return db_many(db, &stands_shown, ARGS(viewer, ids, now), &bits_map, mem, out);
}

SQL(gates_shown,
    FOLLOWING(IDS(2)) BLOCKED_BY(IDS(3))
    " UNION ALL SELECT d.account_id, 4 FROM domain_blocks d WHERE d.domain = $4"
    " AND +d.account_id IN (SELECT value FROM json_each($3))");

enum err shown_gates(struct db *db, struct arena *mem, int64_t viewer, str domain, str followed, str ids,
                     struct db_rows *out)
{
	return db_many(db, &gates_shown, ARGS(viewer, followed, ids, domain), &bits_map, mem, out);
}

static const struct db_field stand_fields[] = {
	F_I64(stand, suspended_at),
	F_I64(stand, deleted_at),
	F_BOOL(stand, following),
	F_BOOL(stand, blocked_by),
	F_BOOL(stand, mentioned),
};
static const struct db_map stand_map = DB_MAP_OF(stand, stand_fields);
SQL(stand_shown,
    "SELECT a.suspended_at, a.deleted_at,"
    " EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $1 AND f.target_id = a.id AND NOT f.pending)"
    " AS following,"
    " (EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = $1) OR"
    " EXISTS (SELECT 1 FROM accounts v JOIN domain_blocks d ON d.domain = v.domain WHERE v.id = $1"
    " AND d.account_id = a.id)) AS blocked_by,"
    " EXISTS (SELECT 1 FROM status_mentions m WHERE m.status_id = $3 AND m.account_id = $1) AS mentioned"
    " FROM accounts a WHERE a.id = $2");

enum err shown_stand(struct db *db, struct arena *mem, int64_t viewer, int64_t author, int64_t status,
                     struct stand *out)
{
	return db_one(db, &stand_shown, ARGS(viewer, author, status), &stand_map, mem, out);
}
