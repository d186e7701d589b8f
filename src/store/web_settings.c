#include "store/web_settings.h"

struct kept {
	str data;
};
static const struct db_field kept_fields[] = { F_STR(kept, data) };
static const struct db_map kept_map = DB_MAP_OF(kept, kept_fields);

SQL(web_settings_row, "SELECT data FROM web_settings WHERE account_id = $1");
SQL(web_settings_keep,
    "INSERT INTO web_settings (account_id, data, updated_at) VALUES ($1, $2, $3)"
    " ON CONFLICT (account_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at");

enum err web_settings_get(struct db *db, struct arena *mem, int64_t account_id, str *data)
{
	struct kept k = { STR_NONE };
	enum err e = db_one(db, &web_settings_row, ARGS(account_id), &kept_map, mem, &k);

	*data = k.data;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err web_settings_put(struct db *db, int64_t account_id, str data, int64_t now)
{
	return db_exec(db, &web_settings_keep, ARGS(account_id, data, now), NULL);
}
