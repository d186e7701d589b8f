#include "store/parts.h"

#include "base/clock.h"

SQL(mention_add,
    "INSERT INTO status_mentions (status_id, account_id, silent) VALUES ($1, $2, $3)"
    " ON CONFLICT (status_id, account_id) DO UPDATE SET silent = excluded.silent");
SQL(mention_allow,
    "INSERT INTO status_mentions (status_id, account_id, silent) VALUES ($1, $2, TRUE) ON CONFLICT DO NOTHING");
SQL(mention_keep_interested,
    "INSERT INTO status_mentions (status_id, account_id, silent) SELECT CAST($1 AS BIGINT), x.account_id,"
    " TRUE FROM"
    " (SELECT f.account_id FROM favourites f JOIN accounts a ON a.id = f.account_id"
    " WHERE f.status_id = $1 AND a.site_id IS NULL"
    " UNION SELECT account_id FROM statuses WHERE reblog_of_id = $1 AND reblog_of_id IS NOT NULL AND"
    " deleted_at = 0"
    " AND site_id IS NULL"
    " UNION SELECT v.account_id FROM poll_votes v JOIN accounts a ON a.id = v.account_id"
    " WHERE v.status_id = $1 AND a.site_id IS NULL"
    " UNION SELECT q.account_id FROM quotes q JOIN accounts a ON a.id = q.account_id"
    " WHERE q.quoted_id = $1 AND q.quoted_id IS NOT NULL AND a.site_id IS NULL"
    " UNION SELECT q.quoted_account_id FROM quotes q JOIN accounts a ON a.id = q.quoted_account_id"
    " WHERE q.status_id = $1 AND a.site_id IS NULL"
    " UNION SELECT account_id FROM statuses WHERE in_reply_to_id = $1 AND site_id IS NULL) x"
    " WHERE TRUE ON CONFLICT DO NOTHING");
SQL(mention_silence,
    "UPDATE status_mentions SET silent = TRUE WHERE status_id = $1 AND NOT silent"
    " AND account_id NOT IN (SELECT value FROM json_each($2))");
SQL(mention_of, "SELECT status_id, account_id, silent FROM status_mentions WHERE status_id = $1 ORDER BY account_id");
SQL(mention_among,
    "SELECT status_id FROM status_mentions WHERE account_id = $1 AND status_id IN (SELECT value FROM"
    " json_each($2))");

static const struct db_field mention_fields[] = {
	F_I64(mention_row, status_id),
	F_I64(mention_row, account_id),
	F_BOOL(mention_row, silent),
};
static const struct db_map mention_map = DB_MAP_OF(mention_row, mention_fields);

enum err mentions_add(struct db *db, int64_t status_id, int64_t account_id, bool silent)
{
	return db_exec(db, &mention_add, ARGS(status_id, account_id, silent), NULL);
}

enum err mentions_allow(struct db *db, int64_t status_id, int64_t account_id)
{
	return db_exec(db, &mention_allow, ARGS(status_id, account_id), NULL);
}

enum err mentions_keep_interested(struct db *db, int64_t status_id)
{
	return db_exec(db, &mention_keep_interested, ARGS(status_id), NULL);
}

enum err mentions_silence(struct db *db, int64_t status_id, str keep)
{
	return db_exec(db, &mention_silence, ARGS(status_id, keep), NULL);
}

enum err mentions_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out)
{
	return db_many(db, &mention_of, ARGS(status_id), &mention_map, mem, out);
}

enum err mentions_among(struct db *db, struct arena *mem, int64_t account_id, struct ids posts,
                        struct ids *out)
{
	*out = (struct ids){ 0 };
	if (!account_id || !posts.n)
		return OK;
	return db_ids(db, &mention_among, ARGS(account_id, db_id_list(mem, posts)), mem, out);
}

SQL(tag_find, "SELECT id FROM tags WHERE name = $1");
SQL(tag_put,
    "INSERT INTO tags (id, name, display, created_at) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id");
SQL(tag_link, "INSERT INTO status_tags (tag_id, status_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(tag_clear, "DELETE FROM status_tags WHERE status_id = $1");
SQL(tag_ids, "SELECT id FROM tags WHERE name IN (SELECT value FROM json_texts($1))");
/* Of the first so many that begin so. */
SQL(tag_like,
    "SELECT t.display FROM (SELECT id, name, display FROM tags WHERE name >= $1 AND name < $2 ORDER BY name LIMIT 2000) t"
    " WHERE EXISTS (SELECT 1 FROM status_tags x"
    " JOIN statuses s ON s.id = x.status_id WHERE x.tag_id = t.id AND s.visibility = 'public' AND"
    " s.deleted_at = 0)"
    " ORDER BY length(t.name), t.name LIMIT $3 OFFSET $4");

enum err tags_find(struct db *db, str name, int64_t *id)
{
	return db_number(db, &tag_find, ARGS(name), id);
}

enum err tags_make(struct db *db, str name, str display, int64_t now, int64_t *id)
{
	enum err e = tags_find(db, name, id);

	return e == ERR_NOT_FOUND ? db_number(db, &tag_put, ARGS(id_new(), name, display, now), id) : e;
}

enum err tags_add(struct db *db, int64_t status_id, str name, str display, int64_t now)
{
	int64_t id;

	TRY(tags_make(db, name, display, now, &id));
	return db_exec(db, &tag_link, ARGS(id, status_id), NULL);
}

enum err tags_clear(struct db *db, int64_t status_id)
{
	return db_exec(db, &tag_clear, ARGS(status_id), NULL);
}

enum err tags_ids(struct db *db, struct arena *mem, struct strs names, struct ids *out)
{
	*out = (struct ids){ 0 };
	return names.n ? db_ids(db, &tag_ids, ARGS(db_text_list(mem, names)), mem, out) : OK;
}

struct tag_name {
	str display;
};
static const struct db_field tag_name_fields[] = { F_STR(tag_name, display) };
static const struct db_map tag_name_map = DB_MAP_OF(tag_name, tag_name_fields);

enum err tags_like(struct db *db, struct arena *mem, str prefix, int64_t limit, int64_t offset,
                   struct strs *out)
{
	str behind = str_cat(mem, prefix, S("\xf4\x8f\xbf\xbf")); /* the last character there is */
	struct db_rows rows = { 0 };

	TRY(db_many(db, &tag_like, ARGS(prefix, behind, limit, offset), &tag_name_map, mem, &rows));
	out->v = NEWS(mem, str, rows.n);
	out->n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		out->v[i] = ((struct tag_name *)rows.p)[i].display;
	return OK;
}

SQL(edit_add,
    "INSERT INTO status_edits (id, status_id, spoiler_text, content, sensitive, created_at, options, media)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
SQL(edit_of, "SELECT * FROM status_edits WHERE status_id = $1 ORDER BY id LIMIT 1000");

static const struct db_field edit_fields[] = {
	F_I64(status_edit, id),
	F_I64(status_edit, status_id),
	F_STR(status_edit, spoiler_text),
	F_STR(status_edit, content),
	F_BOOL(status_edit, sensitive),
	F_I64(status_edit, created_at),
	F_STR(status_edit, options),
	F_STR(status_edit, media),
};
const struct db_map status_edit_map = DB_MAP_OF(status_edit, edit_fields);

enum err edits_add(struct db *db, const struct status_edit *e)
{
	return db_exec(db, &edit_add,
	               ARGS(e->id, e->status_id, e->spoiler_text, e->content, e->sensitive, e->created_at, e->options, e->media),
	               NULL);
}

enum err edits_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out)
{
	return db_many(db, &edit_of, ARGS(status_id), &status_edit_map, mem, out);
}
