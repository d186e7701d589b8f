#include "store/warnings.h"

static const struct db_field warning_fields[] = {
	F_I64(warning, id),
	F_I64(warning, account_id),
	F_STR(warning, action),
	F_STR(warning, text),
	F_I64(warning, created_at),
};
static const struct db_map warning_map = DB_MAP_OF(warning, warning_fields);

SQL(warning_insert, "INSERT INTO account_warnings (id, account_id, action, text, created_at) VALUES ($1, $2, $3, $4, $5)");
SQL(warning_by_ids, "SELECT * FROM account_warnings WHERE account_id = $1 AND id IN (SELECT value FROM json_each($2))");

enum err warnings_insert(struct db *db, const struct warning *w)
{
	return db_exec(db, &warning_insert, ARGS(w->id, w->account_id, w->action, w->text, w->created_at), NULL);
}

enum err warnings_by_ids(struct db *db, struct arena *mem, int64_t account_id, struct ids ids, struct db_rows *out)
{
	return db_many(db, &warning_by_ids, ARGS(account_id, db_id_list(mem, ids)), &warning_map, mem, out);
}
