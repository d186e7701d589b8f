#include "store/collections.h"

static const struct db_field collection_fields[] = {
	F_I64(featured_collection, id),
	F_I64(featured_collection, account_id),
	F_BOOL(featured_collection, local),
	F_STR(featured_collection, uri),
	F_STR(featured_collection, url),
	F_STR(featured_collection, name),
	F_STR(featured_collection, description),
	F_STR(featured_collection, language),
	F_STR(featured_collection, tag),
	F_BOOL(featured_collection, sensitive),
	F_BOOL(featured_collection, discoverable),
	F_I64(featured_collection, created_at),
	F_I64(featured_collection, updated_at),
	F_I64(featured_collection, fetched_at),
	F_I64(featured_collection, owner_suspended_at),
	F_I64(featured_collection, owner_deleted_at),
};
static const struct db_map collection_map = DB_MAP_OF(featured_collection, collection_fields);

SQL(collection_insert,
    "INSERT INTO collections (id, account_id, local, uri, url, name, description, language, tag, sensitive, discoverable,"
    " created_at, updated_at, fetched_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
SQL(collection_set,
    "UPDATE collections SET url = $2, name = $3, description = $4, language = $5, tag = $6, sensitive = $7,"
    " discoverable = $8, updated_at = $9, fetched_at = $10 WHERE id = $1");
SQL(collection_delete, "DELETE FROM collections WHERE id = $1");
SQL(collection_delete_items, "DELETE FROM collection_items WHERE collection_id = $1");
SQL(collection_by_id, "SELECT * FROM collections WHERE id = $1");
SQL(collection_by_uri, "SELECT * FROM collections WHERE uri = $1");
SQL(collection_by_url, "SELECT * FROM collections WHERE url = $1 ORDER BY id LIMIT 1");
SQL(collection_by_urls, "SELECT id, url FROM collections WHERE url IN (SELECT value FROM json_texts($1)) ORDER BY id LIMIT $2");
SQL(collection_count, "SELECT COUNT(*) FROM collections WHERE account_id = $1");
SQL(collection_of,
    "SELECT id FROM collections WHERE account_id = $1 AND (discoverable OR $2) ORDER BY id DESC LIMIT $3 OFFSET $4");
SQL(collection_with,
    "SELECT c.id FROM collection_items i JOIN collections c ON c.id = i.collection_id JOIN accounts a ON a.id = c.account_id"
    " WHERE i.account_id = $1 AND i.account_id IS NOT NULL AND i.state = 'accepted' AND a.deleted_at = 0"
    " AND a.suspended_at = 0 ORDER BY c.id DESC LIMIT $2 OFFSET $3");
SQL(collection_by_ids,
    "SELECT c.*, a.suspended_at AS owner_suspended_at, a.deleted_at AS owner_deleted_at FROM collections c"
    " JOIN accounts a ON a.id = c.account_id WHERE c.id IN (SELECT value FROM json_each($1))");

enum err collections_insert(struct db *db, const struct featured_collection *c)
{
	return db_exec(db, &collection_insert,
	               ARGS(c->id, c->account_id, c->local, c->uri, c->url, c->name, c->description, c->language, c->tag,
	                    c->sensitive, c->discoverable, c->created_at, c->updated_at, c->fetched_at),
	               NULL);
}

enum err collections_set(struct db *db, const struct featured_collection *c)
{
	return db_exec(db, &collection_set,
	               ARGS(c->id, c->url, c->name, c->description, c->language, c->tag, c->sensitive, c->discoverable,
	                    c->updated_at, c->fetched_at),
	               NULL);
}

enum err collections_delete(struct db *db, int64_t id)
{
	TRY(db_exec(db, &collection_delete_items, ARGS(id), NULL));
	return db_exec(db, &collection_delete, ARGS(id), NULL);
}

enum err collections_by_id(struct db *db, struct arena *mem, int64_t id, struct featured_collection *c)
{
	return db_one(db, &collection_by_id, ARGS(id), &collection_map, mem, c);
}

enum err collections_by_uri(struct db *db, struct arena *mem, str uri, struct featured_collection *c)
{
	return db_one(db, &collection_by_uri, ARGS(uri), &collection_map, mem, c);
}

enum err collections_by_urls(struct db *db, struct arena *mem, struct strs urls, int64_t most, struct db_rows *out)
{
	return db_many(db, &collection_by_urls, ARGS(db_text_list(mem, urls), most), &collection_map, mem, out);
}

enum err collections_by_url(struct db *db, struct arena *mem, str url, struct featured_collection *c)
{
	return db_one(db, &collection_by_url, ARGS(url), &collection_map, mem, c);
}

enum err collections_count(struct db *db, int64_t account_id, int64_t *n)
{
	return db_number(db, &collection_count, ARGS(account_id), n);
}

enum err collections_of(struct db *db, struct arena *mem, int64_t account_id, bool all, int64_t limit, int64_t offset,
                        struct ids *ids)
{
	return db_ids(db, &collection_of, ARGS(account_id, all, limit, offset), mem, ids);
}

enum err collections_with(struct db *db, struct arena *mem, int64_t account_id, int64_t limit, int64_t offset, struct ids *ids)
{
	return db_ids(db, &collection_with, ARGS(account_id, limit, offset), mem, ids);
}

enum err collections_by_ids(struct db *db, struct arena *mem, struct ids ids, struct db_rows *out)
{
	return db_many(db, &collection_by_ids, ARGS(db_id_list(mem, ids)), &collection_map, mem, out);
}

/* --- items */

static const struct db_field item_fields[] = {
	F_I64(featured_item, id),
	F_I64(featured_item, collection_id),
	F_I64(featured_item, account_id),
	F_STR(featured_item, object_uri),
	F_STR(featured_item, uri),
	F_I64(featured_item, place),
	F_STR(featured_item, state),
	F_STR(featured_item, stamp),
	F_STR(featured_item, request),
	F_I64(featured_item, created_at),
	F_I64(featured_item, suspended_at),
	F_I64(featured_item, deleted_at),
	F_STR(featured_item, kind),
};
static const struct db_map item_map = DB_MAP_OF(featured_item, item_fields);

SQL(item_put,
    "INSERT INTO collection_items (id, collection_id, account_id, object_uri, uri, place, state, stamp, request, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (collection_id, object_uri) DO UPDATE SET"
    " account_id = excluded.account_id, uri = excluded.uri, place = excluded.place, state = excluded.state,"
    " stamp = excluded.stamp, request = excluded.request RETURNING *");
SQL(item_delete, "DELETE FROM collection_items WHERE id = $1");
SQL(item_by_id, "SELECT * FROM collection_items WHERE id = $1");
SQL(item_by_object, "SELECT * FROM collection_items WHERE collection_id = $1 AND object_uri = $2");
SQL(item_by_uri, "SELECT * FROM collection_items WHERE collection_id = $1 AND uri = $2 ORDER BY id LIMIT 1");
SQL(item_by_request, "SELECT * FROM collection_items WHERE request = $1 AND request <> '' ORDER BY id LIMIT 1");
SQL(item_by_stamp,
    "SELECT * FROM collection_items WHERE stamp = $1 AND stamp <> '' AND object_uri = $2"
    " ORDER BY state, id LIMIT 1");
SQL(item_count, "SELECT COUNT(*) FROM collection_items WHERE collection_id = $1 AND state IN ('pending', 'accepted')");
SQL(item_all, "SELECT COUNT(*) FROM collection_items WHERE collection_id = $1");
SQL(item_last, "SELECT COALESCE(MAX(place), 0) FROM collection_items WHERE collection_id = $1");
SQL(item_of,
    "SELECT i.*, a.suspended_at, a.deleted_at, a.kind FROM collection_items i JOIN accounts a ON a.id = i.account_id"
    " WHERE i.collection_id IN (SELECT value FROM json_each($1)) AND i.state IN ('pending', 'accepted')"
    " ORDER BY i.collection_id, i.place, i.id");
SQL(item_pending,
    "SELECT * FROM collection_items WHERE collection_id = $1 AND state = 'pending' AND stamp <> '' AND id > $2"
    " ORDER BY id LIMIT $3");
SQL(item_between,
    "SELECT i.* FROM collection_items i JOIN collections c ON c.id = i.collection_id"
    " WHERE i.account_id = $2 AND i.account_id IS NOT NULL AND c.account_id = $1 ORDER BY i.id");
SQL(item_unlisted,
    "SELECT * FROM collection_items WHERE collection_id = $1 AND uri <> ''"
    " AND object_uri NOT IN (SELECT value FROM json_texts($2)) ORDER BY id");

enum err featured_items_put(struct db *db, struct arena *mem, struct featured_item *i)
{
	return db_one(db, &item_put,
	              ARGS(i->id, i->collection_id, DB_ID(i->account_id), i->object_uri, str_or(i->uri, S("")), i->place,
	                   i->state, str_or(i->stamp, S("")), str_or(i->request, S("")), i->created_at),
	              &item_map, mem, i);
}

enum err featured_items_delete(struct db *db, int64_t id)
{
	return db_exec(db, &item_delete, ARGS(id), NULL);
}

enum err featured_items_by_id(struct db *db, struct arena *mem, int64_t id, struct featured_item *i)
{
	return db_one(db, &item_by_id, ARGS(id), &item_map, mem, i);
}

enum err featured_items_by_object(struct db *db, struct arena *mem, int64_t collection_id, str object_uri,
                                  struct featured_item *i)
{
	return db_one(db, &item_by_object, ARGS(collection_id, object_uri), &item_map, mem, i);
}

enum err featured_items_by_uri(struct db *db, struct arena *mem, int64_t collection_id, str uri, struct featured_item *i)
{
	return db_one(db, &item_by_uri, ARGS(collection_id, uri), &item_map, mem, i);
}

enum err featured_items_by_request(struct db *db, struct arena *mem, str uri, struct featured_item *i)
{
	return db_one(db, &item_by_request, ARGS(uri), &item_map, mem, i);
}

enum err featured_items_by_stamp(struct db *db, struct arena *mem, str uri, str object_uri, struct featured_item *i)
{
	return db_one(db, &item_by_stamp, ARGS(uri, object_uri), &item_map, mem, i);
}

enum err featured_items_count(struct db *db, int64_t collection_id, int64_t *n)
{
	return db_number(db, &item_count, ARGS(collection_id), n);
}

enum err featured_items_all(struct db *db, int64_t collection_id, int64_t *n)
{
	return db_number(db, &item_all, ARGS(collection_id), n);
}

enum err featured_items_last(struct db *db, int64_t collection_id, int64_t *place)
{
	return db_number(db, &item_last, ARGS(collection_id), place);
}

enum err featured_items_of(struct db *db, struct arena *mem, struct ids collections, struct db_rows *out)
{
	return db_many(db, &item_of, ARGS(db_id_list(mem, collections)), &item_map, mem, out);
}

enum err featured_items_pending(struct db *db, struct arena *mem, int64_t collection_id, int64_t after, int64_t n,
                                struct db_rows *out)
{
	return db_many(db, &item_pending, ARGS(collection_id, after, n), &item_map, mem, out);
}

enum err featured_items_between(struct db *db, struct arena *mem, int64_t owner_id, int64_t account_id, struct db_rows *out)
{
	return db_many(db, &item_between, ARGS(owner_id, account_id), &item_map, mem, out);
}

enum err featured_items_unlisted(struct db *db, struct arena *mem, int64_t collection_id, struct strs objects,
                                 struct db_rows *out)
{
	return db_many(db, &item_unlisted, ARGS(collection_id, db_text_list(mem, objects)), &item_map, mem, out);
}
