#pragma once
/* Who logs in: users, passwords, login sessions. Accounts are apart: core/account.h. */
#include "core/ctx.h"
#include "store/users.h"

struct user_in {
	str username, email; /* email may be empty */
	str password;        /* empty: made up, and returned */
	str role;            /* owner admin moderator user */
	str locale;
	bool unconfirmed;    /* the address is confirmed by a mail first */
	bool waits;          /* for a moderator's approval */
	bool by_themselves;  /* who looks after the site is told, once they are approved */
	str reason;          /* why they want to join */
	int64_t invite_id;   /* used up by this; 0: none */
	str private_key;     /* PEM, of the same actor where it lived before; empty: a new one */
};
/* What a login may not do yet, as a sentence for clients; NULL: all is well. */
const char *user_missing(bool disabled, int64_t confirmed_at, int64_t approved_at);
/* Good enough to write to. */
bool user_email_ok(str email);
/* A user with one account on cx->site, with its keys. ERR_INVALID ("Username ..."): names are [A-Za-z0-9_]{1,30},
 * not reserved (for users), never used before; passwords 8 to 256 bytes. For validation errors of sign-up *field and
 * *code ("username", "ERR_TAKEN") are set too, if wanted. *password is what was made up. */
enum err user_create(struct ctx *cx, const struct user_in *in, struct user *made, str *password, str *field,
                     str *code) MUST_CHECK;
/* By login name (account name or e-mail, without case) and password. ERR_DENIED for wrong ones and for disabled users,
 * the same in time and text; ERR_LIMIT after too many wrong ones from that address or against that login. */
enum err user_login(struct ctx *cx, str login, str password, struct user *user) MUST_CHECK;
/* Once more, of one who is logged in. ERR_DENIED, ERR_LIMIT as user_login(). */
enum err user_password_check(struct ctx *cx, int64_t user_id, str password) MUST_CHECK;
enum err user_by_id(struct ctx *cx, int64_t id, struct user *user) MUST_CHECK;
/* "name" or "name@domain" of one of the user's accounts; on cx->site if no domain is given. */
enum err user_by_account(struct ctx *cx, str handle, struct user *user) MUST_CHECK;
enum err user_list(struct ctx *cx, struct db_rows *users) MUST_CHECK; /* of cx->site; struct user */
/* Ends all sessions and tokens of the user. Empty password: one is made up. */
enum err user_password(struct ctx *cx, int64_t user_id, str password, str *made) MUST_CHECK;
/* Ends all sessions and tokens of one who is disabled. */
enum err user_set_disabled(struct ctx *cx, int64_t user_id, bool disabled) MUST_CHECK;
enum err user_role(struct ctx *cx, int64_t user_id, str role) MUST_CHECK;

/* Login sessions of the pages. */
struct session {
	int64_t id;
	int64_t user_id;
	str csrf;
};
/* A fresh token for the cookie; only its digest is stored. agent: what the browser calls itself, for the list. */
enum err session_start(struct ctx *cx, int64_t user_id, str agent, str *token) MUST_CHECK;
/* ERR_NOT_FOUND for what is no live session of cx->site. Ends after 30 days unused. */
enum err session_check(struct ctx *cx, str token, struct session *s) MUST_CHECK;
/* Of the user, the latest used first; struct session_row. */
enum err session_list(struct ctx *cx, int64_t user_id, struct db_rows *sessions) MUST_CHECK;
enum err session_end_one(struct ctx *cx, int64_t user_id, int64_t id) MUST_CHECK;
enum err session_end(struct ctx *cx, str token) MUST_CHECK;
