#include "store/discover.h"

#define TO_BE_FOUND \
	"a.discoverable AND a.deleted_at = 0 AND a.suspended_at = 0 AND a.silenced_by = 0 AND a.moved_to_uri = ''" \
	" AND a.kind <> 'Application'"

#define DIRECTORY(order) \
	"SELECT a.id FROM accounts a WHERE ($1::bigint = 0 OR a.site_id = $1) AND " TO_BE_FOUND " ORDER BY " order \
	" LIMIT $2 OFFSET $3"
SQL(directory_active, DIRECTORY("a.last_status_at DESC, a.id DESC"));
SQL(directory_new, DIRECTORY("a.id DESC"));

enum err discover_directory(struct db *db, struct arena *mem, const struct directory_find *f, struct ids *accounts)
{
	return db_ids(db, f->fresh ? &directory_new : &directory_active, ARGS(f->site_id, f->limit, f->offset), mem, accounts);
}

static const struct db_field suggested_fields[] = { F_I64(suggested, id), F_BOOL(suggested, friend) };
static const struct db_map suggested_map = DB_MAP_OF(suggested, suggested_fields);

#define NOT_YET \
	" AND a.id <> $1 AND NOT EXISTS (SELECT 1 FROM follows x WHERE x.account_id = $1 AND x.target_id = a.id)" \
	" AND NOT EXISTS (SELECT 1 FROM blocks x WHERE (x.account_id = $1 AND x.target_id = a.id)" \
	" OR (x.account_id = a.id AND x.target_id = $1))" \
	" AND NOT EXISTS (SELECT 1 FROM mutes x WHERE x.account_id = $1 AND x.target_id = a.id" \
	" AND (x.expires_at = 0 OR x.expires_at > $2))" \
	" AND NOT EXISTS (SELECT 1 FROM domain_blocks x WHERE x.account_id = $1 AND x.domain = a.domain)" \
	" AND NOT EXISTS (SELECT 1 FROM dismissed_suggestions x WHERE x.account_id = $1 AND x.target_id = a.id)"
SQL(suggest_friends,
    "SELECT g.target_id AS id, TRUE AS friend FROM follows f JOIN follows g ON g.account_id = f.target_id"
    " JOIN accounts a ON a.id = g.target_id WHERE f.account_id = $1 AND NOT f.pending AND NOT g.pending AND " TO_BE_FOUND
    NOT_YET " GROUP BY g.target_id ORDER BY COUNT(*) DESC, g.target_id DESC LIMIT $3");
SQL(suggest_known,
    "SELECT a.id, FALSE AS friend FROM accounts a WHERE a.site_id = (SELECT site_id FROM accounts WHERE id = $1) AND "
    TO_BE_FOUND NOT_YET " ORDER BY a.followers_count DESC, a.id DESC LIMIT $3");

static bool has(const struct suggested *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].id == id)
			return true;
	return false;
}

enum err discover_suggestions(struct db *db, struct arena *mem, int64_t account_id, int64_t now, int64_t limit,
                              struct db_rows *out)
{
	struct db_rows friends, known;
	struct suggested *v = NEWS(mem, struct suggested, limit);
	size_t n;

	TRY(db_many(db, &suggest_friends, ARGS(account_id, now, limit), &suggested_map, mem, &friends));
	TRY(db_many(db, &suggest_known, ARGS(account_id, now, limit), &suggested_map, mem, &known));
	n = friends.n;
	if (n)
		memcpy(v, friends.p, n * sizeof(*v));
	for (size_t i = 0; i < known.n && n < (size_t)limit; i++) {
		const struct suggested *k = (const struct suggested *)known.p + i;

		if (!has(v, friends.n, k->id))
			v[n++] = *k;
	}
	*out = (struct db_rows){ v, n };
	return OK;
}

SQL(suggest_dismiss,
    "INSERT INTO dismissed_suggestions (id, account_id, target_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

enum err discover_dismiss(struct db *db, int64_t id, int64_t account_id, int64_t target_id)
{
	return db_exec(db, &suggest_dismiss, ARGS(id, account_id, target_id), NULL);
}

static const struct db_field familiar_fields[] = { F_I64(familiar, target_id), F_I64(familiar, account_id) };
static const struct db_map familiar_map = DB_MAP_OF(familiar, familiar_fields);

SQL(familiar_of,
    "SELECT g.target_id, g.account_id FROM follows f JOIN follows g ON g.account_id = f.target_id"
    " JOIN accounts a ON a.id = g.account_id JOIN accounts t ON t.id = g.target_id WHERE f.account_id = $1 AND NOT f.pending"
    " AND g.target_id IN (SELECT value FROM json_each($2)) AND NOT g.pending AND NOT a.hide_collections"
    " AND NOT t.hide_collections AND a.deleted_at = 0 AND a.suspended_at = 0 ORDER BY g.target_id, g.id DESC LIMIT $3");

enum err discover_familiar(struct db *db, struct arena *mem, int64_t account_id, struct ids targets, int64_t limit,
                           struct db_rows *out)
{
	return db_many(db, &familiar_of, ARGS(account_id, db_id_list(mem, targets), limit), &familiar_map, mem, out);
}

#define PUBLIC_SINCE \
	" s.id > $1 AND s.visibility = 'public' AND s.reblog_of_id IS NULL AND s.deleted_at = 0 AND NOT s.local_only" \
	" AND a.suspended_at = 0 AND a.deleted_at = 0 AND a.silenced_by = 0"
static const struct db_field tag_fields[] = { F_STR(trending_tag, name) };
static const struct db_map tag_map = DB_MAP_OF(trending_tag, tag_fields);

SQL(trending_tags,
    "SELECT t.name FROM statuses s JOIN accounts a ON a.id = s.account_id JOIN status_tags x ON x.status_id = s.id"
    " JOIN tags t ON t.id = x.tag_id WHERE" PUBLIC_SINCE " GROUP BY t.id, t.name HAVING COUNT(DISTINCT s.account_id) >= $2"
    " ORDER BY COUNT(DISTINCT s.account_id) DESC, COUNT(*) DESC, t.id DESC LIMIT $3 OFFSET $4");

enum err discover_tags(struct db *db, struct arena *mem, int64_t since, int64_t least, int64_t limit, int64_t offset,
                       struct db_rows *out)
{
	return db_many(db, &trending_tags, ARGS(since, least, limit, offset), &tag_map, mem, out);
}

SQL(trending_statuses,
    "SELECT s.id FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE" PUBLIC_SINCE " AND a.discoverable"
    " AND s.reblogs_count + s.favourites_count >= $2 ORDER BY s.reblogs_count + s.favourites_count DESC, s.id DESC"
    " LIMIT $3 OFFSET $4");

enum err discover_statuses(struct db *db, struct arena *mem, int64_t since, int64_t least, int64_t limit, int64_t offset,
                           struct ids *out)
{
	return db_ids(db, &trending_statuses, ARGS(since, least, limit, offset), mem, out);
}
