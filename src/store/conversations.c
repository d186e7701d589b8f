#include "store/conversations.h"

static const struct db_field conversation_fields[] = {
	F_I64(conversation, id),
	F_I64(conversation, account_id),
	F_I64(conversation, thread_id),
	F_STR(conversation, participants),
	F_I64(conversation, last_status_id),
	F_BOOL(conversation, unread),
};
static const struct db_map conversation_map = DB_MAP_OF(conversation, conversation_fields);

SQL(conversation_push_row,
    "INSERT INTO conversations (id, account_id, thread_id, participants, last_status_id, unread)"
    " SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS BIGINT), $6"
    " WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = $2 AND target_id = $7)"
    " AND NOT EXISTS (SELECT 1 FROM mutes WHERE account_id = $2 AND target_id = $7 AND (expires_at = 0 OR expires_at > $8))"
    " ON CONFLICT (account_id, thread_id, participants) DO UPDATE SET"
    " unread = CASE WHEN excluded.last_status_id > conversations.last_status_id THEN excluded.unread"
    " ELSE conversations.unread END,"
    " last_status_id = CASE WHEN excluded.last_status_id > conversations.last_status_id THEN excluded.last_status_id"
    " ELSE conversations.last_status_id END");
SQL(conversation_push_post,
    "INSERT INTO conversation_statuses (status_id, conversation_id) SELECT CAST($4 AS BIGINT), id FROM conversations"
    " WHERE account_id = $1 AND thread_id = $2 AND participants = $3 ON CONFLICT DO NOTHING");

enum err conversations_push(struct db *db, const struct conversation *c, int64_t from_id, int64_t now)
{
	int64_t n = 0;

	TRY(db_exec(db, &conversation_push_row,
	            ARGS(c->id, c->account_id, c->thread_id, c->participants, c->last_status_id, c->unread, from_id, now), &n));
	if (!n)
		return OK;
	return db_exec(db, &conversation_push_post, ARGS(c->account_id, c->thread_id, c->participants, c->last_status_id), NULL);
}

SQL(conversation_drop_last,
    "UPDATE conversations SET last_status_id = COALESCE((SELECT MAX(x.status_id) FROM conversation_statuses x"
    " WHERE x.conversation_id = conversations.id AND x.status_id <> $1), 0) WHERE last_status_id = $1"
    " AND id IN (SELECT conversation_id FROM conversation_statuses WHERE status_id = $1)");
SQL(conversation_drop_empty,
    "DELETE FROM conversations WHERE last_status_id = 0"
    " AND id IN (SELECT conversation_id FROM conversation_statuses WHERE status_id = $1)");
SQL(conversation_drop_post, "DELETE FROM conversation_statuses WHERE status_id = $1");

enum err conversations_drop(struct db *db, int64_t status_id)
{
	TRY(db_exec(db, &conversation_drop_last, ARGS(status_id), NULL));
	TRY(db_exec(db, &conversation_drop_empty, ARGS(status_id), NULL));
	return db_exec(db, &conversation_drop_post, ARGS(status_id), NULL);
}

#define CONVERSATION_PAGE \
	"SELECT * FROM conversations WHERE account_id = $1 AND last_status_id < $2 AND last_status_id > $3" \
	" ORDER BY last_status_id"
SQL(conversation_down, CONVERSATION_PAGE " DESC LIMIT $4");
SQL(conversation_up, CONVERSATION_PAGE " LIMIT $4");

enum err conversations_page(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp,
                            struct db_rows *out)
{
	return db_many(db, sp->up ? &conversation_up : &conversation_down, ARGS(account_id, sp->max, sp->low, sp->limit),
	               &conversation_map, mem, out);
}

SQL(conversation_get, "SELECT * FROM conversations WHERE account_id = $1 AND id = $2");

enum err conversations_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct conversation *c)
{
	return db_one(db, &conversation_get, ARGS(account_id, id), &conversation_map, mem, c);
}

SQL(conversation_unread, "UPDATE conversations SET unread = $3 WHERE account_id = $1 AND id = $2");

enum err conversations_set_unread(struct db *db, int64_t account_id, int64_t id, bool unread)
{
	return db_exec(db, &conversation_unread, ARGS(account_id, id, unread), NULL);
}

SQL(conversation_delete, "DELETE FROM conversations WHERE id = $1");
SQL(conversation_delete_posts, "DELETE FROM conversation_statuses WHERE conversation_id = $1");

enum err conversations_delete(struct db *db, int64_t id)
{
	TRY(db_exec(db, &conversation_delete_posts, ARGS(id), NULL));
	return db_exec(db, &conversation_delete, ARGS(id), NULL);
}

#define DIRECT_PAGE \
	"SELECT DISTINCT p.status_id FROM conversations c CROSS JOIN conversation_statuses p WHERE c.account_id = $1" \
	" AND p.conversation_id = c.id AND p.status_id < $2 AND p.status_id > $3 ORDER BY p.status_id"
SQL(direct_down, DIRECT_PAGE " DESC LIMIT $4");
SQL(direct_up, DIRECT_PAGE " LIMIT $4");

enum err conversations_posts(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp, struct ids *ids)
{
	return db_ids(db, sp->up ? &direct_up : &direct_down, ARGS(account_id, sp->max, sp->low, sp->limit), mem, ids);
}

/* Where an account speaks with the same people in both, they stay two: nobody is told of a thread's seams. */
SQL(conversation_merge,
    "UPDATE conversations SET thread_id = $2 WHERE thread_id = $1 AND NOT EXISTS (SELECT 1 FROM conversations x"
    " WHERE x.thread_id = $2 AND x.account_id = conversations.account_id AND x.participants = conversations.participants)");

enum err conversations_merge_threads(struct db *db, int64_t from, int64_t into)
{
	return db_exec(db, &conversation_merge, ARGS(from, into), NULL);
}
