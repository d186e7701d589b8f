#include "store/statuses.h"

static const struct db_field status_fields[] = {
	F_I64(status, id),
	F_STR(status, uri),
	F_STR(status, url),
	F_I64(status, account_id),
	F_I64(status, site_id),
	F_I64(status, in_reply_to_id),
	F_I64(status, in_reply_to_account_id),
	F_STR(status, in_reply_to_uri),
	F_I64(status, reblog_of_id),
	F_I64(status, thread_id),
	F_STR(status, conversation),
	F_STR(status, visibility),
	F_BOOL(status, local_only),
	F_BOOL(status, sensitive),
	F_STR(status, spoiler_text),
	F_STR(status, content),
	F_STR(status, text),
	F_STR(status, content_type),
	F_STR(status, language),
	F_I64(status, app_id),
	F_I64(status, replies_count),
	F_I64(status, reblogs_count),
	F_I64(status, favourites_count),
	F_I64(status, quotes_count),
	F_I64(status, interaction_policy),
	F_STR(status, emojis),
	F_I64(status, extras),
	F_I64(status, created_at),
	F_I64(status, edited_at),
	F_I64(status, deleted_at),
};
const struct db_map status_map = DB_MAP_OF(status, status_fields);

SQL(status_insert,
    "INSERT INTO statuses (id, uri, url, account_id, site_id, in_reply_to_id, in_reply_to_account_id,"
    " in_reply_to_uri,"
    " reblog_of_id, thread_id, conversation, visibility, sensitive, spoiler_text, content, text,"
    " content_type, language,"
    " app_id, replies_count, reblogs_count, favourites_count, emojis, extras, created_at, edited_at,"
    " deleted_at, interaction_policy, local_only)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
    " $21, $22, $23,"
    " $24, $25, $26, 0, $27, $28) ON CONFLICT DO NOTHING");

enum err statuses_insert(struct db *db, const struct status *s, bool *added)
{
	int64_t n = 0;

	TRY(db_exec(db, &status_insert,
	            ARGS(s->id, s->uri, s->url, s->account_id, DB_ID(s->site_id), DB_ID(s->in_reply_to_id),
	                 DB_ID(s->in_reply_to_account_id), s->in_reply_to_uri, DB_ID(s->reblog_of_id), s->thread_id,
	                 s->conversation, s->visibility, s->sensitive, s->spoiler_text, s->content, s->text,
	                 s->content_type, s->language, DB_ID(s->app_id), s->replies_count, s->reblogs_count,
	                 s->favourites_count, s->emojis, s->extras, s->created_at, s->edited_at,
	                 s->interaction_policy, s->local_only),
	            &n));
	*added = n > 0;
	return OK;
}

SQL(status_get, "SELECT * FROM statuses WHERE id = $1");
SQL(status_get_uri, "SELECT * FROM statuses WHERE uri = $1");
SQL(status_get_url,
    "SELECT * FROM statuses WHERE url = $1 AND site_id IS NULL AND reblog_of_id IS NULL AND deleted_at = 0"
    " ORDER BY id LIMIT 1");
SQL(status_there, "SELECT id FROM statuses WHERE id = $1");
SQL(status_boost, "SELECT * FROM statuses WHERE reblog_of_id = $1 AND account_id = $2 AND deleted_at = 0");

enum err statuses_by_id(struct db *db, struct arena *mem, int64_t id, struct status *s)
{
	return db_one(db, &status_get, ARGS(id), &status_map, mem, s);
}

enum err statuses_by_uri(struct db *db, struct arena *mem, str uri, struct status *s)
{
	return db_one(db, &status_get_uri, ARGS(uri), &status_map, mem, s);
}

enum err statuses_by_url(struct db *db, struct arena *mem, str url, struct status *s)
{
	return db_one(db, &status_get_url, ARGS(url), &status_map, mem, s);
}

enum err statuses_exists(struct db *db, int64_t id, bool *there)
{
	int64_t got;
	enum err e = db_number(db, &status_there, ARGS(id), &got);

	*there = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err statuses_boost(struct db *db, struct arena *mem, int64_t status_id, int64_t account_id,
                        struct status *s)
{
	return db_one(db, &status_boost, ARGS(status_id, account_id), &status_map, mem, s);
}

SQL(status_update,
    "UPDATE statuses SET spoiler_text = $2, content = $3, text = $4, content_type = $5, sensitive = $6,"
    " language = $7,"
    " emojis = $8, extras = $9, edited_at = $10 WHERE id = $1 AND deleted_at = 0");

enum err statuses_update(struct db *db, const struct status *s)
{
	return db_exec(db, &status_update,
	               ARGS(s->id, s->spoiler_text, s->content, s->text, s->content_type, s->sensitive, s->language, s->emojis,
	                    s->extras, s->edited_at),
	               NULL);
}

#define COUNTER(column) \
	"UPDATE statuses SET " column " = CASE WHEN " column " + $2 > 0 THEN " column " + $2 ELSE 0 END" \
	" WHERE id = $1 AND deleted_at = 0"
SQL(status_count_replies, COUNTER("replies_count"));
SQL(status_count_reblogs, COUNTER("reblogs_count"));
SQL(status_count_favourites, COUNTER("favourites_count"));
SQL(status_count_quotes, COUNTER("quotes_count"));
SQL(status_policy, "UPDATE statuses SET interaction_policy = $2 WHERE id = $1");

enum err statuses_set_policy(struct db *db, int64_t id, int64_t interaction_policy)
{
	return db_exec(db, &status_policy, ARGS(id, interaction_policy), NULL);
}

enum err statuses_count(struct db *db, int64_t id, enum status_count which, int64_t by, bool *there)
{
	static const struct db_sql *const sqls[] = { &status_count_replies, &status_count_reblogs, &status_count_favourites,
		                               &status_count_quotes };
	int64_t n = 0;

	TRY(db_exec(db, sqls[which], ARGS(id, by), &n));
	*there = n > 0;
	return OK;
}

SQL(status_count_author,
    "UPDATE accounts SET statuses_count = CASE WHEN statuses_count + $2 > 0 THEN statuses_count + $2 ELSE"
    " 0 END,"
    " last_status_at = CASE WHEN last_status_at < $3 THEN $3 ELSE last_status_at END WHERE id = $1");

enum err statuses_count_author(struct db *db, int64_t account_id, int64_t by, int64_t at)
{
	return db_exec(db, &status_count_author, ARGS(account_id, by, at), NULL);
}

SQL(status_bury,
    "UPDATE statuses SET deleted_at = $2, content = '', text = '', spoiler_text = '', emojis = '[]',"
    " extras = 0,"
    " replies_count = 0, reblogs_count = 0, favourites_count = 0, quotes_count = 0 WHERE id = $1 AND deleted_at = 0");
SQL(status_bury_edits, "DELETE FROM status_edits WHERE status_id = $1");
SQL(status_bury_media, "DELETE FROM attachments WHERE status_id = $1");
SQL(status_bury_tags, "DELETE FROM status_tags WHERE status_id = $1");
SQL(status_bury_favourites, "DELETE FROM favourites WHERE status_id = $1");
SQL(status_bury_bookmarks, "DELETE FROM bookmarks WHERE status_id = $1");
SQL(status_bury_pins, "DELETE FROM pins WHERE status_id = $1");
SQL(status_bury_counts, "DELETE FROM origin_counts WHERE status_id = $1");
SQL(status_bury_feeds, "DELETE FROM feeds WHERE status_id = $1");
SQL(status_bury_notices, "DELETE FROM notifications WHERE status_id = $1");
SQL(status_bury_poll, "DELETE FROM polls WHERE status_id = $1");
SQL(status_bury_options, "DELETE FROM poll_options WHERE status_id = $1");
SQL(status_bury_votes, "DELETE FROM poll_votes WHERE status_id = $1");
SQL(status_bury_filters, "DELETE FROM filter_statuses WHERE status_id = $1");
SQL(status_bury_search, "DELETE FROM search_posts WHERE rowid = $1");
SQL(status_bury_noted, "DELETE FROM search_noted WHERE status_id = $1");
SQL(status_bury_children, "UPDATE statuses SET in_reply_to_id = NULL WHERE in_reply_to_id = $1");

enum err statuses_bury(struct db *db, int64_t id, int64_t now, bool *there)
{
	static const struct db_sql *const rest[] = {
		&status_bury_edits, &status_bury_media, &status_bury_tags, &status_bury_favourites, &status_bury_bookmarks,
		&status_bury_pins, &status_bury_counts, &status_bury_feeds, &status_bury_notices, &status_bury_children,
		&status_bury_poll, &status_bury_options, &status_bury_votes, &status_bury_filters, &status_bury_search,
		&status_bury_noted,
	};
	int64_t n = 0;

	TRY(db_exec(db, &status_bury, ARGS(id, now), &n));
	*there = n > 0;
	for (size_t i = 0; *there && i < sizeof(rest) / sizeof(rest[0]); i++)
		TRY(db_exec(db, rest[i], ARGS(id), NULL));
	return OK;
}

SQL(status_unbury, "UPDATE statuses SET deleted_at = 0, interaction_policy = $2 WHERE id = $1 AND deleted_at <> 0");

enum err statuses_unbury(struct db *db, int64_t id, int64_t interaction_policy, bool *there)
{
	int64_t n = 0;

	TRY(db_exec(db, &status_unbury, ARGS(id, interaction_policy), &n));
	*there = n > 0;
	return OK;
}

static const struct db_field boost_gone_fields[] = {
	F_I64(boost_gone, id),
	F_I64(boost_gone, account_id),
	F_I64(boost_gone, site_id),
	F_STR(boost_gone, uri),
};
static const struct db_map boost_gone_map = DB_MAP_OF(boost_gone, boost_gone_fields);
SQL(boosts_bury,
    "UPDATE statuses SET deleted_at = $2 WHERE reblog_of_id = $1 AND reblog_of_id IS NOT NULL AND"
    " deleted_at = 0"
    " RETURNING id, account_id, site_id, uri");
SQL(boosts_bury_feeds,
    "DELETE FROM feeds WHERE status_id IN (SELECT id FROM statuses WHERE reblog_of_id = $1 AND"
    " reblog_of_id IS NOT NULL"
    " AND deleted_at = 0)");

enum err statuses_bury_boosts(struct db *db, struct arena *mem, int64_t id, int64_t now, struct db_rows *gone)
{
	TRY(db_exec(db, &boosts_bury_feeds, ARGS(id), NULL));
	return db_many(db, &boosts_bury, ARGS(id, now), &boost_gone_map, mem, gone);
}

static const struct db_field orphan_fields[] = {
	F_I64(orphan, id),
	F_I64(orphan, account_id),
	F_I64(orphan, thread_id),
	F_STR(orphan, visibility),
};
static const struct db_map orphan_map = DB_MAP_OF(orphan, orphan_fields);
SQL(status_adopt,
    "UPDATE statuses SET in_reply_to_id = $1, in_reply_to_account_id = $2"
    " WHERE in_reply_to_uri = $3 AND in_reply_to_uri IS NOT NULL AND in_reply_to_id IS NULL AND deleted_at = 0"
    " AND thread_id <> $4 AND id <> $1 RETURNING id, account_id, thread_id, visibility");

enum err statuses_adopt(struct db *db, struct arena *mem, const struct status *parent,
                        struct db_rows *orphans)
{
	return db_many(db, &status_adopt, ARGS(parent->id, parent->account_id, parent->uri, parent->thread_id), &orphan_map, mem,
	               orphans);
}

SQL(status_readopt,
    "UPDATE statuses SET in_reply_to_id = $1"
    " WHERE in_reply_to_uri = $2 AND in_reply_to_uri IS NOT NULL AND in_reply_to_id IS NULL AND deleted_at = 0"
    " AND thread_id = $3 AND id <> $1 AND id NOT IN (SELECT value FROM json_each($4))"
    " RETURNING id, account_id, thread_id, visibility");

enum err statuses_readopt(struct db *db, struct arena *mem, const struct status *parent, str not, struct db_rows *children)
{
	return db_many(db, &status_readopt, ARGS(parent->id, parent->uri, parent->thread_id, not), &orphan_map, mem, children);
}

SQL(thread_merge, "UPDATE statuses SET thread_id = $2 WHERE thread_id = $1");
SQL(thread_merge_mutes,
    "INSERT INTO thread_mutes (account_id, thread_id) SELECT account_id, CAST($2 AS BIGINT) FROM thread_mutes"
    " WHERE thread_id = $1 ON CONFLICT DO NOTHING");

enum err statuses_merge_threads(struct db *db, int64_t from, int64_t into)
{
	TRY(db_exec(db, &thread_merge, ARGS(from, into), NULL));
	return db_exec(db, &thread_merge_mutes, ARGS(from, into), NULL);
}

static const struct db_field thread_fields[] = {
	F_I64(thread_post, s.id),
	F_I64(thread_post, s.account_id),
	F_I64(thread_post, s.site_id),
	F_I64(thread_post, s.in_reply_to_id),
	F_STR(thread_post, s.visibility),
	F_BOOL(thread_post, s.local_only),
	F_I64(thread_post, s.extras),
	F_I64(thread_post, author_suspended_at),
	F_I64(thread_post, author_silenced_by),
	F_I64(thread_post, author_deleted_at),
};
static const struct db_map thread_map = DB_MAP_OF(thread_post, thread_fields);
#define THREAD_COLUMNS \
	"SELECT s.id AS \"s.id\", s.account_id AS \"s.account_id\", s.site_id AS \"s.site_id\"," \
	" s.in_reply_to_id AS \"s.in_reply_to_id\"," \
	" s.visibility AS \"s.visibility\", s.local_only AS \"s.local_only\", s.extras AS \"s.extras\"," \
	" a.suspended_at AS author_suspended_at, a.deleted_at AS author_deleted_at," \
	" a.silenced_by AS author_silenced_by"
SQL(thread_above,
    "WITH RECURSIVE up(id, parent, depth) AS ("
    "SELECT id, in_reply_to_id, 0 FROM statuses WHERE id = $1"
    " UNION ALL SELECT s.id, s.in_reply_to_id, up.depth + 1 FROM up JOIN statuses s ON s.id = up.parent"
    " WHERE up.depth < $2) " THREAD_COLUMNS
    " FROM up JOIN statuses s ON s.id = up.id JOIN accounts a ON a.id = s.account_id"
    " WHERE up.depth > 0 AND s.deleted_at = 0 ORDER BY up.depth");
SQL(thread_below,
    "WITH RECURSIVE down(id) AS ("
    "SELECT id FROM statuses WHERE in_reply_to_id = $1"
    " UNION SELECT s.id FROM down JOIN statuses s ON s.in_reply_to_id = down.id) " THREAD_COLUMNS
    " FROM down JOIN statuses s ON s.id = down.id JOIN accounts a ON a.id = s.account_id"
    " WHERE s.deleted_at = 0 AND s.id <> $1 LIMIT $2");

enum err statuses_above(struct db *db, struct arena *mem, int64_t id, int64_t limit, struct db_rows *posts)
{
	return db_many(db, &thread_above, ARGS(id, limit), &thread_map, mem, posts);
}

enum err statuses_below(struct db *db, struct arena *mem, int64_t id, int64_t limit, struct db_rows *posts)
{
	return db_many(db, &thread_below, ARGS(id, limit), &thread_map, mem, posts);
}

SQL(status_waiting,
    "SELECT id FROM statuses WHERE in_reply_to_id IN (SELECT value FROM json_each($1)) AND (extras & 256) <> 0"
    " AND (extras & 128) = 0 AND deleted_at = 0 ORDER BY id");

enum err statuses_waiting(struct db *db, struct arena *mem, str ids, struct ids *out)
{
	return db_ids(db, &status_waiting, ARGS(ids), mem, out);
}

SQL(status_replies,
    "SELECT id FROM statuses WHERE in_reply_to_id = $1 AND deleted_at = 0 AND visibility IN ('public',"
    " 'unlisted') AND NOT local_only AND (extras & 256) = 0"
    " AND id > $2 ORDER BY id LIMIT $3");

enum err statuses_public_replies(struct db *db, struct arena *mem, int64_t id, int64_t after,
                                 int64_t limit, struct ids *ids)
{
	return db_ids(db, &status_replies, ARGS(id, after, limit), mem, ids);
}

SQL(idempotency_put,
    "INSERT INTO idempotency (account_id, key, status_id, created_at) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (account_id, key) DO UPDATE SET status_id = excluded.status_id, created_at ="
    " excluded.created_at"
    " WHERE idempotency.created_at < $5");
SQL(idempotency_get, "SELECT status_id FROM idempotency WHERE account_id = $1 AND key = $2");

enum err idempotency_take(struct db *db, int64_t account_id, str key, int64_t now, int64_t oldest,
                          int64_t *status_id)
{
	int64_t n = 0;

	TRY(db_exec(db, &idempotency_put, ARGS(account_id, key, *status_id, now, oldest), &n));
	return n ? OK : db_number(db, &idempotency_get, ARGS(account_id, key), status_id);
}

SQL(tombstone_put, "INSERT INTO tombstones (uri, host, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
SQL(tombstone_there, "SELECT at FROM tombstones WHERE uri = $1");

enum err tombstones_add(struct db *db, str uri, str host, int64_t now)
{
	return db_exec(db, &tombstone_put, ARGS(uri, host, now), NULL);
}

enum err tombstones_has(struct db *db, str uri, bool *there)
{
	int64_t at;
	enum err e = db_number(db, &tombstone_there, ARGS(uri), &at);

	*there = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}
