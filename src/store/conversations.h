#pragma once
/* Rows of conversations and conversation_statuses. */
#include "store/feeds.h"

struct conversation {
	int64_t id, account_id, thread_id;
	str participants; /* JSON list of ids, ascending */
	int64_t last_status_id;
	bool unread;
};
/* Adds the post to the conversation, which is made if need be. Nothing where the account blocks or mutes from_id. */
enum err conversations_push(struct db *db, const struct conversation *c, int64_t from_id, int64_t now) MUST_CHECK;
/* The post leaves; conversations that it was the last of show the one before, those that are empty go. */
enum err conversations_drop(struct db *db, int64_t status_id) MUST_CHECK;
/* struct conversation. */
enum err conversations_page(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp,
                            struct db_rows *out) MUST_CHECK;
/* ERR_NOT_FOUND. */
enum err conversations_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id, struct conversation *c) MUST_CHECK;
enum err conversations_set_unread(struct db *db, int64_t account_id, int64_t id, bool unread) MUST_CHECK;
enum err conversations_delete(struct db *db, int64_t id) MUST_CHECK;
enum err conversations_posts(struct db *db, struct arena *mem, int64_t account_id, const struct span *sp,
                             struct ids *ids) MUST_CHECK;
/* Threads became one. */
enum err conversations_merge_threads(struct db *db, int64_t from, int64_t into) MUST_CHECK;
