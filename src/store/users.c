#include "store/users.h"

static const struct db_field user_fields[] = {
	F_I64(user, id),
	F_I64(user, site_id),
	F_STR(user, login),
	F_STR(user, email),
	F_STR(user, password_hash),
	F_STR(user, role),
	F_STR(user, locale),
	F_BOOL(user, disabled),
	F_I64(user, created_at),
	F_I64(user, account_id),
	F_I64(user, confirmed_at),
	F_I64(user, approved_at),
	F_STR(user, reason),
	F_I64(user, invite_id),
	F_STR(user, otp_secret),
	F_I64(user, otp_step),
};
static const struct db_map user_map = DB_MAP_OF(user, user_fields);

SQL(user_insert,
    "INSERT INTO users (id, site_id, login, email, password_hash, role, locale, disabled, created_at,"
    " confirmed_at, approved_at, reason, invite_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");

enum err users_insert(struct db *db, const struct user *u)
{
	return db_exec(db, &user_insert,
	               ARGS(u->id, u->site_id, u->login, u->email, u->password_hash, u->role, u->locale,
	                    u->disabled, u->created_at, u->confirmed_at, u->approved_at, str_or(u->reason, S("")),
	                    DB_ID(u->invite_id)),
	               NULL);
}

SQL(user_add_account, "INSERT INTO user_accounts (user_id, account_id) VALUES ($1, $2)");

enum err users_add_account(struct db *db, int64_t user_id, int64_t account_id)
{
	return db_exec(db, &user_add_account, ARGS(user_id, account_id), NULL);
}

#define USER_SELECT                                                                                              \
	"SELECT u.id, u.site_id, u.login, u.email, u.password_hash, u.role, u.locale, u.disabled, u.created_at," \
	" u.confirmed_at, u.approved_at, u.reason, u.invite_id, u.otp_secret, u.otp_step,"                       \
	" (SELECT MIN(m.account_id) FROM user_accounts m WHERE m.user_id = u.id) AS account_id FROM users u"

SQL(user_id, USER_SELECT " WHERE u.id = $1");

enum err users_by_id(struct db *db, struct arena *mem, int64_t id, struct user *u)
{
	return db_one(db, &user_id, ARGS(id), &user_map, mem, u);
}

SQL(user_email, USER_SELECT " WHERE u.site_id = $1 AND u.email = $2");

enum err users_by_email(struct db *db, struct arena *mem, int64_t site_id, str email, struct user *u)
{
	return db_one(db, &user_email, ARGS(site_id, email), &user_map, mem, u);
}

SQL(user_account, USER_SELECT " JOIN user_accounts x ON x.user_id = u.id WHERE x.account_id = $1 ORDER BY u.id LIMIT 1");

enum err users_by_account(struct db *db, struct arena *mem, int64_t account_id, struct user *u)
{
	return db_one(db, &user_account, ARGS(account_id), &user_map, mem, u);
}

SQL(user_site, USER_SELECT " WHERE u.site_id = $1 ORDER BY u.id");

enum err users_of_site(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out)
{
	return db_many(db, &user_site, ARGS(site_id), &user_map, mem, out);
}

SQL(user_password, "UPDATE users SET password_hash = $2 WHERE id = $1");

enum err users_set_password(struct db *db, int64_t id, str password_hash, int64_t *changed)
{
	return db_exec(db, &user_password, ARGS(id, password_hash), changed);
}

SQL(user_role, "UPDATE users SET role = $2 WHERE id = $1");

enum err users_set_role(struct db *db, int64_t id, str role, int64_t *changed)
{
	return db_exec(db, &user_role, ARGS(id, role), changed);
}

SQL(user_disable, "UPDATE users SET disabled = $2 WHERE id = $1");

enum err users_set_disabled(struct db *db, int64_t id, bool disabled, int64_t *changed)
{
	return db_exec(db, &user_disable, ARGS(id, disabled), changed);
}

SQL(user_set_email,
    "UPDATE users SET login = CASE WHEN login = email THEN $2 ELSE login END, email = $2, confirmed_at = $3 WHERE id = $1");

enum err users_set_email(struct db *db, int64_t id, str email, int64_t now)
{
	return db_exec(db, &user_set_email, ARGS(id, email, now), NULL);
}

SQL(user_approve, "UPDATE users SET approved_at = $2 WHERE id = $1 AND approved_at = 0 AND NOT disabled");

enum err users_approve(struct db *db, int64_t id, int64_t now, int64_t *changed)
{
	return db_exec(db, &user_approve, ARGS(id, now), changed);
}

SQL(user_otp, "UPDATE users SET otp_secret = $2, otp_step = $3 WHERE id = $1");
SQL(user_otp_use, "UPDATE users SET otp_step = $2 WHERE id = $1 AND otp_step < $2");

enum err users_set_otp(struct db *db, int64_t id, str secret, int64_t step)
{
	return db_exec(db, &user_otp, ARGS(id, secret, step), NULL);
}

enum err users_use_otp(struct db *db, int64_t id, int64_t step, bool *fits)
{
	int64_t n = 0;

	TRY(db_exec(db, &user_otp_use, ARGS(id, step), &n));
	*fits = n > 0;
	return OK;
}
