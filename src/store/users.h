#pragma once
/* Rows of users, user_accounts, sessions and login_failures. */
#include "db/db.h"

struct user {
	int64_t id, site_id;
	str login, email, role, locale;
	bool disabled;
	int64_t created_at;
	int64_t account_id; /* the first of theirs */
	str password_hash;
	int64_t confirmed_at, approved_at; /* 0: not yet */
	str reason;
	int64_t invite_id;
	str otp_secret;   /* STR_NONE: no second factor */
	int64_t otp_step; /* the last one used */
};

enum err users_insert(struct db *db, const struct user *u) MUST_CHECK;
enum err users_add_account(struct db *db, int64_t user_id, int64_t account_id) MUST_CHECK;
enum err users_by_id(struct db *db, struct arena *mem, int64_t id, struct user *u) MUST_CHECK;
/* email: lower case. */
enum err users_by_email(struct db *db, struct arena *mem, int64_t site_id, str email,
                        struct user *u) MUST_CHECK;
/* Of those that hold the account, the first. */
enum err users_by_account(struct db *db, struct arena *mem, int64_t account_id, struct user *u) MUST_CHECK;
enum err users_of_site(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out) MUST_CHECK;
enum err users_set_password(struct db *db, int64_t id, str password_hash, int64_t *changed) MUST_CHECK;
enum err users_set_disabled(struct db *db, int64_t id, bool disabled, int64_t *changed) MUST_CHECK;
/* The address, which is confirmed now; where it was the login it stays so. */
enum err users_set_email(struct db *db, int64_t id, str email, int64_t now) MUST_CHECK;
/* Of one who waits. */
enum err users_approve(struct db *db, int64_t id, int64_t now, int64_t *changed) MUST_CHECK;
/* secret STR_NONE: no second factor any more. */
enum err users_set_otp(struct db *db, int64_t id, str secret, int64_t step) MUST_CHECK;
/* Only forwards: *fits false, if that step or a later one was used. */
enum err users_use_otp(struct db *db, int64_t id, int64_t step, bool *fits) MUST_CHECK;
enum err users_set_role(struct db *db, int64_t id, str role, int64_t *changed) MUST_CHECK;

struct session_row {
	int64_t site_id, user_id;
	str csrf;
	int64_t created_at, used_at;
	str address;
	bool disabled; /* its user is */
	int64_t id;    /* for lists */
	str agent;     /* what the browser calls itself */
};
enum err sessions_insert(struct db *db, str token_hash, const struct session_row *s) MUST_CHECK;
enum err sessions_get(struct db *db, struct arena *mem, str token_hash, struct session_row *s) MUST_CHECK;
enum err sessions_use(struct db *db, str token_hash, int64_t used_at) MUST_CHECK;
enum err sessions_delete(struct db *db, str token_hash) MUST_CHECK;
enum err sessions_delete_of(struct db *db, int64_t user_id) MUST_CHECK;
/* Newest first; struct session_row. */
enum err sessions_of(struct db *db, struct arena *mem, int64_t user_id, struct db_rows *out) MUST_CHECK;
enum err sessions_delete_one(struct db *db, int64_t user_id, int64_t id) MUST_CHECK;
enum err sessions_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

/* Counts one more, from 1 again where the last count began before `since`; *count is what it is now. */
enum err failures_add(struct db *db, str who, int64_t now, int64_t since, int64_t *count) MUST_CHECK;
enum err failures_take_back(struct db *db, str who) MUST_CHECK;
enum err failures_forget(struct db *db, str who) MUST_CHECK;
enum err failures_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
