#include "store/groups.h"

static const struct db_field group_fields[] = { F_I64(group_row, account_id), F_STR(group_row, uri) };
static const struct db_map group_map = DB_MAP_OF(group_row, group_fields);

SQL(group_put, "INSERT INTO status_groups (status_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(group_of,
    "SELECT g.account_id, a.uri FROM status_groups g JOIN accounts a ON a.id = g.account_id"
    " WHERE g.status_id = $1 AND a.deleted_at = 0");
SQL(group_among,
    "SELECT COALESCE(MIN(id), 0) FROM accounts WHERE id IN (SELECT value FROM json_each($1)) AND kind = 'Group'"
    " AND site_id IS NULL AND deleted_at = 0");

enum err groups_put(struct db *db, int64_t status_id, int64_t account_id)
{
	return db_exec(db, &group_put, ARGS(status_id, account_id), NULL);
}

enum err groups_of(struct db *db, struct arena *mem, int64_t status_id, struct group_row *g)
{
	return db_one(db, &group_of, ARGS(status_id), &group_map, mem, g);
}

enum err groups_among(struct db *db, struct arena *mem, struct ids accounts, int64_t *id)
{
	*id = 0;
	return accounts.n ? db_number(db, &group_among, ARGS(db_id_list(mem, accounts)), id) : OK;
}
