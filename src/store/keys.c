/* Rows of account_keys; declared in store/accounts.h. */
#include "store/accounts.h"

static const struct db_field account_key_fields[] = {
	F_I64(account_key, id),
	F_I64(account_key, account_id),
	F_STR(account_key, uri),
	F_STR(account_key, kind),
	F_STR(account_key, public_pem),
	F_STR(account_key, private_pem),
	F_I64(account_key, fetched_at),
};
const struct db_map account_key_map = DB_MAP_OF(account_key, account_key_fields);

SQL(key_put,
    "INSERT INTO account_keys (id, account_id, uri, kind, public_pem, private_pem, fetched_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (uri) DO UPDATE SET kind = excluded.kind, public_pem = excluded.public_pem,"
    " fetched_at = excluded.fetched_at WHERE account_keys.account_id = excluded.account_id");

enum err keys_put(struct db *db, const struct account_key *k, bool *mine)
{
	int64_t changed = 0;

	TRY(db_exec(db, &key_put,
	            ARGS(k->id, k->account_id, k->uri, k->kind, k->public_pem, k->private_pem,
	                 k->fetched_at),
	            &changed));
	*mine = changed > 0;
	return OK;
}

SQL(key_replace,
    "UPDATE account_keys SET public_pem = $3, private_pem = $4, fetched_at = $5 WHERE uri = $1 AND account_id = $2");

enum err keys_replace(struct db *db, const struct account_key *k)
{
	return db_exec(db, &key_replace, ARGS(k->uri, k->account_id, k->public_pem, k->private_pem, k->fetched_at), NULL);
}

SQL(key_uri, "SELECT * FROM account_keys WHERE uri = $1");

enum err keys_by_uri(struct db *db, struct arena *mem, str uri, struct account_key *k)
{
	return db_one(db, &key_uri, ARGS(uri), &account_key_map, mem, k);
}

SQL(key_of_account, "SELECT * FROM account_keys WHERE account_id = $1 AND kind = $2 ORDER BY id LIMIT 1");

enum err keys_by_account(struct db *db, struct arena *mem, int64_t account_id, str kind,
                         struct account_key *k)
{
	return db_one(db, &key_of_account, ARGS(account_id, kind), &account_key_map, mem, k);
}

SQL(key_of_actor,
    "SELECT k.* FROM account_keys k WHERE k.kind = 'rsa' AND k.account_id = (SELECT id FROM accounts WHERE uri = $1) LIMIT 2");

enum err keys_only_of(struct db *db, struct arena *mem, str actor, struct account_key *k)
{
	struct db_rows rows = { 0 };

	TRY(db_many(db, &key_of_actor, ARGS(actor), &account_key_map, mem, &rows));
	if (rows.n != 1)
		return ERR_NOT_FOUND;
	*k = *(const struct account_key *)rows.p;
	return OK;
}

SQL(key_others,
    "DELETE FROM account_keys WHERE account_id = $1 AND uri NOT IN (SELECT value FROM json_texts($2))");

enum err keys_delete_others(struct db *db, struct arena *mem, int64_t account_id, struct strs keep)
{
	return db_exec(db, &key_others, ARGS(account_id, db_text_list(mem, keep)), NULL);
}
