#include "store/sites.h"

#include "base/clock.h"

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
	F_I64(site, updated_at),
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

SQL(site_update,
    "UPDATE sites SET title = $2, description = $3, contact_email = $4, contact_account_id = $5, sign_up = $6, rules = $7,"
    " updated_at = $8 WHERE id = $1");

enum err sites_update(struct db *db, const struct site *s)
{
	return db_exec(db, &site_update,
	               ARGS(s->id, s->title, s->description, s->contact_email, DB_ID(s->contact_account_id), s->sign_up,
	                    s->rules, s->updated_at),
	               NULL);
}

SQL(site_changed, "SELECT MAX(updated_at) FROM sites");

enum err sites_changed(struct db *db, int64_t *at)
{
	return db_number(db, &site_changed, NO_ARGS, at);
}

static const struct db_field text_fields[] = { F_STR(site_text, text), F_I64(site_text, updated_at) };
static const struct db_map text_map = DB_MAP_OF(site_text, text_fields);

SQL(site_text_put,
    "INSERT INTO site_texts (site_id, name, text, updated_at) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (site_id, name) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at");
SQL(site_text_drop, "DELETE FROM site_texts WHERE site_id = $1 AND name = $2");

enum err site_texts_put(struct db *db, int64_t site_id, str name, str text, int64_t now)
{
	if (!text.n)
		return db_exec(db, &site_text_drop, ARGS(site_id, name), NULL);
	return db_exec(db, &site_text_put, ARGS(site_id, name, text, now), NULL);
}

SQL(site_text_get, "SELECT text, updated_at FROM site_texts WHERE site_id = $1 AND name = $2");

enum err site_texts_get(struct db *db, struct arena *mem, int64_t site_id, str name, struct site_text *t)
{
	return db_one(db, &site_text_get, ARGS(site_id, name), &text_map, mem, t);
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

#define PUBLIC_IN_TIME \
	" FROM statuses WHERE site_id = $1 AND site_id IS NOT NULL AND visibility = 'public' AND reblog_of_id IS NULL" \
	" AND deleted_at = 0 AND id >= $2 AND id < $3"
SQL(site_week_posts, "SELECT COUNT(*)" PUBLIC_IN_TIME);
SQL(site_week_active, "SELECT COUNT(DISTINCT account_id)" PUBLIC_IN_TIME);
SQL(site_week_new, "SELECT COUNT(*) FROM users WHERE site_id = $1 AND created_at >= $2 AND created_at < $3");

enum err sites_week(struct db *db, int64_t id, int64_t from, int64_t to, int64_t counts[3])
{
	struct db_args ids = ARGS(id, id_at(from), id_at(to));

	TRY(db_number(db, &site_week_posts, ids, &counts[0]));
	TRY(db_number(db, &site_week_active, ids, &counts[1]));
	return db_number(db, &site_week_new, ARGS(id, from, to), &counts[2]);
}
