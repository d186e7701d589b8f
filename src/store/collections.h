#pragma once
/* Rows of collections of accounts (FEP-7aa9: featured collections) and of their items. */
#include "db/db.h"

struct featured_collection {
	int64_t id, account_id;
	bool local;
	str uri, url, name;
	str description; /* as typed; of remote ones HTML */
	str language;    /* "": not said */
	str tag;         /* as spelled, without #; "": none */
	bool sensitive, discoverable;
	int64_t created_at, updated_at, fetched_at;
	int64_t owner_suspended_at, owner_deleted_at; /* only collections_by_ids() */
};
enum err collections_insert(struct db *db, const struct featured_collection *c) MUST_CHECK;
/* All that may change. */
enum err collections_set(struct db *db, const struct featured_collection *c) MUST_CHECK;
/* With its items. */
enum err collections_delete(struct db *db, int64_t id) MUST_CHECK;
enum err collections_by_id(struct db *db, struct arena *mem, int64_t id, struct featured_collection *c) MUST_CHECK;
enum err collections_by_uri(struct db *db, struct arena *mem, str uri, struct featured_collection *c) MUST_CHECK;
/* By the address of its page; of several the oldest. */
enum err collections_by_url(struct db *db, struct arena *mem, str url, struct featured_collection *c) MUST_CHECK;
/* Of each, as many as there are, but at most `most` in all; only id and url are filled. */
enum err collections_by_urls(struct db *db, struct arena *mem, struct strs urls, int64_t most, struct db_rows *out) MUST_CHECK;
enum err collections_count(struct db *db, int64_t account_id, int64_t *n) MUST_CHECK;
/* Of an account, the newest first; all: also those that are not to be found. */
enum err collections_of(struct db *db, struct arena *mem, int64_t account_id, bool all, int64_t limit, int64_t offset,
                        struct ids *ids) MUST_CHECK;
/* That it is in. */
enum err collections_with(struct db *db, struct arena *mem, int64_t account_id, int64_t limit, int64_t offset,
                          struct ids *ids) MUST_CHECK;
/* With how their owners are; in no order. */
enum err collections_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out) MUST_CHECK;

struct featured_item {
	int64_t id, collection_id;
	int64_t account_id; /* 0: not here (yet) */
	str object_uri, uri;
	int64_t place;
	str state; /* pending accepted rejected revoked */
	str stamp, request;
	int64_t created_at;
	int64_t suspended_at, deleted_at; /* of the account; these and kind only from featured_items_of() */
	str kind;
};
/* Or instead of the one of that collection and object, which keeps its id and created_at; *i becomes what is stored. */
enum err featured_items_put(struct db *db, struct arena *mem, struct featured_item *i) MUST_CHECK;
enum err featured_items_delete(struct db *db, int64_t id) MUST_CHECK;
enum err featured_items_by_id(struct db *db, struct arena *mem, int64_t id, struct featured_item *i) MUST_CHECK;
enum err featured_items_by_object(struct db *db, struct arena *mem, int64_t collection_id, str object_uri,
                                  struct featured_item *i) MUST_CHECK;
enum err featured_items_by_uri(struct db *db, struct arena *mem, int64_t collection_id, str uri,
                               struct featured_item *i) MUST_CHECK;
enum err featured_items_by_request(struct db *db, struct arena *mem, str uri, struct featured_item *i) MUST_CHECK;
/* Of that object. Any collection may list an item with it: accepted ones come first. */
enum err featured_items_by_stamp(struct db *db, struct arena *mem, str uri, str object_uri, struct featured_item *i) MUST_CHECK;
/* Pending and accepted ones; all there are; and the highest place of all. */
enum err featured_items_count(struct db *db, int64_t collection_id, int64_t *n) MUST_CHECK;
enum err featured_items_all(struct db *db, int64_t collection_id, int64_t *n) MUST_CHECK;
enum err featured_items_last(struct db *db, int64_t collection_id, int64_t *place) MUST_CHECK;
/* Of these collections, pending and accepted ones in their order, with how the accounts are. */
enum err featured_items_of(struct db *db, struct arena *mem, struct ids collections, struct db_rows *out) MUST_CHECK;
/* Pending ones that have a stamp, by their ids, n at most. */
enum err featured_items_pending(struct db *db, struct arena *mem, int64_t collection_id, int64_t after, int64_t n,
                                struct db_rows *out) MUST_CHECK;
/* Of collections of owner_id, those that account_id is in. */
enum err featured_items_between(struct db *db, struct arena *mem, int64_t owner_id, int64_t account_id,
                                struct db_rows *out) MUST_CHECK;
/* Those whose URIs are known and whose objects are not in the list. */
enum err featured_items_unlisted(struct db *db, struct arena *mem, int64_t collection_id, struct strs objects,
                                 struct db_rows *out) MUST_CHECK;
