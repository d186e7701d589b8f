#include "store/accounts.h"

#include "store/statuses.h"

static const struct db_field account_fields[] = {
	F_I64(account, id),
	F_I64(account, site_id),
	F_STR(account, username),
	F_STR(account, username_lower),
	F_STR(account, domain),
	F_STR(account, host),
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
	F_STR(account, avatar_file),
	F_STR(account, avatar_still),
	F_STR(account, avatar_description),
	F_STR(account, header_url),
	F_STR(account, header_file),
	F_STR(account, header_still),
	F_STR(account, header_description),
	F_BOOL(account, locked),
	F_BOOL(account, bot),
	F_BOOL(account, discoverable),
	F_BOOL(account, indexable),
	F_BOOL(account, hide_collections),
	F_BOOL(account, memorial),
	F_STR(account, inbox),
	F_STR(account, shared_inbox),
	F_STR(account, outbox),
	F_STR(account, followers_uri),
	F_STR(account, following_uri),
	F_STR(account, featured_uri),
	F_STR(account, featured_tags_uri),
	F_STR(account, collections_uri),
	F_I64(account, feature_policy),
	F_STR(account, also_known_as),
	F_STR(account, moved_to_uri),
	F_I64(account, followers_count),
	F_I64(account, following_count),
	F_I64(account, statuses_count),
	F_I64(account, last_status_at),
	F_STR(account, default_privacy),
	F_BOOL(account, default_sensitive),
	F_STR(account, default_language),
	F_STR(account, default_quote_policy),
	F_STR(account, attribution_domains),
	F_BOOL(account, show_media),
	F_BOOL(account, show_media_replies),
	F_BOOL(account, show_featured),
	F_I64(account, links_checked_at),
	F_I64(account, created_at),
	F_I64(account, updated_at),
	F_I64(account, fetched_at),
	F_I64(account, suspended_at),
	F_I64(account, deleted_at),
	F_I64(account, suspended_by),
	F_I64(account, silenced_by),
	F_BOOL(account, media_rejected),
};
const struct db_map account_map = DB_MAP_OF(account, account_fields);

SQL(account_insert,
    "INSERT INTO accounts (id, site_id, username, username_lower, domain, host, uri, url, kind, display_name, note,"
    " note_source, fields, fields_source, emojis, avatar_url, header_url, locked, bot, discoverable,"
    " indexable, hide_collections, memorial, inbox, shared_inbox, outbox, followers_uri,"
    " following_uri, featured_uri, also_known_as, moved_to_uri, followers_count, following_count,"
    " statuses_count, last_status_at, default_privacy, default_sensitive, default_language,"
    " created_at, updated_at, fetched_at, suspended_at, deleted_at, suspended_by, silenced_by, media_rejected,"
    " featured_tags_uri, attribution_domains, collections_uri, feature_policy)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,"
    " $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,"
    " $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)");

enum err accounts_insert(struct db *db, const struct account *a)
{
	return db_exec(db, &account_insert,
	               ARGS(a->id, DB_ID(a->site_id), a->username, a->username_lower, a->domain,
	                    a->host, a->uri, a->url, a->kind, a->display_name, a->note, a->note_source,
	                    a->fields, a->fields_source, a->emojis, a->avatar_url, a->header_url,
	                    a->locked, a->bot, a->discoverable, a->indexable, a->hide_collections,
	                    a->memorial, a->inbox, a->shared_inbox, a->outbox, a->followers_uri,
	                    a->following_uri, a->featured_uri, a->also_known_as, a->moved_to_uri,
	                    a->followers_count, a->following_count, a->statuses_count,
	                    a->last_status_at, a->default_privacy, a->default_sensitive,
	                    a->default_language, a->created_at, a->updated_at, a->fetched_at,
	                    a->suspended_at, a->deleted_at, a->suspended_by, a->silenced_by, a->media_rejected,
	                    str_or(a->featured_tags_uri, S("")), str_or(a->attribution_domains, S("[]")),
	                    str_or(a->collections_uri, S("")), a->feature_policy),
	               NULL);
}

SQL(account_id, "SELECT * FROM accounts WHERE id = $1");

enum err accounts_by_id(struct db *db, struct arena *mem, int64_t id, struct account *a)
{
	return db_one(db, &account_id, ARGS(id), &account_map, mem, a);
}

SQL(account_uri, "SELECT * FROM accounts WHERE uri = $1");

enum err accounts_by_uri(struct db *db, struct arena *mem, str uri, struct account *a)
{
	return db_one(db, &account_uri, ARGS(uri), &account_map, mem, a);
}

SQL(account_url, "SELECT * FROM accounts WHERE url = $1 AND site_id IS NULL ORDER BY id LIMIT 1");

enum err accounts_by_url(struct db *db, struct arena *mem, str url, struct account *a)
{
	return db_one(db, &account_url, ARGS(url), &account_map, mem, a);
}

SQL(account_handle, "SELECT * FROM accounts WHERE username_lower = $1 AND domain = $2");

enum err accounts_by_handle(struct db *db, struct arena *mem, str username_lower, str domain,
                            struct account *a)
{
	return db_one(db, &account_handle, ARGS(username_lower, domain), &account_map, mem, a);
}

/* Found by the name, of which there are few; a host may have very many. */
SQL(account_host_name,
    "SELECT * FROM accounts WHERE username_lower = $1 AND host || '' = $2 AND site_id IS NULL AND deleted_at = 0 LIMIT 2");

enum err accounts_by_host_name(struct db *db, struct arena *mem, str username_lower, str host, struct account *a)
{
	struct db_rows rows;

	TRY(db_many(db, &account_host_name, ARGS(username_lower, host), &account_map, mem, &rows));
	if (rows.n != 1)
		return ERR_NOT_FOUND;
	*a = *(const struct account *)rows.p;
	return OK;
}

SQL(account_inbox,
    "SELECT id FROM accounts WHERE inbox = $1 AND site_id IS NULL AND deleted_at = 0 AND shared_inbox <> inbox LIMIT $2");

enum err accounts_by_inbox(struct db *db, struct arena *mem, str inbox, int64_t n, struct ids *ids)
{
	return db_ids(db, &account_inbox, ARGS(inbox, n), mem, ids);
}

SQL(account_handle_lose,
    "UPDATE accounts SET username = username || '~' || CAST(id AS TEXT),"
    " username_lower = username_lower || '~' || CAST(id AS TEXT), fetched_at = 0"
    " WHERE username_lower = $1 AND domain = $2 AND uri <> $3 AND site_id IS NULL");

enum err accounts_free_handle(struct db *db, str username_lower, str domain, str uri)
{
	return db_exec(db, &account_handle_lose, ARGS(username_lower, domain, uri), NULL);
}

SQL(account_refresh,
    "UPDATE accounts SET username = $2, username_lower = $3, domain = $4, url = $5, kind = $6, display_name = $7,"
    " note = $8, fields = $9, emojis = $10, avatar_url = $11, header_url = $12, locked = $13, bot = $14,"
    " discoverable = $15, indexable = $16, memorial = $17, inbox = $18, shared_inbox = $19, outbox = $20,"
    " followers_uri = $21, following_uri = $22, featured_uri = $23, also_known_as = $24, moved_to_uri = $25,"
    " followers_count = $26, following_count = $27, statuses_count = $28, updated_at = $29, fetched_at = $30,"
    " featured_tags_uri = $32, show_media = $34, show_media_replies = $35, show_featured = $36,"
    " attribution_domains = $33, collections_uri = $37, feature_policy = $38, deleted_at = 0,"
    " suspended_by = (suspended_by & -2) | $31,"
    " suspended_at = CASE WHEN ((suspended_by & -2) | $31) = 0 THEN 0 WHEN suspended_at <> 0 THEN suspended_at ELSE $30 END"
    " WHERE id = $1");

enum err accounts_refresh(struct db *db, const struct account *a)
{
	return db_exec(db, &account_refresh,
	               ARGS(a->id, a->username, a->username_lower, a->domain, a->url, a->kind,
	                    a->display_name, a->note,
	                    a->fields, a->emojis, a->avatar_url, a->header_url, a->locked, a->bot, a->discoverable,
	                    a->indexable, a->memorial, a->inbox, a->shared_inbox, a->outbox, a->followers_uri,
	                    a->following_uri, a->featured_uri, a->also_known_as, a->moved_to_uri, a->followers_count,
	                    a->following_count, a->statuses_count, a->updated_at, a->fetched_at,
	                    a->suspended_by & BY_ITS_SERVER, str_or(a->featured_tags_uri, S("")),
	                    str_or(a->attribution_domains, S("[]")), a->show_media, a->show_media_replies, a->show_featured,
	                    str_or(a->collections_uri, S("")), a->feature_policy),
	               NULL);
}

SQL(account_profile,
    "UPDATE accounts SET display_name = $2, note = $3, note_source = $4, fields = $5, fields_source = $6, locked = $7,"
    " kind = $8, bot = $9, discoverable = $10, indexable = $11, hide_collections = $12, default_privacy = $13,"
    " default_sensitive = $14, default_language = $15, updated_at = $16, avatar_url = $17, avatar_file = $18,"
    " avatar_still = $19, avatar_description = $20, header_url = $21, header_file = $22, header_still = $23,"
    " header_description = $24, emojis = $25, attribution_domains = $26, default_quote_policy = $27, show_media = $28,"
    " show_media_replies = $29, show_featured = $30 WHERE id = $1");

enum err accounts_set_profile(struct db *db, const struct account *a)
{
	return db_exec(db, &account_profile,
	               ARGS(a->id, a->display_name, a->note, a->note_source, a->fields, a->fields_source,
	                    a->locked,
	                    a->kind, a->bot, a->discoverable, a->indexable, a->hide_collections, a->default_privacy,
	                    a->default_sensitive, a->default_language, a->updated_at, a->avatar_url, a->avatar_file,
	                    a->avatar_still, str_or(a->avatar_description, S("")), a->header_url, a->header_file,
	                    a->header_still, str_or(a->header_description, S("")), a->emojis,
	                    a->attribution_domains, a->default_quote_policy, a->show_media, a->show_media_replies,
	                    a->show_featured),
	               NULL);
}

SQL(account_links, "UPDATE accounts SET fields = $2, fields_source = $3, links_checked_at = $4 WHERE id = $1");
SQL(account_links_old,
    "SELECT id FROM accounts WHERE links_checked_at > 0 AND site_id IS NOT NULL AND links_checked_at < $1 AND deleted_at = 0"
    " ORDER BY links_checked_at LIMIT $2");

enum err accounts_set_links(struct db *db, const struct account *a)
{
	return db_exec(db, &account_links, ARGS(a->id, a->fields, a->fields_source, a->links_checked_at), NULL);
}

enum err accounts_links_old(struct db *db, struct arena *mem, int64_t before, int64_t n, struct ids *ids)
{
	return db_ids(db, &account_links_old, ARGS(before, n), mem, ids);
}

SQL(account_tombstone,
    "UPDATE accounts SET deleted_at = $2, display_name = '', note = '', note_source = '', fields = '[]',"
    " fields_source = '[]', emojis = '[]', avatar_url = '', avatar_file = NULL, avatar_still = NULL,"
    " avatar_description = '', header_url = '', header_file = NULL, header_still = NULL, header_description = '',"
    " also_known_as = '[]', moved_to_uri = '',"
    " followers_count = 0, following_count = 0, statuses_count = 0 WHERE id = $1 AND deleted_at = 0");

SQL(end_account_terms, "DELETE FROM account_terms WHERE account_id = $1");

enum err accounts_tombstone(struct db *db, int64_t id, int64_t at)
{
	TRY(db_exec(db, &account_tombstone, ARGS(id, at), NULL));
	return db_exec(db, &end_account_terms, ARGS(id), NULL);
}

SQL(account_count,
    "UPDATE accounts SET"
    " followers_count = CASE WHEN followers_count + $2 < 0 THEN 0 ELSE followers_count + $2 END,"
    " following_count = CASE WHEN following_count + $3 < 0 THEN 0 ELSE following_count + $3 END WHERE id = $1");

enum err accounts_add_counts(struct db *db, int64_t id, int64_t followers, int64_t following)
{
	return db_exec(db, &account_count, ARGS(id, followers, following), NULL);
}

SQL(account_posts_left, "SELECT * FROM statuses WHERE account_id = $1 AND deleted_at = 0 ORDER BY id LIMIT $2");

enum err accounts_posts_left(struct db *db, struct arena *mem, int64_t id, int64_t n, struct db_rows *out)
{
	return db_many(db, &account_posts_left, ARGS(id, n), &status_map, mem, out);
}

SQL(account_favourites_left,
    "DELETE FROM favourites WHERE id IN (SELECT id FROM favourites WHERE account_id = $1 LIMIT $2) RETURNING status_id");

enum err accounts_favourites_left(struct db *db, struct arena *mem, int64_t id, int64_t n, struct ids *posts)
{
	return db_ids(db, &account_favourites_left, ARGS(id, n), mem, posts);
}
