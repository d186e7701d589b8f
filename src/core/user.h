#pragma once
/* Who logs in: users, passwords, login sessions. Accounts are apart: core/account.h. */
#include "core/ctx.h"
#include "store/users.h"

struct user_in {
	str username, email; /* email may be empty */
	str password;        /* empty: made up, and returned */
	str role;            /* owner admin moderator user */
	str locale;
};
/* A user with one account on cx->site, with its keys. ERR_INVALID ("Username ..."): names are [A-Za-z0-9_]{1,30},
 * not reserved (for users), never used before; passwords 8 to 256 bytes. For validation errors of sign-up *field and
 * *code ("username", "ERR_TAKEN") are set too, if wanted. *password is what was made up. */
enum err user_create(struct ctx *cx, const struct user_in *in, struct user *made, str *password, str *field,
                     str *code) MUST_CHECK;
/* By login name (account name or e-mail, without case) and password. ERR_DENIED for wrong ones and for disabled users,
 * the same in time and text; ERR_LIMIT after too many wrong ones from that address or against that login. */
enum err user_login(struct ctx *cx, str login, str password, struct user *user) MUST_CHECK;
enum err user_by_id(struct ctx *cx, int64_t id, struct user *user) MUST_CHECK;
/* "name" or "name@domain" of one of the user's accounts; on cx->site if no domain is given. */
enum err user_by_account(struct ctx *cx, str handle, struct user *user) MUST_CHECK;
enum err user_list(struct ctx *cx, struct db_rows *users) MUST_CHECK; /* of cx->site; struct user */
/* Ends all sessions and tokens of the user. Empty password: one is made up. */
enum err user_password(struct ctx *cx, int64_t user_id, str password, str *made) MUST_CHECK;
enum err user_role(struct ctx *cx, int64_t user_id, str role) MUST_CHECK;

/* Login sessions of the pages. */
struct session {
	int64_t user_id;
	str csrf;
};
/* A fresh token for the cookie; only its digest is stored. */
enum err session_start(struct ctx *cx, int64_t user_id, str *token) MUST_CHECK;
/* ERR_NOT_FOUND for what is no live session of cx->site. Ends after 30 days unused. */
enum err session_check(struct ctx *cx, str token, struct session *s) MUST_CHECK;
enum err session_end(struct ctx *cx, str token) MUST_CHECK;
