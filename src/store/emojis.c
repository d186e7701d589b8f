#include "store/emojis.h"

static const struct db_field emoji_fields[] = {
	F_I64(emoji, id),
	F_I64(emoji, site_id),
	F_STR(emoji, shortcode),
	F_STR(emoji, file),
	F_STR(emoji, still),
	F_STR(emoji, category),
	F_BOOL(emoji, visible),
	F_I64(emoji, created_at),
	F_I64(emoji, removed_at),
};
static const struct db_map emoji_map = DB_MAP_OF(emoji, emoji_fields);

SQL(emoji_add,
    "INSERT INTO custom_emojis (id, site_id, shortcode, file, still, category, visible, created_at, removed_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)");
SQL(emoji_remove,
    "UPDATE custom_emojis SET removed_at = $3 WHERE site_id = $1 AND shortcode = $2 AND removed_at = 0");
SQL(emoji_get, "SELECT * FROM custom_emojis WHERE id = $1 AND site_id = $2");
SQL(emoji_list, "SELECT * FROM custom_emojis WHERE site_id = $1 AND removed_at = 0 ORDER BY category, shortcode");
SQL(emoji_named,
    "SELECT * FROM custom_emojis WHERE site_id = $1 AND removed_at = 0 AND shortcode IN (SELECT value FROM json_texts($2))"
    " ORDER BY shortcode");

enum err emojis_add(struct db *db, const struct emoji *e)
{
	return db_exec(db, &emoji_add,
	               ARGS(e->id, e->site_id, e->shortcode, e->file, e->still, e->category, e->visible, e->created_at), NULL);
}

enum err emojis_remove(struct db *db, int64_t site_id, str shortcode, int64_t now, bool *there)
{
	int64_t changed = 0;

	TRY(db_exec(db, &emoji_remove, ARGS(site_id, shortcode, now), &changed));
	*there = changed > 0;
	return OK;
}

enum err emojis_get(struct db *db, struct arena *mem, int64_t site_id, int64_t id, struct emoji *e)
{
	return db_one(db, &emoji_get, ARGS(id, site_id), &emoji_map, mem, e);
}

enum err emojis_of(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out)
{
	return db_many(db, &emoji_list, ARGS(site_id), &emoji_map, mem, out);
}

enum err emojis_named(struct db *db, struct arena *mem, int64_t site_id, struct strs names, struct db_rows *out)
{
	return db_many(db, &emoji_named, ARGS(site_id, db_text_list(mem, names)), &emoji_map, mem, out);
}
