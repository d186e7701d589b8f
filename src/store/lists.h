#pragma once
/* Rows of lists and of who is on them, and of followed hashtags. */
#include "store/feeds.h"

struct list {
	int64_t id, account_id;
	str title, replies_policy; /* followed list none */
	bool exclusive;
};
enum err lists_insert(struct db *db, const struct list *l) MUST_CHECK;
enum err lists_set(struct db *db, const struct list *l) MUST_CHECK;
/* With who is on it and what is in it. */
enum err lists_delete(struct db *db, int64_t id) MUST_CHECK;
enum err lists_by_id(struct db *db, struct arena *mem, int64_t id, struct list *l) MUST_CHECK; /* ERR_NOT_FOUND */
/* All lists of an account, oldest first; with: only those that this account is on, 0: all. struct list. */
enum err lists_of(struct db *db, struct arena *mem, int64_t account_id, int64_t with, struct db_rows *out) MUST_CHECK;
enum err lists_count(struct db *db, int64_t account_id, int64_t *n) MUST_CHECK;

/* *made false: is on it already. */
enum err list_accounts_add(struct db *db, const struct list *l, int64_t id, int64_t account_id, bool *made) MUST_CHECK;
enum err list_accounts_remove(struct db *db, int64_t list_id, str accounts) MUST_CHECK; /* JSON list */
/* Off all lists of that owner. */
enum err list_accounts_end(struct db *db, int64_t owner_id, int64_t account_id) MUST_CHECK;
enum err list_accounts_count(struct db *db, int64_t list_id, int64_t *n) MUST_CHECK;
/* Who is on it, the newest first, n at most. */
enum err list_accounts_ids(struct db *db, struct arena *mem, int64_t list_id, int64_t n, struct ids *ids) MUST_CHECK;
/* A page of them; struct listed. */
enum err list_accounts_page(struct db *db, struct arena *mem, int64_t list_id, const struct span *sp,
                            struct db_rows *out) MUST_CHECK;
