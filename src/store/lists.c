#include "store/lists.h"

#include "store/relations.h"

static const struct db_field list_fields[] = {
	F_I64(list, id),
	F_I64(list, account_id),
	F_STR(list, title),
	F_STR(list, replies_policy),
	F_BOOL(list, exclusive),
};
static const struct db_map list_map = DB_MAP_OF(list, list_fields);

SQL(list_insert, "INSERT INTO lists (id, account_id, title, replies_policy, exclusive) VALUES ($1, $2, $3, $4, $5)");
SQL(list_set, "UPDATE lists SET title = $2, replies_policy = $3, exclusive = $4 WHERE id = $1");
SQL(list_delete, "DELETE FROM lists WHERE id = $1");
SQL(list_delete_accounts, "DELETE FROM list_accounts WHERE list_id = $1");
SQL(list_delete_feed, "DELETE FROM feeds WHERE feed_id = $1");
SQL(list_by_id, "SELECT * FROM lists WHERE id = $1");
SQL(list_of, "SELECT * FROM lists WHERE account_id = $1 ORDER BY id");
SQL(list_with,
    "SELECT l.* FROM list_accounts n JOIN lists l ON l.id = n.list_id WHERE n.account_id = $2 AND n.owner_id = $1 ORDER BY l.id");
SQL(list_count, "SELECT COUNT(*) FROM lists WHERE account_id = $1");

enum err lists_insert(struct db *db, const struct list *l)
{
	return db_exec(db, &list_insert, ARGS(l->id, l->account_id, l->title, l->replies_policy, l->exclusive), NULL);
}

enum err lists_set(struct db *db, const struct list *l)
{
	return db_exec(db, &list_set, ARGS(l->id, l->title, l->replies_policy, l->exclusive), NULL);
}

enum err lists_delete(struct db *db, int64_t id)
{
	TRY(db_exec(db, &list_delete_accounts, ARGS(id), NULL));
	TRY(db_exec(db, &list_delete_feed, ARGS(id), NULL));
	return db_exec(db, &list_delete, ARGS(id), NULL);
}

enum err lists_by_id(struct db *db, struct arena *mem, int64_t id, struct list *l)
{
	return db_one(db, &list_by_id, ARGS(id), &list_map, mem, l);
}

enum err lists_of(struct db *db, struct arena *mem, int64_t account_id, int64_t with, struct db_rows *out)
{
	return with ? db_many(db, &list_with, ARGS(account_id, with), &list_map, mem, out)
	            : db_many(db, &list_of, ARGS(account_id), &list_map, mem, out);
}

enum err lists_count(struct db *db, int64_t account_id, int64_t *n)
{
	return db_number(db, &list_count, ARGS(account_id), n);
}

SQL(list_account_add,
    "INSERT INTO list_accounts (id, list_id, account_id, owner_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
SQL(list_account_remove, "DELETE FROM list_accounts WHERE list_id = $1 AND account_id IN (SELECT value FROM json_each($2))");
SQL(list_account_feed, "DELETE FROM feeds WHERE feed_id = $1 AND author_id IN (SELECT value FROM json_each($2))");
SQL(list_account_end, "DELETE FROM list_accounts WHERE owner_id = $1 AND account_id = $2");
SQL(list_account_count, "SELECT COUNT(*) FROM list_accounts WHERE list_id = $1");
SQL(list_account_ids, "SELECT account_id FROM list_accounts WHERE list_id = $1 ORDER BY id DESC LIMIT $2");

enum err list_accounts_add(struct db *db, const struct list *l, int64_t id, int64_t account_id, bool *made)
{
	int64_t n = 0;

	TRY(db_exec(db, &list_account_add, ARGS(id, l->id, account_id, l->account_id), &n));
	*made = n > 0;
	return OK;
}

enum err list_accounts_remove(struct db *db, int64_t list_id, str accounts)
{
	TRY(db_exec(db, &list_account_feed, ARGS(list_id, accounts), NULL));
	return db_exec(db, &list_account_remove, ARGS(list_id, accounts), NULL);
}

enum err list_accounts_end(struct db *db, int64_t owner_id, int64_t account_id)
{
	return db_exec(db, &list_account_end, ARGS(owner_id, account_id), NULL);
}

enum err list_accounts_count(struct db *db, int64_t list_id, int64_t *n)
{
	return db_number(db, &list_account_count, ARGS(list_id), n);
}

enum err list_accounts_ids(struct db *db, struct arena *mem, int64_t list_id, int64_t n, struct ids *ids)
{
	return db_ids(db, &list_account_ids, ARGS(list_id, n), mem, ids);
}

static const struct db_field listed_fields[] = { F_I64(listed, row), F_I64(listed, account) };
static const struct db_map listed_map = DB_MAP_OF(listed, listed_fields);
#define MEMBERS \
	"SELECT n.id AS row, n.account_id AS account FROM list_accounts n JOIN accounts a ON a.id = n.account_id" \
	" WHERE n.list_id = $1 AND n.id < $2 AND n.id > $3 AND a.deleted_at = 0 AND a.suspended_at = 0 ORDER BY n.id"
SQL(list_members_down, MEMBERS " DESC LIMIT $4");
SQL(list_members_up, MEMBERS " LIMIT $4");

enum err list_accounts_page(struct db *db, struct arena *mem, int64_t list_id, const struct span *sp, struct db_rows *out)
{
	return db_many(db, sp->up ? &list_members_up : &list_members_down, ARGS(list_id, sp->max, sp->low, sp->limit),
	               &listed_map, mem, out);
}
