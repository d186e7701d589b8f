#include "store/featured.h"

#include "store/parts.h"

static const struct db_field featured_fields[] = {
	F_I64(featured_tag, id),
	F_I64(featured_tag, account_id),
	F_I64(featured_tag, tag_id),
	F_STR(featured_tag, name),
	F_STR(featured_tag, folded),
	F_I64(featured_tag, statuses_count),
	F_I64(featured_tag, last_status_at),
	F_I64(featured_tag, created_at),
};
static const struct db_map featured_map = DB_MAP_OF(featured_tag, featured_fields);

/* The posts of an account that have a tag: by the tag, of which most are rare. */
#define POSTS                                                                          \
	" FROM status_tags x JOIN statuses s ON s.id = x.status_id"                    \
	" WHERE x.tag_id = f.tag_id AND s.account_id = f.account_id AND s.deleted_at = 0" \
	" AND s.visibility IN ('public', 'unlisted'))"
#define FEATURED                                                                                                      \
	"SELECT f.id, f.account_id, f.tag_id, f.name, t.name AS folded, f.created_at, (SELECT COUNT(*)" POSTS        \
	" AS statuses_count, (SELECT COALESCE(MAX(s.created_at), 0)" POSTS " AS last_status_at FROM featured_tags f" \
	" JOIN tags t ON t.id = f.tag_id"

SQL(featured_put,
    "INSERT INTO featured_tags (id, account_id, tag_id, name, created_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (account_id, tag_id) DO NOTHING");
SQL(featured_remove, "DELETE FROM featured_tags WHERE account_id = $1 AND tag_id = $2");

enum err featured_tags_set(struct db *db, const struct featured_tag *f, bool on, bool *changed)
{
	int64_t tag, n = 0;
	enum err e = on ? tags_make(db, f->folded, f->name, f->created_at, &tag) : tags_find(db, f->folded, &tag);

	*changed = false;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (on)
		TRY(db_exec(db, &featured_put, ARGS(f->id, f->account_id, tag, f->name, f->created_at), &n));
	else
		TRY(db_exec(db, &featured_remove, ARGS(f->account_id, tag), &n));
	*changed = n > 0;
	return OK;
}

SQL(featured_of, FEATURED " WHERE f.account_id = $1 ORDER BY f.id LIMIT $2");

enum err featured_tags_of(struct db *db, struct arena *mem, int64_t account_id, int64_t n, struct db_rows *out)
{
	return db_many(db, &featured_of, ARGS(account_id, n), &featured_map, mem, out);
}

SQL(featured_one, FEATURED " WHERE f.id = $1");

enum err featured_tags_by_id(struct db *db, struct arena *mem, int64_t id, struct featured_tag *f)
{
	return db_one(db, &featured_one, ARGS(id), &featured_map, mem, f);
}

SQL(featured_count, "SELECT COUNT(*) FROM featured_tags WHERE account_id = $1");

enum err featured_tags_count(struct db *db, int64_t account_id, int64_t *n)
{
	return db_number(db, &featured_count, ARGS(account_id), n);
}

SQL(featured_keep,
    "DELETE FROM featured_tags WHERE account_id = $1 AND tag_id NOT IN"
    " (SELECT id FROM tags WHERE name IN (SELECT value FROM json_texts($2)))");

enum err featured_tags_keep(struct db *db, struct arena *mem, int64_t account_id, struct strs keep)
{
	return db_exec(db, &featured_keep, ARGS(account_id, db_text_list(mem, keep)), NULL);
}
