#include "store/translations.h"

static const struct db_field translated_fields[] = {
	F_I64(translated, status_id), F_STR(translated, language), F_STR(translated, source),
	F_STR(translated, body), F_I64(translated, created_at),
};
static const struct db_map translated_map = DB_MAP_OF(translated, translated_fields);

SQL(translation_get, "SELECT * FROM translations WHERE status_id = $1 AND language = $2 AND created_at >= $3");
SQL(translation_put,
    "INSERT INTO translations (status_id, language, source, body, created_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (status_id, language) DO UPDATE SET source = excluded.source, body = excluded.body,"
    " created_at = excluded.created_at");
SQL(translation_sweep,
    "DELETE FROM translations WHERE (status_id, language) IN"
    " (SELECT status_id, language FROM translations WHERE created_at < $1 ORDER BY created_at LIMIT $2)");

enum err translations_get(struct db *db, struct arena *mem, int64_t status_id, str language, int64_t since,
                          struct translated *out)
{
	return db_one(db, &translation_get, ARGS(status_id, language, since), &translated_map, mem, out);
}

enum err translations_put(struct db *db, const struct translated *t)
{
	return db_exec(db, &translation_put, ARGS(t->status_id, t->language, t->source, t->body, t->created_at), NULL);
}

enum err translations_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &translation_sweep, ARGS(before, limit), gone);
}
