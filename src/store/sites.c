#include "store/sites.h"

static const struct db_field site_fields[] = {
	F_I64(site, id),
	F_STR(site, domain),
	F_STR(site, host),
	F_STR(site, title),
	F_STR(site, description),
	F_STR(site, contact_email),
	F_I64(site, contact_account_id),
	F_STR(site, sign_up),
	F_STR(site, rules),
	F_I64(site, actor_id),
	F_I64(site, created_at),
};
static const struct db_map site_map = DB_MAP_OF(site, site_fields);

SQL(site_insert,
    "INSERT INTO sites (id, domain, host, title, description, contact_email, contact_account_id, sign_up, rules,"
    " actor_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

enum err sites_insert(struct db *db, const struct site *s)
{
	return db_exec(db, &site_insert,
	               ARGS(s->id, s->domain, s->host, s->title, s->description, s->contact_email,
	                    DB_ID(s->contact_account_id), s->sign_up, s->rules, s->actor_id, s->created_at),
	               NULL);
}

SQL(site_all, "SELECT * FROM sites ORDER BY id");

enum err sites_all(struct db *db, struct arena *mem, struct db_rows *out)
{
	return db_many(db, &site_all, NO_ARGS, &site_map, mem, out);
}

SQL(site_contact, "UPDATE sites SET contact_account_id = $2 WHERE id = $1 AND contact_account_id IS NULL");

enum err sites_set_contact(struct db *db, int64_t id, int64_t account_id)
{
	return db_exec(db, &site_contact, ARGS(id, account_id), NULL);
}

SQL(site_users, "SELECT COUNT(*) FROM users WHERE site_id = $1 AND NOT disabled");
SQL(site_active,
    "SELECT COUNT(DISTINCT u.id) FROM users u JOIN oauth_tokens t ON t.user_id = u.id"
    " WHERE u.site_id = $1 AND NOT u.disabled AND t.used_at >= $2");
SQL(site_statuses, "SELECT CAST(SUM(statuses_count) AS BIGINT) FROM accounts WHERE site_id = $1 AND deleted_at = 0");
SQL(site_hosts, "SELECT COUNT(*) FROM hosts");

enum err sites_count(struct db *db, int64_t id, int64_t month, int64_t half_year, int64_t counts[5])
{
	TRY(db_number(db, &site_users, ARGS(id), &counts[0]));
	TRY(db_number(db, &site_active, ARGS(id, month), &counts[1]));
	TRY(db_number(db, &site_active, ARGS(id, half_year), &counts[2]));
	TRY(db_number(db, &site_statuses, ARGS(id), &counts[3]));
	return db_number(db, &site_hosts, NO_ARGS, &counts[4]);
}
