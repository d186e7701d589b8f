#include "store/announcements.h"

static const struct db_field announcement_fields[] = {
	F_I64(announcement, id),
	F_I64(announcement, site_id),
	F_STR(announcement, text),
	F_STR(announcement, content),
	F_STR(announcement, named),
	F_STR(announcement, linked),
	F_I64(announcement, starts_at),
	F_I64(announcement, ends_at),
	F_BOOL(announcement, all_day),
	F_I64(announcement, published_at),
	F_I64(announcement, updated_at),
	F_BOOL(announcement, read),
};
static const struct db_map announcement_map = DB_MAP_OF(announcement, announcement_fields);

SQL(announcement_insert,
    "INSERT INTO announcements (id, site_id, text, content, starts_at, ends_at, all_day, published_at, updated_at, named,"
    " linked)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

enum err announcements_insert(struct db *db, const struct announcement *a)
{
	return db_exec(db, &announcement_insert,
	               ARGS(a->id, a->site_id, a->text, a->content, a->starts_at, a->ends_at, a->all_day, a->published_at,
	                    a->updated_at, a->named, a->linked),
	               NULL);
}

SQL(announcement_update,
    "UPDATE announcements SET text = $3, content = $4, starts_at = $5, ends_at = $6, all_day = $7, updated_at = $8,"
    " named = $9, linked = $10 WHERE site_id = $1 AND id = $2");

enum err announcements_update(struct db *db, const struct announcement *a)
{
	return db_exec(db, &announcement_update,
	               ARGS(a->site_id, a->id, a->text, a->content, a->starts_at, a->ends_at, a->all_day, a->updated_at,
	                    a->named, a->linked),
	               NULL);
}

SQL(announcement_delete, "DELETE FROM announcements WHERE site_id = $1 AND id = $2");
SQL(announcement_delete_reads, "DELETE FROM announcement_reads WHERE announcement_id = $1");
SQL(announcement_delete_reactions, "DELETE FROM announcement_reactions WHERE announcement_id = $1");

enum err announcements_delete(struct db *db, int64_t site_id, int64_t id, bool *changed)
{
	int64_t n = 0;

	TRY(db_exec(db, &announcement_delete, ARGS(site_id, id), &n));
	*changed = n > 0;
	if (!n)
		return OK;
	TRY(db_exec(db, &announcement_delete_reads, ARGS(id), NULL));
	return db_exec(db, &announcement_delete_reactions, ARGS(id), NULL);
}

SQL(announcement_list,
    "SELECT a.*, EXISTS (SELECT 1 FROM announcement_reads r WHERE r.announcement_id = a.id AND r.account_id = $2) AS read"
    " FROM announcements a WHERE a.site_id = $1 AND (a.ends_at = 0 OR a.ends_at > $3) ORDER BY a.id DESC LIMIT $4");

enum err announcements_list(struct db *db, struct arena *mem, int64_t site_id, int64_t account_id, int64_t now, int64_t n,
                            struct db_rows *out)
{
	return db_many(db, &announcement_list, ARGS(site_id, account_id, now, n), &announcement_map, mem, out);
}

SQL(announcement_get, "SELECT * FROM announcements WHERE site_id = $1 AND id = $2");

enum err announcements_get(struct db *db, struct arena *mem, int64_t site_id, int64_t id, struct announcement *a)
{
	return db_one(db, &announcement_get, ARGS(site_id, id), &announcement_map, mem, a);
}

SQL(announcement_read,
    "INSERT INTO announcement_reads (announcement_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");

enum err announcements_read(struct db *db, int64_t id, int64_t account_id)
{
	return db_exec(db, &announcement_read, ARGS(id, account_id), NULL);
}

static const struct db_field reaction_fields[] = {
	F_I64(announcement_reaction, announcement_id),
	F_STR(announcement_reaction, name),
	F_I64(announcement_reaction, count),
	F_BOOL(announcement_reaction, me),
};
static const struct db_map reaction_map = DB_MAP_OF(announcement_reaction, reaction_fields);

SQL(announcement_reactions_of,
    "SELECT announcement_id, name, COUNT(*) AS count, COUNT(CASE WHEN account_id = $2 THEN 1 END) > 0 AS me"
    " FROM announcement_reactions WHERE announcement_id IN (SELECT value FROM json_each($1))"
    " GROUP BY announcement_id, name ORDER BY announcement_id DESC, name");

enum err announcement_reactions(struct db *db, struct arena *mem, struct ids ids, int64_t account_id, struct db_rows *out)
{
	return db_many(db, &announcement_reactions_of, ARGS(db_id_list(mem, ids), account_id), &reaction_map, mem, out);
}

SQL(announcement_react_put,
    "INSERT INTO announcement_reactions (announcement_id, name, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

enum err announcement_react(struct db *db, int64_t id, str name, int64_t account_id)
{
	return db_exec(db, &announcement_react_put, ARGS(id, name, account_id), NULL);
}

SQL(announcement_react_drop,
    "DELETE FROM announcement_reactions WHERE announcement_id = $1 AND name = $2 AND account_id = $3");

enum err announcement_unreact(struct db *db, int64_t id, str name, int64_t account_id)
{
	return db_exec(db, &announcement_react_drop, ARGS(id, name, account_id), NULL);
}
